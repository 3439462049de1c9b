"""A full number is seen only by a step of its own, and a NIK is searched without standing in an address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, Verb
from registry.models import Business
from tests.factories import OwnerFactory, registered_business

pytestmark = pytest.mark.django_db

NIK = "9901010101900003"
REASON = "Mencocokkan KTP di loket"
LIST, FIND = reverse("registry:business-list"), reverse("registry:business-find")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reveal_url(business: Business, secret: str = "nik") -> str:
    return reverse("registry:reveal", args=[business.public_id, secret])


@pytest.fixture
def business(people) -> Business:
    owner = OwnerFactory(ward=people.a.ward, national_id=NIK, phone="+6281100012890")
    return registered_business(ward=people.a.ward, owner=owner, npwp="990101010190123")


class TestRevealing:
    @pytest.mark.parametrize(
        ("secret", "value"), [("nik", NIK), ("telepon", "+6281100012890"), ("npwp", "990101010190123")]
    )
    def test_shown_once_on_a_page_nobody_keeps_and_noted(self, people, business, secret, value):
        client = signed_in(people.official)
        assert value not in client.get(reveal_url(business, secret)).text
        assert not AuditEvent.objects.exists()

        response = client.post(reveal_url(business, secret), {"reason": REASON})

        assert value in response.text
        assert "no-store" in response["Cache-Control"]
        event = AuditEvent.objects.get()
        assert (event.verb, event.actor_id, event.reason) == (Verb.REVEALED, people.official.pk, REASON)
        assert value not in client.get(reveal_url(business, secret)).text

    def test_other_district_404_reader_403_anonymous_to_the_login(self, people, business):
        sent = {"reason": REASON}

        assert signed_in(people.registrar_b).post(reveal_url(business), sent).status_code == 404
        assert signed_in(people.trainer).post(reveal_url(business), sent).status_code == 403
        assert Client().post(reveal_url(business), sent).status_code == 302
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("reason", ["", "   ", "ingin tah", "\u200b" * 20, "x" * 501])
    def test_without_a_good_reason_nothing_is_shown(self, people, business, reason):
        response = signed_in(people.official).post(reveal_url(business), {"reason": reason})

        assert response.status_code == 200
        assert response.context["form"].errors["reason"]
        assert NIK not in response.text
        assert not AuditEvent.objects.exists()

    def test_a_reason_in_an_address_reveals_nothing(self, people, business):
        response = signed_in(people.official).get(reveal_url(business), {"reason": REASON})

        assert NIK not in response.text
        assert not AuditEvent.objects.exists()

    def test_what_is_not_there_is_not_found_or_told(self, people, business):
        client = signed_in(people.official)
        without_owner = registered_business(ward=people.a.ward, owner=None)

        assert client.post(reveal_url(business, "password"), {"reason": REASON}).status_code == 404
        assert client.post(reveal_url(without_owner), {"reason": REASON}).status_code == 404
        answer = client.post(reveal_url(without_owner, "npwp"), {"reason": REASON})
        assert answer.status_code == 409
        assert "Data ini belum diisi." in answer.text


class TestLookingForANumber:
    """The one search box takes NIK, NIB, NPWP and telephone by POST; they stand in no address."""

    def ask(self, user, number: str = NIK, **headers):
        return signed_in(user).post(FIND, {"search": number, "status": "active"}, **headers)

    @pytest.mark.parametrize(
        ("typed", "kind"),
        [
            (NIK, "NIK"),
            ("9901 0101 0190 0003", "NIK"),
            ("0811-0001-2890", "Telepon"),
            ("+6281100012890", "Telepon"),
            ("990101010190123", "NPWP"),
            ("9120304050607", "NIB"),
        ],
    )
    def test_each_kind_of_number_finds_the_business_and_is_noted_without_the_number(
        self, people, business, typed, kind
    ):
        Business.objects.filter(pk=business.pk).update(nib="9120304050607")

        response = self.ask(people.verifier_a, typed)

        assert response.status_code == 200
        assert reverse("registry:business-detail", args=[business.public_id]) in response.text
        assert typed not in response.text
        event = AuditEvent.objects.get()
        assert (event.verb, event.actor_id) == (Verb.SEARCHED, people.verifier_a.pk)
        assert kind in event.changes["jenis"][1]
        assert event.changes["hasil"] == [None, 1]
        assert not any(number in str(vars(event)) for number in (typed, NIK, "1100012890"))

    def test_of_an_owner_here_the_name(self, people, business):
        assert f"sudah terdaftar atas nama {business.owner.name}" in self.ask(people.registrar_a).text

    def test_of_an_owner_elsewhere_only_that_there_is_one_and_only_to_who_registers(self, people, business):
        html = self.ask(people.registrar_b).text

        assert "sudah terdaftar, di luar wilayah kerja Anda" in html
        assert business.owner.name not in html
        assert business.name not in html
        assert "belum terdaftar" in self.ask(people.verifier_b).text

    def test_businesses_elsewhere_of_an_owner_here_are_left_out(self, people, business):
        elsewhere = registered_business(ward=people.b.ward, owner=business.owner, name="Di tempat lain")

        html = self.ask(people.registrar_a).text

        assert business.name in html
        assert elsewhere.name not in html

    def test_an_unknown_number_is_said_to_be_unknown(self, people):
        assert "belum terdaftar" in self.ask(people.registrar_a, "9901 0101 0190 0009").text

    @pytest.mark.parametrize("typed", ["99010101019000031", "Warung 9901010101900003"])
    def test_what_is_no_whole_number_is_refused_and_not_noted(self, people, business, typed):
        response = self.ask(people.registrar_a, typed)

        assert "Ketik nomornya saja" in response.text
        assert business.name not in response.text
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("person", ["trainer", "enumerator_a", "supervisor_a"])
    def test_who_may_not_is_told_so_and_finds_nothing(self, people, business, person):
        response = self.ask(getattr(people, person))

        assert "tidak termasuk wewenang Anda" in response.text
        assert business.name not in response.text
        assert not AuditEvent.objects.exists()

    def test_anonymous_to_the_login_and_never_by_address(self, people, business):
        assert Client().post(FIND, {"search": NIK}).status_code == 302
        assert signed_in(people.registrar_a).get(FIND, {"search": NIK}).status_code in {302, 405}
        assert not AuditEvent.objects.exists()

    def test_words_get_an_address_with_the_filters(self, people, business):
        client = signed_in(people.registrar_a)

        response = client.post(FIND, {"search": "warung kopi", "sector": "", "year_from": NIK})

        assert response.status_code == 302
        assert response["Location"] == f"{LIST}?search=warung+kopi"

    def test_htmx_gets_the_list_at_once_and_the_address_in_a_header(self, people, business):
        headers = {"HX-Request": "true"}
        client = signed_in(people.registrar_a)

        found = client.post(FIND, {"search": business.name}, headers=headers)
        number = client.post(FIND, {"search": NIK}, headers=headers)

        assert "Menampilkan 1 dari 1 UMKM" in found.text
        assert found["HX-Push-Url"].startswith(f"{LIST}?search=")
        assert number["HX-Push-Url"] == "false"
