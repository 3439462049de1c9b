"""The page of one business: who sees what of it, and its history."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import actions
from registry.models import Business
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory, registered_business
from tests.factories.registry import AT
from tests.registry.test_business_pages import detail, signed_in, words

pytestmark = pytest.mark.django_db


class TestFourPeopleAtOneBusiness:
    def test_all_that_is_known_is_there_but_no_full_number(self, people):
        owner = OwnerFactory(
            ward=people.a.ward, national_id="9901010101900003", phone="+6281100012890", sex="female"
        )
        business = registered_business(
            ward=people.a.ward,
            name="Kerupuk Ikan",
            owner=owner,
            npwp="9901010101900003",
            nib="9120001234567",
            net_assets=40_000_000,
            annual_sales=400_000_000,
            workers_male=1,
            workers_female=2,
            started_on=date(2021, 3, 21),
        )

        html = signed_in(people.registrar_a).get(detail(business)).text

        for shown in (
            "Kerupuk Ikan",
            owner.name,
            "9901••••••••0003",
            "+62••••••••890",
            "9120001234567",
            "Rp40.000.000",
            "Rp400.000.000",
            "21 Maret 2021",
            "Perempuan",
            str(people.a.ward),
            business.registration.number,
            "Kriteria berbeda",
            "Satu kriteria",
            "UU 20/2008",
            "PP 7/2021",
        ):
            assert shown in html, shown
        assert "9901010101900003" not in html
        assert "81100012890" not in html

    def test_elsewhere_it_does_not_exist(self, people):
        business = registered_business(ward=people.a.ward)

        assert signed_in(people.registrar_b).get(detail(business)).status_code == 404

    def test_a_reader_gets_neither_steps_nor_reveal(self, people):
        html = signed_in(people.trainer).get(detail(BusinessFactory(ward=people.a.ward))).text

        assert "Ajukan untuk verifikasi" not in html
        assert "Ubah status" not in html
        assert "data-pribadi" not in html

    def test_the_steps_follow_state_and_person(self, people):
        business = BusinessFactory(ward=people.a.ward)
        assert "Ajukan untuk verifikasi" in signed_in(people.registrar_a).get(detail(business)).text

        actions.submit_registration(registration=business.registration, by=people.registrar_a, at=AT)

        submitter = signed_in(people.registrar_a).get(detail(business)).text
        assert "Diajukan oleh Anda – harus disetujui orang lain" in submitter
        assert "Ajukan untuk verifikasi" not in submitter
        assert ">Setujui<" in signed_in(people.verifier_a).get(detail(business)).text

    def test_a_page_without_owner_is_no_error(self, people):
        response = signed_in(people.official).get(detail(BusinessFactory(ward=people.a.ward, owner=None)))

        assert "Belum ada pelaku usaha" in response.text


class TestHistory:
    @pytest.fixture
    def business(self, people):
        business = Business(
            name="Kerupuk Ikan",
            owner=OwnerFactory(ward=people.a.ward),
            sector=SectorFactory(),
            ward=people.a.ward,
            legal_form="individual",
        )
        return actions.save_business(business=business, by=people.registrar_a, at=AT)

    def history(self, user, business) -> str:
        html = signed_in(user).get(detail(business)).text
        return html[html.index('id="riwayat"') :]

    def test_field_old_new_who_and_when_newest_first(self, people, business):
        business.legal_form = "entity"
        business.started_on = date(2021, 3, 21)
        business.sector = SectorFactory(code="I", name="Makan Minum", study_row=5, study_label="Makan Minum")
        later = datetime(2026, 3, 6, 3, 42, tzinfo=UTC)
        actions.save_business(business=business, by=people.administrator, at=later, reason="Surat pemilik")

        html = self.history(people.registrar_a, business)

        assert html.index("6 Maret 2026 10.42 WIB") < html.index("2 Maret 2026 09.00 WIB")
        for shown in (
            "Bentuk usaha",
            "dari Perorangan menjadi Badan usaha",
            "dari – menjadi 21 Maret 2021",
            "menjadi Makan Minum (I)",
            str(people.administrator),
            "Alasan: Surat pemilik",
            "nama usaha dari – menjadi Kerupuk Ikan",
        ):
            assert shown.lower() in words(html).lower(), shown

    def test_registration_and_owner_belong_to_it(self, people, business):
        actions.submit_registration(registration=business.registration, by=people.registrar_a, at=AT)
        owner = business.owner
        owner.phone = "+6281100099999"
        actions.save_owner(owner=owner, by=people.registrar_a, at=AT)

        html = self.history(people.registrar_a, business)

        assert "Mengajukan pendaftaran" in html
        assert "Mengubah pelaku usaha" in html
        assert "dari Draf menjadi Menunggu verifikasi" in words(html)

    def test_who_looked_is_told_to_those_who_may_read_the_audit_trail(self, people, business):
        reason = "Mencocokkan KTP di loket"
        actions.reveal(record=business.owner, field="phone", reason=reason, by=people.official, at=AT)

        assert reason in self.history(people.official, business)
        assert reason not in self.history(people.registrar_a, business)

    def test_a_former_owner_elsewhere_is_not_named(self, people, business):
        stranger = OwnerFactory(ward=people.b.ward, name="Orang Lain")
        business.owner, own = stranger, business.owner
        actions.save_business(business=business, by=people.administrator, at=AT)
        business.owner = own
        actions.save_business(business=business, by=people.administrator, at=AT)

        assert "Orang Lain" not in self.history(people.registrar_a, business)
        assert "Orang Lain" in self.history(people.official, business)

    def test_more_events_cost_no_more_queries_and_come_in_pages(self, people, business):
        for number in range(3):
            business.workers_male = number
            actions.save_business(business=business, by=people.registrar_a, at=AT)
        client = signed_in(people.registrar_a)
        client.get(detail(business))  # the first page of a session writes when it began
        with CaptureQueriesContext(connection) as few:
            client.get(detail(business))
        for number in range(60):
            business.sector = SectorFactory(code="GI"[number % 2], study_row=4 + number % 2)
            actions.save_business(business=business, by=people.registrar_a, at=AT)

        with CaptureQueriesContext(connection) as many:
            response = client.get(detail(business))

        assert len(many) <= len(few)
        assert len(response.context["history"].lines) == 25
        assert client.get(f"{detail(business)}?page=zzz").status_code == 200
