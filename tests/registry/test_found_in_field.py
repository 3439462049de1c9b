"""An enumerator meets a business that is not in the list, records it, and it becomes a registration like any other."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from registry import actions
from registry.models import Business, BusinessStatus, DuplicatePair, Owner, Sector
from tests.audit_guard import audit_guard
from tests.factories import BusinessFactory, SectorFactory, UserFactory, WardFactory, WaveFactory
from tests.people import People
from tests.registry.test_actions_races import at_once

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
URL = reverse("registry:found-create")
FOUND = BusinessStatus.FOUND_IN_FIELD


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sector(db: None) -> Sector:
    return SectorFactory()


@pytest.fixture
def filled(people: People, sector: Sector) -> dict[str, Any]:
    return {
        "sent_as": str(uuid.uuid4()),
        "name": "Soto Mbok Ijah",
        "owner_name": "Ijah",
        "owner_phone": "0812-3456-7890",
        "sector": str(sector.pk),
        "ward": str(people.a.ward.pk),
        "address": "Jalan Contoh 3",
    }


def test_it_stands_in_the_list_as_found_and_a_draft(people: People, filled: dict[str, Any]) -> None:
    with audit_guard(Business, Owner):
        response = signed_in(people.enumerator_a).post(URL, filled)

    business = Business.objects.get()
    assert response["Location"] == business.get_absolute_url()
    assert (business.status, business.registration.state, business.address) == (
        FOUND,
        "draft",
        "Jalan Contoh 3",
    )
    assert (business.owner.name, business.owner.phone) == ("Ijah", "+6281234567890")
    page = signed_in(people.enumerator_a).get(response["Location"]).text
    assert "Ditemukan di lapangan, belum terdaftar" in page
    assert business not in Business.objects.active()


def test_name_kind_and_kelurahan_are_enough(people: People, filled: dict[str, Any]) -> None:
    signed_in(people.enumerator_a).post(URL, filled | {"owner_name": "", "owner_phone": "", "address": ""})

    assert Business.objects.get().owner is None
    assert not Owner.objects.exists()


def test_the_counter_completes_it_and_a_verifier_makes_it_active(
    people: People, filled: dict[str, Any]
) -> None:
    signed_in(people.enumerator_a).post(URL, filled)
    registration = Business.objects.get().registration
    actions.submit_registration(registration=registration, by=people.registrar_a, at=AT)
    actions.approve_registration(registration=registration, by=people.verifier_a, at=AT)

    business = Business.objects.get()
    assert (business.status, business.registration.state) == ("active", "registered")


def test_the_four_people(people: People, filled: dict[str, Any]) -> None:
    assert signed_in(people.supervisor_a).get(URL).status_code == 200
    for reader in (people.registrar_a, people.official, people.trainer):
        assert signed_in(reader).post(URL, filled).status_code == 403
    assert Client().get(URL)["Location"].startswith(reverse("core:login"))
    elsewhere = signed_in(people.enumerator_b).post(URL, filled)  # the kelurahan of another area
    assert elsewhere.context["form"].errors["ward"]
    assert not Business.objects.exists()


def test_the_way_there_is_offered_to_those_who_may(people: People) -> None:
    wave = open_wave().code
    of_the_wave = reverse("surveys:found-create", args=[wave])
    pages = {
        reverse("registry:business-list"): URL,
        reverse("surveys:wave-businesses", args=[wave]): of_the_wave,
    }
    for page, way in pages.items():
        assert way in signed_in(people.enumerator_a).get(page).text
        assert way not in signed_in(people.official).get(page).text


def open_wave() -> Any:
    today = timezone.localdate()
    return WaveFactory(period_start=today - timedelta(days=1), period_end=today + timedelta(days=1))


def test_it_is_interviewed_from_its_own_page(people: People, filled: dict[str, Any]) -> None:
    wave = open_wave()
    client = signed_in(people.enumerator_a)
    client.post(URL, filled)
    business = Business.objects.get()

    page = client.get(reverse("surveys:business-responses", args=[business.public_id])).text

    form = reverse("surveys:response-create", args=[wave.code, business.public_id])
    assert form in page
    assert client.get(form).status_code == 200
    reader = signed_in(people.official).get(reverse("surveys:business-responses", args=[business.public_id]))
    assert form not in reader.text


# --- Doubles --------------------------------------------------------------------------------------
class TestDoubles:
    @pytest.fixture
    def there(self, people: People) -> Business:
        return BusinessFactory(name="Soto Mbok Ijah", owner__name="Ijah", ward=people.a.ward)

    def test_the_same_warning_as_at_the_counter(
        self, people: People, filled: dict[str, Any], there: Business
    ) -> None:
        page = signed_in(people.enumerator_a).post(URL, filled)

        assert "Mungkin sudah terdaftar" in page.text
        assert there.get_absolute_url() in page.text
        assert page.context["form"]["address"].value() == "Jalan Contoh 3"
        assert Business.objects.count() == 1

    def test_stored_all_the_same_with_a_reason_it_stands_on_the_worklist(
        self, people: People, filled: dict[str, Any], there: Business
    ) -> None:
        client = signed_in(people.enumerator_a)
        seen = client.post(URL, filled).context["form"]["seen_doubles"].value()

        client.post(URL, filled | {"seen_doubles": seen, "duplicate_reason": "Cabang kedua di pasar"})

        business = Business.objects.exclude(pk=there.pk).get()
        assert business.status == FOUND
        assert {DuplicatePair.objects.get().first, DuplicatePair.objects.get().second} == {there, business}

    def test_of_another_area_nothing_but_that_there_is_one(
        self, people: People, filled: dict[str, Any]
    ) -> None:
        far = BusinessFactory(name="Soto Mbok Ijah", owner__name="Ijah", ward=people.b.ward)
        Owner.objects.filter(pk=far.owner_id).update(name="Ijah")

        page = signed_in(people.enumerator_a).post(URL, filled)

        assert "Sudah terdaftar di luar wilayah kerja Anda" in page.text
        assert str(far.public_id) not in page.text


# --- Sent twice, and sent wrongly -----------------------------------------------------------------
def test_sent_twice_it_is_one(people: People, filled: dict[str, Any]) -> None:
    client = signed_in(people.enumerator_a)
    first, second = client.post(URL, filled), client.post(URL, filled)

    assert first["Location"] == second["Location"]
    assert (Business.objects.count(), Owner.objects.count()) == (1, 1)
    assert "sudah tercatat sebelumnya" in client.get(second["Location"]).text


def test_under_the_name_of_another_record_nothing_is_stored_or_told(
    people: People, filled: dict[str, Any]
) -> None:
    far = BusinessFactory(ward=people.b.ward, name="Toko Rahasia")

    answer = signed_in(people.enumerator_a).post(URL, filled | {"sent_as": str(far.public_id)})

    assert answer.status_code == 200
    assert "tidak dapat disimpan" in answer.text
    assert "Rahasia" not in answer.text
    assert Business.objects.get() == far


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\0"),
        ("name", "x" * 151),
        ("sector", "0"),
        ("ward", ""),
        ("ward", "abc"),
        ("owner_phone", "12"),
        ("owner_name", ""),  # of a telephone somebody is the owner
        ("sent_as", "abc"),
    ],
)
def test_bad_input_is_told_at_its_field_and_the_rest_is_kept(
    people: People, filled: dict[str, Any], field: str, value: str
) -> None:
    page = signed_in(people.enumerator_a).post(URL, filled | {field: value})

    assert page.status_code == 200
    assert page.context["form"].errors[field]
    kept = "address" if field != "address" else "name"
    assert page.context["form"][kept].value() == filled[kept]
    assert not Business.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sent_many_times_at_once_it_is_one() -> None:
    ward, kind, by, sent_as = WardFactory(), SectorFactory(), UserFactory(role="enumerator"), uuid.uuid4()

    def send() -> bool:
        business = Business(public_id=sent_as, name="Soto Mbok Ijah", sector=kind, ward=ward)
        return actions.record_found(business=business, owner=Owner(name="Ijah"), by=by, at=AT)[1]

    assert at_once([send] * 4) == [None] * 4
    assert (Business.objects.count(), Owner.objects.count()) == (1, 1)
