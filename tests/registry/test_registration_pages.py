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
from registry.views import registrations
from tests.factories import BusinessFactory
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
            response = client.get(QUEUE, {"page": "2"})

        assert response.context["page"].paginator.count == count
        assert len(queries) == QUEUE_QUERIES

    def test_a_page_that_is_not_there_shows_another(self, people, monkeypatch):
        monkeypatch.setattr(registrations, "PAGE_SIZE", 1)
        waiting(people)
        waiting(people)

        for page in ("2", "99", "-1", "x", ""):
            assert signed_in(people.verifier_a).get(QUEUE, {"page": page}).status_code == 200


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
