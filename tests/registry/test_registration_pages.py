"""The queue of registrations and its two steps, by four people each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry import actions
from registry.models import Business, Registration, RegistrationState
from registry.steps import REGISTRATION_STEPS
from registry.views import registrations
from tests.factories import BusinessFactory, registered_business
from tests.factories.registry import AT

pytestmark = pytest.mark.django_db

QUEUE = reverse("registry:registration-queue")
# User and area, the kecamatan to choose from, count and rows, two other tabs, three counts for the menu.
QUEUE_QUERIES = 11


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def step(name: str, business: Business) -> str:
    return reverse(f"registry:registration-{name}", args=[business.public_id])


def waiting(people, *, by=None, minutes: int = 0, **given) -> Business:
    business = BusinessFactory(**{"ward": people.a.ward} | given)
    actions.submit_registration(
        registration=business.registration,
        by=by or people.registrar_a,
        at=AT + timedelta(minutes=minutes),
    )
    return business


class TestTheQueue:
    def test_counter_and_oldest_first_in_the_own_area(self, people):
        waiting(people, name="Kedua", minutes=5)
        waiting(people, name="Pertama")
        waiting(people, name="Di tempat lain", ward=people.b.ward, by=people.registrar_b)
        BusinessFactory(ward=people.a.ward, name="Masih draf")

        html = signed_in(people.verifier_a).get(QUEUE).text

        assert '<span class="badge text-bg-secondary">2</span>' in html
        assert html.index("Pertama") < html.index("Kedua")
        assert "Di tempat lain" not in html
        assert "Masih draf" not in html

    def test_one_s_own_submission_waits_for_somebody_else(self, people):
        verifier = people.verifier_a
        waiting(people, by=verifier)

        html = signed_in(verifier).get(QUEUE).text

        assert "Diajukan oleh Anda – harus disetujui orang lain" in html
        assert "Setujui" not in html

    def test_an_empty_queue_says_so(self, people):
        assert "Tidak ada pendaftaran yang menunggu" in signed_in(people.verifier_a).get(QUEUE).text

    def test_a_reader_is_refused_and_a_stranger_sent_to_the_login(self, people):
        assert signed_in(people.registrar_a).get(QUEUE).status_code == 403
        assert Client().get(QUEUE)["Location"].startswith(reverse("core:login"))

    @pytest.mark.parametrize("count", [3, 300])
    def test_more_rows_cost_no_more_queries(self, people, count):
        one = waiting(people)
        businesses = Business.objects.bulk_create(
            Business(
                name=f"U{number}",
                owner=one.owner,
                sector=one.sector,
                ward=people.a.ward,
                district=people.a.district,
                created_at=AT,
                updated_at=AT,
            )
            for number in range(count - 1)
        )
        Registration.objects.bulk_create(
            Registration(
                business=business,
                state=RegistrationState.SUBMITTED,
                submitted_at=AT,
                submitted_by=people.registrar_a,
            )
            for business in businesses
        )
        client = signed_in(people.verifier_a)
        client.get(QUEUE)  # the first page of a session writes when it began

        with CaptureQueriesContext(connection) as queries:
            response = client.get(QUEUE)

        assert [tab.count for tab in response.context["tabs"] if tab.is_current] == [count]
        assert len(queries) == QUEUE_QUERIES

    def test_a_page_that_is_not_there_shows_another(self, people, monkeypatch):
        monkeypatch.setattr(registrations, "PAGE_SIZE", 1)
        waiting(people)
        waiting(people)

        for mark in ("2", "99", "-1", "x", ""):
            assert signed_in(people.verifier_a).get(QUEUE, {"after": mark}).status_code == 200


class TestSubmitting:
    def test_a_draft_goes_into_the_queue(self, people):
        business = BusinessFactory(ward=people.a.ward)

        response = signed_in(people.registrar_a).post(step("submit", business), follow=True)

        assert "Diajukan untuk verifikasi." in response.text
        assert Registration.objects.get().submitted_by == people.registrar_a

    def test_other_district_404_reader_403_anonymous_to_the_login(self, people):
        url = step("submit", BusinessFactory(ward=people.a.ward))

        assert signed_in(people.registrar_b).post(url).status_code == 404
        assert signed_in(people.verifier_a).post(url).status_code == 403
        assert Client().post(url).status_code == 302
        assert Registration.objects.get().state == RegistrationState.DRAFT

    def test_looking_changes_nothing(self, people):
        url = step("submit", BusinessFactory(ward=people.a.ward))

        assert signed_in(people.registrar_a).get(url).status_code == 405
        assert Registration.objects.get().state == RegistrationState.DRAFT

    def test_what_is_missing_is_told_on_a_409(self, people):
        business = BusinessFactory(ward=people.a.ward, owner=None)

        response = signed_in(people.registrar_a).post(step("submit", business))

        assert response.status_code == 409
        assert "Lengkapi dahulu: pelaku usaha" in response.text
        assert reverse("registry:business-detail", args=[business.public_id]) in response.text


class TestApproving:
    def test_the_number_is_told_and_the_queue_comes_back(self, people):
        business = waiting(people, name="Kerupuk Ikan")

        response = signed_in(people.verifier_a).post(
            step("approve", business), {"from": "queue"}, follow=True
        )

        assert response.redirect_chain == [(QUEUE, 302)]
        number = Registration.objects.get().number
        assert number.startswith("99.01-")
        assert f"Kerupuk Ikan: Terdaftar dengan nomor {number}." in response.text

    def test_from_its_own_page_it_leads_back_there(self, people):
        business = waiting(people)

        response = signed_in(people.verifier_a).post(step("approve", business))

        assert response["Location"] == reverse("registry:business-detail", args=[business.public_id])

    def test_other_district_404_reader_403_anonymous_to_the_login(self, people):
        url = step("approve", waiting(people))

        assert signed_in(people.verifier_b).post(url).status_code == 404
        assert signed_in(people.registrar_a).post(url).status_code == 403
        assert Client().post(url).status_code == 302
        assert Registration.objects.get().state == RegistrationState.SUBMITTED

    def test_the_submitter_is_refused_with_409(self, people):
        both = people.verifier_a
        business = waiting(people, by=both)

        response = signed_in(both).post(step("approve", business))

        assert response.status_code == 409
        assert "harus disetujui orang lain" in response.text
        assert Registration.objects.get().state == RegistrationState.SUBMITTED

    @pytest.mark.parametrize("is_submitted", [False, True])
    def test_a_step_at_the_wrong_time_is_409(self, people, is_submitted):
        business = waiting(people) if is_submitted else BusinessFactory(ward=people.a.ward)
        client = signed_in(people.verifier_a)
        if is_submitted:
            client.post(step("approve", business))

        response = client.post(step("approve", business))

        assert response.status_code == 409
        assert "Langkah “Setujui” tidak dapat dilakukan" in response.text

    def test_a_forged_request_without_token_is_refused(self, people):
        business = waiting(people)
        client = Client(enforce_csrf_checks=True)
        client.force_login(people.verifier_a)

        assert client.post(step("approve", business)).status_code == 403
        assert Registration.objects.get().state == RegistrationState.SUBMITTED


class TestTheOtherSteps:
    """One address for each step of the table that has no own one."""

    def url(self, name: str, business: Business) -> str:
        return reverse("registry:registration-step", args=[business.public_id, name])

    def test_taken_it_is_read_and_the_queue_shows_by_whom(self, people):
        business = waiting(people, name="Kerupuk Ikan")
        client = signed_in(people.verifier_a)

        response = client.post(self.url("ambil", business), {"from": "queue"})

        assert response["Location"] == reverse("registry:business-detail", args=[business.public_id])
        html = client.get(QUEUE).text
        assert f"<td>{people.verifier_a}</td>" in html
        for label in ("Setujui", "Kembalikan", "Tolak", "Lepas"):
            assert f"{label}<span" in html
        assert "Kerupuk Ikan" in client.get(QUEUE, {"holder": "me"}).text
        assert "Kerupuk Ikan" not in client.get(QUEUE, {"holder": "nobody"}).text

    def test_another_verifier_may_only_give_it_back(self, people):
        business = waiting(people)
        signed_in(people.verifier_a).post(self.url("ambil", business))
        people.verifier_b.districts.add(people.a.district)
        client = signed_in(people.verifier_b)

        html = client.get(reverse("registry:business-detail", args=[business.public_id])).text
        assert f"Sedang diperiksa oleh {people.verifier_a}" in html
        assert "Setujui" not in html
        assert client.post(step("approve", business)).status_code == 409
        response = client.post(self.url("lepas", business), {"from": "queue"}, follow=True)

        assert response.redirect_chain == [(QUEUE, 302)]
        assert Registration.objects.get().state == RegistrationState.SUBMITTED

    @pytest.mark.parametrize(("name", "state"), [("kembalikan", "returned"), ("tolak", "rejected")])
    def test_a_note_is_asked_for_and_then_read_by_who_submitted(self, people, name, state):
        business = waiting(people)
        client = signed_in(people.verifier_a)

        assert client.get(self.url(name, business)).status_code == 200
        assert "wajib diisi" in client.post(self.url(name, business), {"reason": "  "}).text
        assert Registration.objects.get().state == "submitted"
        client.post(self.url(name, business), {"reason": "Lengkapi alamat"})

        assert Registration.objects.get().state == state
        html = (
            signed_in(people.registrar_a)
            .get(reverse("registry:business-detail", args=[business.public_id]))
            .text
        )
        assert "Catatan: Lengkapi alamat" in html
        assert ("Ajukan untuk verifikasi" in html) is (state == "returned")

    def test_who_when_and_why_stand_in_the_history(self, people):
        business = waiting(people)
        client = signed_in(people.verifier_a)
        client.post(step("approve", business))
        client.post(self.url("tangguhkan", business), {"reason": "Laporan warga"})
        client.post(self.url("pulihkan", business), {"reason": "Sudah diperiksa"})

        html = client.get(reverse("registry:business-detail", args=[business.public_id])).text

        for line in (
            "Menangguhkan pendaftaran",
            "Alasan: Laporan warga",
            "Memulihkan pendaftaran",
            "Ditangguhkan",
        ):
            assert line in html

    def test_what_was_changed_since_it_was_read_is_409(self, people):
        business = waiting(people)

        response = signed_in(people.verifier_a).post(step("approve", business), {"version": "7"})

        assert response.status_code == 409
        assert "diubah sejak Anda membacanya" in response.text

    def test_a_step_that_is_none_is_404_and_one_that_does_not_fit_409(self, people):
        business, client = waiting(people), signed_in(people.verifier_a)
        assert client.get(self.url("hapus", business)).status_code == 404
        assert client.get(self.url("setujui", business)).status_code == 404  # has its own address
        assert client.post(self.url("cabut", business), {"reason": "x"}).status_code == 409

    @pytest.mark.parametrize("name", sorted(registrations.STEPS))
    def test_four_people_at_each_door(self, people, name):
        url = self.url(name, waiting(people))

        assert signed_in(people.verifier_a).get(url).status_code == 200
        assert signed_in(people.verifier_b).post(url, {"reason": "x"}).status_code == 404
        assert signed_in(people.registrar_a).post(url, {"reason": "x"}).status_code == 403
        assert Client().post(url).status_code == 302
        assert Registration.objects.get().state == RegistrationState.SUBMITTED

    def test_every_step_of_the_table_has_a_door_or_is_taken_by_nobody(self):
        own = {"ajukan", "setujui"}
        by_hand = {one.name for one in REGISTRATION_STEPS if one.permission is not None}
        assert by_hand == own | set(registrations.STEPS)

    def test_narrowed_to_a_kecamatan(self, people):
        people.verifier_a.whole_city = True
        people.verifier_a.save()
        waiting(people, name="Di sini")
        waiting(people, name="Di sana", ward=people.b.ward)
        client = signed_in(people.verifier_a)

        html = client.get(QUEUE, {"district": people.b.district.code}).text

        assert "Di sana" in html
        assert "Di sini" not in html
        assert "di luar wilayah kerja Anda" in client.get(QUEUE, {"district": "x"}).text


def test_who_verifies_finds_back_to_the_queue(people):
    business = registered_business(ward=people.a.ward)
    page, queue = business.get_absolute_url(), f'href="{reverse("registry:registration-queue")}">Menunggu'
    assert queue in signed_in(people.verifier_a).get(page).text
    assert queue not in signed_in(people.registrar_a).get(page).text
