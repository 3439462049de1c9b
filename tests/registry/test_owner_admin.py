"""Owners and the kinds of business at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.models import AuditEvent, User, Verb
from registry.models import Owner
from tests.factories.registry import OwnerFactory, SectorFactory
from tests.people import People

ADD = "/admin/registry/owner/add/"
NIK = "3574014101900001"
pytestmark = pytest.mark.django_db


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change_url(owner: Owner) -> str:
    return f"/admin/registry/owner/{owner.pk}/change/"


def messages_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_an_owner_is_registered_through_the_action(people: People) -> None:
    data = {"name": "Siti", "national_id": NIK, "phone": "0812-3456-7890", "ward": people.a.ward.pk}
    desk(people.registrar_a).post(ADD, data)

    owner = Owner.objects.get()
    assert (owner.national_id, owner.phone) == (NIK, "+6281234567890")
    assert owner.district == people.a.district
    assert AuditEvent.objects.filter(verb=Verb.CREATED, object_label="Siti").exists()


def test_a_strange_nik_is_stored_and_warned_about(people: People) -> None:  # 47
    data = {"name": "Siti", "national_id": "3574013202900001"}
    response = desk(people.administrator).post(ADD, data, follow=True)

    assert Owner.objects.get().national_id == "3574013202900001"
    assert "tidak ada di kalender" in messages_of(response)


def test_of_two_telephone_numbers_the_first_is_kept_and_that_is_said(people: People) -> None:  # 60
    data = {"name": "Siti", "phone": "0812-3456-7890 / 0335-421234"}
    response = desk(people.administrator).post(ADD, data, follow=True)

    assert Owner.objects.get().phone == "+6281234567890"
    assert "nomor telepon pertama" in messages_of(response)


def test_a_taken_nik_names_only_an_owner_one_may_see(people: People) -> None:  # 49
    OwnerFactory(name="Budi Contoh", national_id=NIK, ward=people.a.ward)
    data = {"name": "Siti", "national_id": NIK}

    seen = desk(people.registrar_a).post(ADD, data).content.decode()
    unseen = desk(people.registrar_b).post(ADD, data).content.decode()

    assert "NIK ini sudah terdaftar atas nama “Budi Contoh”." in seen
    assert "NIK ini sudah terdaftar." in unseen
    assert "Budi Contoh" not in unseen
    assert Owner.objects.count() == 1


def test_a_full_nik_is_in_no_page_and_stays_when_left_empty(people: People) -> None:
    owner = OwnerFactory(national_id=NIK, ward=people.a.ward)
    for user in (people.registrar_a, people.verifier_a, people.administrator):
        page = desk(user).get(change_url(owner)).content.decode()
        assert NIK not in page
        assert "3574••••••••0001" in page

    data = {"name": "Nama baru", "ward": people.a.ward.pk, "seen_version": 1}
    desk(people.registrar_a).post(change_url(owner), data)
    owner.refresh_from_db()
    assert (owner.name, owner.national_id) == ("Nama baru", NIK)


def test_the_second_of_two_editors_is_told(people: People) -> None:  # 80
    owner = OwnerFactory(ward=people.a.ward)
    data = {"ward": people.a.ward.pk, "seen_version": 1}
    desk(people.registrar_a).post(change_url(owner), {**data, "name": "Pertama"})

    response = desk(people.administrator).post(change_url(owner), {**data, "name": "Kedua"})

    assert "Data sudah diubah oleh" in response.content.decode()
    assert 'value="Kedua"' in response.content.decode()
    owner.refresh_from_db()
    assert owner.name == "Pertama"


def test_four_people_at_the_door_of_an_owner(people: People) -> None:
    owner = OwnerFactory(ward=people.a.ward)
    assert desk(people.registrar_a).get(change_url(owner)).status_code == 200
    assert desk(people.registrar_b).get(change_url(owner)).status_code == 404
    assert desk(people.verifier_a).post(change_url(owner), {"name": "x"}).status_code == 403
    assert Client().get(change_url(owner)).status_code == 302


def test_only_administrators_change_a_kind_of_business_and_only_its_name(people: People) -> None:
    sector = SectorFactory()
    url = f"/admin/registry/sector/{sector.pk}/change/"
    assert desk(people.registrar_a).get(url).status_code == 403

    desk(people.administrator).post(url, {"name": "Nama baru", "code": "Z", "is_offered": "on"})

    sector.refresh_from_db()
    assert (sector.name, sector.code) == ("Nama baru", "G")
    assert AuditEvent.objects.filter(verb=Verb.CHANGED, object_label=str(sector)).exists()
