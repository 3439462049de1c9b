"""The sheet of one business on paper: masked, without buttons, and noted."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent, User, Verb
from registry.models import Business
from tests.factories import BusinessFactory, OwnerFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db

NIK, PHONE = "9901010101900003", "+6281100012890"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sheet(business: Business) -> str:
    return reverse("registry:business-print", args=[business.public_id])


def printed() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(verb=Verb.PRINTED))


@pytest.fixture
def business(people: People) -> Business:
    owner = OwnerFactory(ward=people.a.ward, national_id=NIK, phone=PHONE)
    return registered_business(
        ward=people.a.ward, name="Kerupuk Ikan", owner=owner, npwp=NIK, annual_sales=5_000_000
    )


def test_the_sheet_says_whose_it_is_what_is_known_and_who_printed_it(people, business):
    html = signed_in(people.registrar_a).post(sheet(business)).text

    for shown in (
        settings.OFFICE_NAME,
        "Lembar data UMKM",
        "Kerupuk Ikan",
        business.owner.name,
        "9901••••••••0003",
        "Rp5.000.000",
        f"Dicetak oleh {people.registrar_a}",
        business.registration.number,
    ):
        assert shown in html, shown
    assert NIK not in html
    assert PHONE not in html
    assert "<button" not in html
    assert "<form" not in html
    assert "data-pribadi" not in html


def test_printing_is_noted_with_the_business(people, business):
    signed_in(people.registrar_a).post(sheet(business))

    [event] = printed()
    assert (event.object_type, event.object_id) == ("registry.business", str(business.pk))
    assert event.actor_id == people.registrar_a.pk
    assert event.district_id == people.a.district.pk


def test_opening_the_address_only_offers_the_button(people, business):
    response = signed_in(people.registrar_a).get(sheet(business))

    assert response.status_code == 200
    assert f'action="{sheet(business)}"' in response.text
    assert "Rp5.000.000" not in response.text
    assert printed() == []


def test_the_page_of_the_business_has_the_button_for_every_reader(people, business):
    address = reverse("registry:business-detail", args=[business.public_id])
    for user in (people.registrar_a, people.trainer, people.verifier_a):
        assert ">Cetak</button>" in signed_in(user).get(address).text


def test_elsewhere_there_is_no_sheet_and_no_event(people, business):
    assert signed_in(people.registrar_b).post(sheet(business)).status_code == 404
    assert Client().post(sheet(business)).status_code == 302
    assert printed() == []


def test_a_reconstructed_row_says_so_on_paper(people):
    row = BusinessFactory(ward=None, district=None, owner=None, is_reconstruction=True)

    assert "Baris rekonstruksi, bukan data survei" in signed_in(people.official).post(sheet(row)).text
