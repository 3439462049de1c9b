"""Who sends an application is nobody we know, so two of the office see it before it has a number."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import User
from core.roles import Role
from registry import actions
from registry.models import Business, Registration
from tests.factories import UserFactory, registered_business
from tests.factories.registry import AT
from tests.people import People
from tests.registry.applicants import STATUS, application_of, sent, waiting_application
from tests.registry.test_application_pages import accept, signed_in

pytestmark = pytest.mark.django_db


def approve(user: User):
    business = Business.objects.get()
    return signed_in(user).post(reverse("registry:registration-approve", args=[business.public_id]))


def test_who_took_it_in_does_not_register_it_even_if_he_sent_it_himself(people: People):
    own = sent(people.a.ward)  # a verifier at the public door, in another browser
    accept(signed_in(people.verifier_a), application_of(own))

    answer = approve(people.verifier_a)

    assert answer.status_code == 409
    assert "harus disetujui orang lain" in answer.text
    assert Registration.objects.get().state == "submitted"
    assert not Registration.objects.exclude(number="").exists()


def test_another_verifier_registers_it_and_the_applicant_sees_each_step(people: People):
    applicant = sent(people.a.ward)
    accept(signed_in(people.verifier_a), application_of(applicant))
    assert "Diterima, menunggu persetujuan" in applicant.get(STATUS).text
    second = UserFactory(role=Role.VERIFIER)

    assert approve(second).status_code == 302

    registration = Registration.objects.get()
    assert (registration.state, registration.registered_by) == ("registered", second)
    page = applicant.get(STATUS).text
    assert "Terdaftar" in page
    assert registration.number in page


def test_what_the_counter_took_in_one_verifier_registers(people: People):
    accept(signed_in(people.registrar_a), waiting_application(people.a.ward))

    assert approve(people.verifier_a).status_code == 302

    assert Registration.objects.get().registered_by == people.verifier_a


def test_the_applicant_reads_why_the_second_person_rejected_it(people: People):
    applicant = sent(people.a.ward)
    accept(signed_in(people.registrar_a), application_of(applicant))
    url = reverse("registry:registration-step", args=[Business.objects.get().public_id, "tolak"])

    signed_in(people.verifier_a).post(url, {"reason": "Usaha ini tidak ada di alamatnya"})

    page = applicant.get(STATUS).text
    assert "Ditolak" in page
    assert "Usaha ini tidak ada di alamatnya" in page


@pytest.mark.parametrize("step", ["kembalikan", "ambil"])
def test_what_the_office_still_works_at_is_waiting_for_the_applicant(people: People, step: str):
    applicant = sent(people.a.ward)
    accept(signed_in(people.registrar_a), application_of(applicant))
    url = reverse("registry:registration-step", args=[Business.objects.get().public_id, step])

    signed_in(people.verifier_a).post(url, {"reason": "Lengkapi alamatnya di loket"})

    page = applicant.get(STATUS).text
    assert "Diterima, menunggu persetujuan" in page
    assert "Lengkapi alamatnya" not in page  # said to the counter


def test_values_of_ones_own_do_not_come_into_a_registered_record_through_the_door(people: People):
    registered = registered_business(name="Warung Contoh", ward=people.a.ward, annual_sales=1)
    accept(signed_in(people.verifier_a), waiting_application(people.a.ward, annual_sales=9))
    own = Business.objects.exclude(pk=registered.pk).get()
    merge = {"versions": (registered.version, own.version), "at": AT, "reason": "Satu usaha dua kali"}

    with pytest.raises(actions.SamePerson):
        actions.merge_businesses(
            winner=registered, loser=own, take=["annual_sales"], by=people.verifier_a, **merge
        )

    registered.refresh_from_db()
    assert registered.annual_sales == 1
