"""The desk of the public door: what waits, what it may be a double of, and the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent, AuditSecret, User
from core.permissions import Permission
from core.roles import PERMISSIONS, Role
from registry import actions
from registry.models import Business, DuplicatePair, Owner, PublicApplication, Registration
from tests.audit_guard import audit_guard
from tests.factories import OwnerFactory, registered_business
from tests.factories.registry import AT
from tests.people import People
from tests.registry.applicants import (
    NIK,
    RECEIPT,
    STATUS,
    SUMMARY,
    application_of,
    owner_answers,
    sent,
    step,
    waiting_application,
)

pytestmark = pytest.mark.django_db

QUEUE = reverse("registry:application-queue")
NOTE = {"note": "Alamat belum lengkap: tulis RT dan RW.", "round": "1"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(application: PublicApplication, what: str = "detail", *more: str) -> str:
    return reverse(f"registry:application-{what}", args=[application.public_id, *more])


def accept(client: Client, application: PublicApplication, owner: str = "baru", **more: str):
    return client.post(page_of(application, "accept"), {"owner": owner, "round": "1"} | more)


class TestQueue:
    def test_what_was_sent_waits_beside_what_came_from_the_counter(self, people: People):
        waiting_application(people.a.ward)

        page = signed_in(people.verifier_a).get(QUEUE)

        assert "Warung Contoh" in page.text
        counter = signed_in(people.verifier_a).get(reverse("registry:registration-queue"))
        for seen in (page, counter):
            counts = {tab.label: tab.count for tab in seen.context["tabs"]}
            assert (counts["Pendaftaran"], counts["Permohonan daring"]) == (0, 1)

    def test_other_district_does_not_see_it_reader_403_anonymous_to_the_login(self, people: People):
        waiting_application(people.a.ward)

        assert "Warung Contoh" not in signed_in(people.verifier_b).get(QUEUE).text
        assert signed_in(people.enumerator_a).get(QUEUE).status_code == 403
        assert Client().get(QUEUE).status_code == 302

    def test_drafts_are_nobodys_business(self, people: People):
        application = waiting_application(people.a.ward)
        PublicApplication.objects.update(state="draft", submitted_at=None)

        assert "Warung Contoh" not in signed_in(people.verifier_a).get(QUEUE).text
        assert signed_in(people.verifier_a).get(page_of(application)).status_code == 404

    def test_the_first_page_tells_of_them(self, people: People):
        waiting_application(people.a.ward)

        for user in (people.verifier_a, people.registrar_a):
            assert "1 permohonan daring menunggu diterima" in signed_in(user).get("/").text
        for user in (people.verifier_b, people.enumerator_a):
            assert "permohonan daring" not in signed_in(user).get("/").text

    def test_the_counter_has_this_queue_alone(self, people: People):
        waiting_application(people.a.ward)

        page = signed_in(people.registrar_a).get(QUEUE)

        assert [(tab.label, tab.count) for tab in page.context["tabs"]] == [("Permohonan daring", 1)]

    def test_more_rows_cost_no_more_queries(self, people: People):
        client = signed_in(people.verifier_a)
        waiting_application(people.a.ward)
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as one:
            client.get(QUEUE)
        for _ in range(9):
            waiting_application(people.a.ward)
        with CaptureQueriesContext(connection) as ten:
            client.get(QUEUE)

        assert len(one) == len(ten)


WAYS = [("detail", "get"), ("take", "post"), ("accept", "post"), ("refuse", "post"), ("reveal", "get")]


@pytest.mark.parametrize(("what", "method"), WAYS)
def test_four_people_at_every_door(people: People, what: str, method: str):
    application = waiting_application(people.a.ward)
    more = ["nik"] if what == "reveal" else []
    url = page_of(application, what, *more)

    assert getattr(signed_in(people.verifier_b), method)(url).status_code == 404
    assert getattr(signed_in(people.enumerator_a), method)(url).status_code == 403
    assert getattr(Client(), method)(url)["Location"].startswith(reverse("core:login"))
    for user in (people.verifier_a, people.registrar_a):
        mine = page_of(waiting_application(people.a.ward), what, *more)
        assert getattr(signed_in(user), method)(mine, NOTE).status_code in (200, 302, 400)


@pytest.mark.parametrize("what", ["take", "accept", "refuse"])
def test_a_forged_decision_is_refused(people: People, what: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.verifier_a)

    assert client.post(page_of(waiting_application(people.a.ward), what), NOTE).status_code == 403


class TestDetail:
    def test_all_answers_with_the_consent_and_numbers_masked(self, people: People):
        page = signed_in(people.verifier_a).get(page_of(waiting_application(people.a.ward)))

        assert "Warung Contoh" in page.text
        assert "9901••••••••0777" in page.text
        assert NIK not in page.text
        assert "Naskah versi 1" in page.text
        assert "Tidak ditemukan data yang serupa" in page.text

    def test_a_number_is_seen_with_a_reason_and_an_event(self, people: People):
        application = waiting_application(people.a.ward)
        url = page_of(application, "reveal", "telepon")

        short = signed_in(people.verifier_a).post(url, {"reason": "a"})
        page = signed_in(people.verifier_a).post(url, {"reason": "Menelepon pemohon"})

        assert "+6281234567890" not in short.text
        assert "+6281234567890" in page.text
        assert AuditEvent.objects.get(verb="revealed").reason == "Menelepon pemohon"

    @pytest.mark.parametrize("secret", ["npwp", "answers", "note"])
    def test_nothing_else_is_revealed(self, people: People, secret: str):
        application = waiting_application(people.a.ward)

        assert signed_in(people.verifier_a).get(page_of(application, "reveal", secret)).status_code == 404

    def test_a_known_nik_is_shown_with_its_owner_and_business(self, people: People):
        owner = OwnerFactory(national_id=NIK, ward=people.a.ward, name="Ibu Lama")
        registered_business(owner=owner, ward=people.a.ward, name="Warung Lama")

        page = signed_in(people.verifier_a).get(page_of(waiting_application(people.a.ward)))

        assert "Ibu Lama: NIK sama" in page.text
        assert "Warung Lama, Ibu Lama" in page.text
        assert page.context["accept"].fields["owner"].choices == [
            (str(owner.public_id), "Tautkan ke Ibu Lama")
        ]

    def test_of_another_area_only_that_there_is_one(self, people: People):
        owner = OwnerFactory(national_id=NIK, ward=people.b.ward, name="Ibu Lama")
        registered_business(owner=owner, ward=people.b.ward, name="Warung Lama")

        page = signed_in(people.verifier_a).get(page_of(waiting_application(people.a.ward)))

        assert "NIK pada permohonan ini sudah terdaftar di luar wilayah kerja Anda" in page.text
        assert "Lama" not in page.text

    def test_two_applications_with_one_nik_name_each_other(self, people: People):
        first, second = (waiting_application(people.a.ward) for _ in range(2))

        page = signed_in(people.verifier_a).get(page_of(first))

        assert f"{second}</a> yang juga menunggu: NIK sama" in page.text


class TestTaking:
    def test_the_applicant_sees_that_it_is_being_verified(self, people: People):
        applicant = sent(people.a.ward)
        application = application_of(applicant)

        signed_in(people.verifier_a).post(page_of(application, "take"))

        assert "Sedang diverifikasi" in applicant.get(STATUS).text
        assert people.verifier_a.full_name not in applicant.get(STATUS).text

    def test_nobody_else_decides_it_then(self, people: People, settings):
        application = waiting_application(people.a.ward)
        signed_in(people.verifier_a).post(page_of(application, "take"))
        people.verifier_b.districts.add(people.a.district)
        other = signed_in(people.verifier_b)

        assert "tidak dapat diputuskan orang lain" in other.get(page_of(application)).text
        assert accept(other, application).status_code == 409
        assert other.post(page_of(application, "refuse"), NOTE).status_code == 409
        assert other.post(page_of(application, "take")).status_code == 409

        other.post(page_of(application, "take"), {"release": "1"})
        assert accept(other, application).status_code == 302


class TestAccepting:
    def test_owner_and_business_come_into_being_and_are_submitted(self, people: People):
        applicant = sent(people.a.ward)
        application = application_of(applicant)

        with audit_guard(PublicApplication, Owner, Business):
            response = accept(signed_in(people.registrar_a), application)

        assert response["Location"] == QUEUE
        registration = Registration.objects.get()
        business = registration.business
        assert (business.name, business.owner.name, business.owner.national_id) == (
            "Warung Contoh",
            "Ibu Contoh",
            NIK,
        )
        assert (business.net_assets, business.annual_sales) == (50_000_000, 300_000_000)
        assert business.district == people.a.district
        assert (registration.state, registration.number) == ("submitted", "")
        assert (registration.from_public, registration.submitted_by) == (True, people.registrar_a)

    def test_the_page_of_the_business_tells_who_sent_it_and_the_consent(self, people: People):
        accept(signed_in(people.verifier_a), waiting_application(people.a.ward))

        page = signed_in(people.registrar_a).get(Business.objects.get().get_absolute_url())

        assert page.text.count("pemohon (publik)") == 2  # among the facts and in the history
        assert f"oleh {people.verifier_a}" in page.text
        assert "Naskah persetujuan versi 1" in page.text

    def test_the_answers_are_erased_and_the_consent_stays(self, people: People):
        application = waiting_application(people.a.ward)

        accept(signed_in(people.verifier_a), application)

        application.refresh_from_db()
        assert application.state == "accepted"
        assert (application.answers, application.national_id, application.phone) == (None, None, None)
        assert application.national_id_index is None
        assert application.business.owner.national_id == NIK
        assert application.consent_text.version == 1

    def test_what_it_resembles_is_on_the_worklist_of_doubles(self, people: People):
        known = registered_business(name="Warung Contoh", ward=people.a.ward, owner__name="Ibu Contoh")
        Owner.objects.filter(pk=known.owner_id).update(national_id=None)

        accept(signed_in(people.verifier_a), waiting_application(people.a.ward))

        pair = DuplicatePair.objects.get()
        assert known.pk in (pair.first_id, pair.second_id)

    def test_a_known_nik_must_be_linked_and_can_be(self, people: People):
        owner = OwnerFactory(national_id=NIK, ward=people.a.ward)
        application = waiting_application(people.a.ward)
        client = signed_in(people.verifier_a)

        assert accept(client, application).status_code == 400
        assert accept(client, application, str(owner.public_id)).status_code == 302

        assert Owner.objects.get() == owner
        assert Business.objects.get().owner == owner

    def test_of_another_area_it_is_refused(self, people: People):
        OwnerFactory(national_id=NIK, ward=people.b.ward)
        application = waiting_application(people.a.ward)

        response = accept(signed_in(people.verifier_a), application)

        assert response.status_code == 409
        assert "sudah terdaftar" in response.text
        assert PublicApplication.objects.get().state == "submitted"
        assert not Business.objects.exists()

    def test_the_same_phone_offers_the_owner_or_a_new_one(self, people: People):
        owner = OwnerFactory(phone="+6281234567890", national_id=None, ward=people.a.ward)
        application = waiting_application(people.a.ward, owner_national_id=None)

        accept(signed_in(people.verifier_a), application, str(owner.public_id))

        assert Business.objects.get().owner == owner

    def test_a_nik_an_owner_lacks_is_added_when_linking(self, people: People):
        owner = OwnerFactory(phone="+6281234567890", national_id=None, ward=people.a.ward)

        accept(signed_in(people.verifier_a), waiting_application(people.a.ward), str(owner.public_id))

        owner.refresh_from_db()
        assert owner.national_id == NIK

    def test_an_owner_of_another_nik_is_not_taken_for_this_one(self, people: People):
        owner = OwnerFactory(phone="+6281234567890", ward=people.a.ward)

        response = accept(
            signed_in(people.verifier_a), waiting_application(people.a.ward), str(owner.public_id)
        )

        assert response.status_code == 409
        assert "berbeda" in response.text

    def test_a_nib_of_somebody_else_stops_it_and_nothing_is_left(self, people: People):
        registered_business(nib="1234567890123", ward=people.a.ward)
        application = waiting_application(people.a.ward, nib="1234567890123")

        response = accept(signed_in(people.verifier_a), application)

        assert response.status_code == 409
        assert "NIB" in response.text
        assert Business.objects.count() == 1
        assert not Owner.objects.filter(name="Ibu Contoh").exists()

    @pytest.mark.parametrize("owner", ["", "abc", "00000000-0000-0000-0000-000000000000"])
    def test_an_owner_that_was_not_offered_is_refused(self, people: People, owner: str):
        application = waiting_application(people.a.ward)

        assert accept(signed_in(people.verifier_a), application, owner).status_code == 400

    def test_twice_is_once(self, people: People):
        application = waiting_application(people.a.ward)
        client = signed_in(people.verifier_a)

        answers = [accept(client, application).status_code for _ in range(2)]

        assert answers == [302, 409]
        assert Registration.objects.count() == 1


class TestReturning:
    def test_the_note_is_read_answered_and_sent_again(self, people: People):
        applicant = sent(people.a.ward)
        application = application_of(applicant)

        signed_in(people.verifier_a).post(page_of(application, "refuse"), NOTE)

        page = applicant.get(STATUS).text
        assert "Dikembalikan" in page
        assert NOTE["note"] in page
        assert NOTE["note"] in applicant.get(step(1)).text
        applicant.post(step(1), owner_answers(owner_name="Ibu Contoh Lengkap"))
        assert applicant.post(SUMMARY)["Location"] == RECEIPT

        application.refresh_from_db()
        assert (application.state, application.round) == ("submitted", 2)
        assert "Menunggu verifikasi" in applicant.get(STATUS).text
        seen = signed_in(people.verifier_a).get(page_of(application)).text
        assert "pengiriman ke-2" in seen
        assert "Ibu Contoh Lengkap" in seen

    def test_a_decision_on_what_was_sent_before_is_refused(self, people: People):
        applicant = sent(people.a.ward)
        application = application_of(applicant)
        verifier = signed_in(people.verifier_a)
        verifier.post(page_of(application, "refuse"), NOTE)
        applicant.post(SUMMARY)

        response = accept(verifier, application)

        assert response.status_code == 409
        assert "dikirim lagi" in response.text
        assert accept(verifier, application, round="2").status_code == 302

    @pytest.mark.parametrize("note", ["", "   ", "\0", "x" * 501])
    def test_a_note_is_needed(self, people: People, note: str):
        application = waiting_application(people.a.ward)

        page = signed_in(people.verifier_a).post(page_of(application, "refuse"), {"note": note, "round": "1"})

        assert page.status_code == 400
        assert page.context["note"].errors["note"]
        assert PublicApplication.objects.get().state == "submitted"

    @pytest.mark.parametrize("sent_round", ["", "abc", "-1", "9" * 400, "٢", "0"])
    def test_a_round_that_is_none_is_refused(self, people: People, sent_round: str):
        application = waiting_application(people.a.ward)

        answer = signed_in(people.verifier_a).post(
            page_of(application, "refuse"), NOTE | {"round": sent_round}
        )

        assert answer.status_code == 409

    def test_the_note_is_kept_beside_the_trail_and_not_in_it(self, people: People):
        signed_in(people.verifier_a).post(page_of(waiting_application(people.a.ward), "refuse"), NOTE)

        event = AuditEvent.objects.get(verb="returned")
        assert NOTE["note"] not in str(event.changes) + event.reason
        assert AuditSecret.objects.filter(pk=event.secret_seal).exists()

    def test_without_an_answer_it_expires(self, people: People):
        application = waiting_application(people.a.ward)

        actions.return_application(
            application=application, sent=1, note="Lengkapi.", by=people.verifier_a, at=AT
        )

        assert application.expires_at == AT + timedelta(days=settings.DOOR_RETURNED_DAYS)


class TestRejecting:
    def test_the_reason_is_read_and_nothing_can_be_sent_again(self, people: People):
        applicant = sent(people.a.ward)
        application = application_of(applicant)

        signed_in(people.verifier_a).post(page_of(application, "refuse"), NOTE | {"reject": "1"})

        page = applicant.get(STATUS).text
        assert "Ditolak" in page
        assert NOTE["note"] in page
        assert applicant.get(step(1))["Location"] == STATUS
        assert applicant.post(SUMMARY)["Location"] == STATUS
        application.refresh_from_db()
        assert application.expires_at - application.decided_at == timedelta(days=settings.DOOR_REJECTED_DAYS)

    def test_the_counter_returns_but_does_not_reject(self, people: People):
        application = waiting_application(people.a.ward)
        client = signed_in(people.registrar_a)

        assert "Tolak</button>" not in client.get(page_of(application)).text
        assert client.post(page_of(application, "refuse"), NOTE | {"reject": "1"}).status_code == 403
        assert PublicApplication.objects.get().state == "submitted"
        assert client.post(page_of(application, "refuse"), NOTE).status_code == 302
        assert PublicApplication.objects.get().state == "returned"


@pytest.mark.parametrize(
    "role", [role for role in Role if Permission.RECEIVE_APPLICATIONS in PERMISSIONS[role]]
)
def test_who_takes_applications_in_may_see_numbers(role: Role):
    """The page of an application asks for one permission and shows what asks for the other."""
    assert Permission.REVEAL_PERSONAL_DATA in PERMISSIONS[role]
