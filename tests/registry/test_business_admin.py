"""Registering and changing a business at the desk."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core.models import AuditEvent, User, Verb
from registry.models import Business, Owner, RegistrationState, Sector
from tests.factories.registry import BusinessFactory, OwnerFactory
from tests.people import People

ADD = "/admin/registry/business/add/"
NIK = "3574014101900001"
LINES = {
    f"{prefix}-{name}": value
    for prefix in ("permits", "online_accounts")
    for name, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sectors() -> None:
    call_command("load_sectors", verbosity=0, stdout=StringIO())


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(people: People, **changed: Any) -> dict[str, Any]:
    """What the clerk types for a bakery of a new owner."""
    sector = Sector.objects.get(version="2020", code="C")
    filled = {
        "name": "Roti Bu Siti",
        "owner_name": "Siti Contoh",
        "owner_national_id": NIK,
        "sector": sector.pk,
        "ward": people.a.ward.pk,
        "annual_sales": "300.000.000",
        "is_branch_or_subsidiary": "unknown",
    }
    return {**filled, **LINES, **changed}


def change_url(business: Business) -> str:
    return f"/admin/registry/business/{business.pk}/change/"


def as_shown(business: Business, **changed: Any) -> dict[str, Any]:
    """The change form as the browser would send it back."""
    filled = {
        "name": business.name,
        "owner": business.owner_id,
        "sector": business.sector_id,
        "ward": business.ward_id,
        "is_branch_or_subsidiary": "unknown",
        "seen_version": business.version,
    }
    return {**filled, **LINES, **changed}


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["adminform"].form.errors.items()}


def html(response: Any) -> str:
    text: str = response.content.decode()
    return text


# --- Registering --------------------------------------------------------------------------------
def test_the_clerk_registers_owner_and_business_on_one_page(people: People) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people))

    business = Business.objects.get()
    assert response.status_code == 302
    assert response.url == f"/umkm/{business.public_id}/"
    assert business.owner is not None
    assert (business.owner.name, business.owner.national_id) == ("Siti Contoh", NIK)
    assert business.district == people.a.district
    assert business.registration.state == RegistrationState.DRAFT
    assert {"Roti Bu Siti", "Siti Contoh"} <= set(
        AuditEvent.objects.filter(verb=Verb.CREATED).values_list("object_label", flat=True)
    )


def test_save_and_submit_hands_the_registration_in(people: People) -> None:
    client = desk(people.registrar_a)
    client.post(ADD, typed(people, _submit_registration="1"))
    assert Business.objects.get().registration.state == RegistrationState.SUBMITTED


def test_an_owner_known_by_nik_is_linked_instead_of_made_again(people: People) -> None:
    known = OwnerFactory(name="Siti Contoh", national_id=NIK, ward=people.a.ward)

    desk(people.registrar_a).post(ADD, typed(people))

    assert Business.objects.get().owner == known
    assert Owner.objects.count() == 1


def test_a_nik_with_another_name_is_asked_about(people: People) -> None:
    OwnerFactory(name="Budi Contoh", national_id=NIK, ward=people.a.ward)

    response = desk(people.registrar_a).post(ADD, typed(people))

    assert "“Budi Contoh”" in errors(response)["owner_national_id"][0]
    assert not Business.objects.exists()


def test_a_nik_of_another_area_is_taken_and_nothing_more_is_said(people: People) -> None:  # 49
    OwnerFactory(name="Rahasia Contoh", national_id=NIK, ward=people.b.ward)

    response = desk(people.registrar_a).post(ADD, typed(people))

    assert errors(response)["owner_national_id"][0].startswith("NIK ini sudah terdaftar.")
    assert "Rahasia" not in html(response)
    assert not Business.objects.exists()


@pytest.mark.parametrize(
    ("left_out", "field"),
    [("name", "name"), ("owner_name", "owner_name"), ("sector", "sector"), ("ward", "ward")],
)
def test_what_is_left_out_is_asked_for_beside_its_field_and_the_rest_stays(
    people: People, left_out: str, field: str
) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people, **{left_out: ""}))

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert NIK in html(response)  # the clerk's own input, kept
    assert 'value="300.000.000"' in html(response)
    assert not Business.objects.exists()
    assert not Owner.objects.exists()


def test_without_any_owner_the_message_stands_beside_the_owner(people: People) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people, owner_name="", owner_national_id=""))
    assert list(errors(response)) == ["owner"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("owner_national_id", "3,57401E+15", "hilang"),  # 41
        ("owner_national_id", "357401410190000", "16 digit"),  # 44
        ("owner_born_on", "31/02/1990", "kalender"),  # 59
        ("owner_phone", "abc", "hanya boleh berisi angka"),  # 60
        ("annual_sales", "-1", "negatif"),  # 54
        ("annual_sales", "NaN", "bukan jumlah"),  # 55
        ("net_assets", "9" * 16, "15 digit"),  # 56
        ("workers_male", "2147483648", "terlalu besar"),  # 57
        ("workers_female", "3,7", "bilangan bulat"),  # 57
        ("started_on", "1/1/2999", "tidak boleh sesudah"),  # 59
        ("ward", "999999", "Pilih salah satu"),  # 61
        ("ward", "a\x00b", "Pilih salah satu"),  # 67
        ("latitude", "7°45'S", "derajat desimal"),  # 62
        ("name", "a\x00b", "NUL"),  # 67
        ("name", "x" * 151, "paling banyak 150"),  # 73
        ("products", "x" * 1_001, "paling banyak 1000"),  # 73
        ("kbli_code", "47111", "tidak termasuk jenis usaha ini"),
        ("nib", "123", "13 digit"),
        ("npwp", "12", "15 atau 16 digit"),
        ("legal_form", "ngawur", ""),
        ("owner", "9" * 30, ""),  # 81
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_stored(
    people: People, field: str, value: str, message: str
) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people, **{field: value}))
    assert response.status_code == 200
    assert message in errors(response)[field][0]
    assert not Business.objects.exists()
    assert not Owner.objects.exists()


@pytest.mark.parametrize(
    ("latitude", "longitude", "field", "message"),
    [
        ("113,2157", "-7,7543", "latitude", "tertukar"),  # 62
        ("0", "0", "latitude", "bukan lokasi"),  # 62
        ("-7,7543", "", "longitude", "bersama-sama"),
        ("48,8", "2,3", "latitude", "di luar Indonesia"),  # 62
    ],
)
def test_coordinates_come_as_a_pair_in_indonesia(
    people: People, latitude: str, longitude: str, field: str, message: str
) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people, latitude=latitude, longitude=longitude))
    assert message in errors(response)[field][0]


def test_text_that_looks_like_code_is_stored_as_typed(people: People) -> None:  # 74
    name = "<script>alert(1)</script> {{7*7}} '; DROP TABLE"
    desk(people.registrar_a).post(ADD, typed(people, name=name))
    assert Business.objects.get().name == name


def test_fields_nobody_may_type_stay_as_they_are(people: People) -> None:
    extra = {"status": "closed", "is_reconstruction": "1", "source": "x", "district": people.b.district.pk}
    desk(people.registrar_a).post(ADD, typed(people, **extra))

    business = Business.objects.get()
    assert (business.status, business.is_reconstruction, business.source) == ("active", False, "")
    assert business.district == people.a.district


# --- The choices --------------------------------------------------------------------------------
def test_the_ten_surveyed_sectors_come_first_in_study_order(people: People) -> None:
    choices = list(desk(people.registrar_a).get(ADD).context["adminform"].form.fields["sector"].choices)

    groups = {name: [label for _, label in rows] for name, rows in choices[1:]}
    assert list(groups) == ["Dipakai survei", "Lainnya"]
    assert [label[-2] for label in groups["Dipakai survei"]] == list("ACFGHIEJQS")
    assert len(groups["Dipakai survei"]) + len(groups["Lainnya"]) == 18
    assert not {"O", "T", "U"} & {label[-2] for label in groups["Lainnya"]}


def test_only_an_administrator_is_offered_government_and_households(people: People) -> None:
    choices = list(desk(people.administrator).get(ADD).context["adminform"].form.fields["sector"].choices)
    letters = {label[-2] for _, rows in choices[1:] for _, label in rows}
    assert {"O", "T", "U"} <= letters
    assert len(letters) == 21


def test_only_the_kelurahan_of_the_own_area_are_offered(people: People) -> None:
    choices = list(desk(people.registrar_a).get(ADD).context["adminform"].form.fields["ward"].choices)
    assert choices[1:] == [
        (f"Kecamatan {people.a.district.name}", [(choices[1][1][0][0], people.a.ward.name)])
    ]


def test_a_kelurahan_of_another_area_is_no_choice(people: People) -> None:
    response = desk(people.registrar_a).post(ADD, typed(people, ward=people.b.ward.pk))
    assert list(errors(response)) == ["ward"]


def test_an_owner_of_another_area_is_no_choice(people: People) -> None:
    stranger = OwnerFactory(ward=people.b.ward)
    data = typed(people, owner=stranger.pk, owner_name="", owner_national_id="")

    response = desk(people.registrar_a).post(ADD, data)

    assert "owner" in errors(response)
    assert stranger.name not in html(response)


# --- Changing -----------------------------------------------------------------------------------
def test_numbers_kept_encrypted_are_never_in_the_page_and_stay_when_left_empty(people: People) -> None:
    business = BusinessFactory(ward=people.a.ward, npwp="123456789012345")
    client = desk(people.registrar_a)

    assert "123456789012345" not in html(client.get(change_url(business)))
    assert "1234•••••••2345" in html(client.get(change_url(business)))
    response = client.post(change_url(business), as_shown(business, name="Nama baru"))

    assert response.status_code == 302
    business.refresh_from_db()
    assert (business.name, business.npwp) == ("Nama baru", "123456789012345")


def test_a_dash_removes_a_number(people: People) -> None:
    business = BusinessFactory(ward=people.a.ward, npwp="123456789012345")
    desk(people.registrar_a).post(change_url(business), as_shown(business, npwp="-"))
    business.refresh_from_db()
    assert business.npwp is None


def test_the_second_of_two_editors_is_told_and_keeps_what_was_typed(people: People) -> None:  # 80
    business = BusinessFactory(ward=people.a.ward)
    second = as_shown(business, name="Nama dari editor kedua")
    desk(people.registrar_a).post(change_url(business), as_shown(business, name="Nama dari editor pertama"))

    response = desk(people.administrator).post(change_url(business), second)

    assert response.status_code == 200
    assert f"Data sudah diubah oleh {people.registrar_a}" in errors(response)["__all__"][0]
    assert "Nama dari editor kedua" in html(response)
    business.refresh_from_db()
    assert business.name == "Nama dari editor pertama"


def test_permits_and_accounts_are_saved_with_the_business(people: People) -> None:
    lines = {
        "permits-TOTAL_FORMS": "1",
        "permits-0-kind": "halal",
        "permits-0-number": "ID-001",
        "permits-0-valid_until": "31/12/2030",
        "online_accounts-TOTAL_FORMS": "1",
        "online_accounts-0-platform": "website",
        "online_accounts-0-name": "rotibusiti",
        "online_accounts-0-link": "https://contoh.test/",
    }
    desk(people.registrar_a).post(ADD, typed(people, **lines))

    business = Business.objects.get()
    assert [permit.number for permit in business.permits.all()] == ["ID-001"]
    assert [account.name for account in business.online_accounts.all()] == ["rotibusiti"]


def test_the_same_permit_twice_is_told_and_nothing_is_stored(people: People) -> None:
    lines = {"permits-TOTAL_FORMS": "2", "permits-0-kind": "halal", "permits-1-kind": "halal"}
    response = desk(people.registrar_a).post(ADD, typed(people, **lines))
    assert response.status_code == 200
    assert "sudah ada pada baris lain" in html(response)
    assert not Business.objects.exists()


def test_a_link_that_would_run_script_is_refused(people: People) -> None:
    lines = {
        "online_accounts-TOTAL_FORMS": "1",
        "online_accounts-0-platform": "website",
        "online_accounts-0-name": "x",
        "online_accounts-0-link": "javascript:alert(1)",
    }
    assert desk(people.registrar_a).post(ADD, typed(people, **lines)).status_code == 200
    assert not Business.objects.exists()


# --- The size class, live -----------------------------------------------------------------------
def size(user: User, **amounts: str) -> Any:
    return desk(user).get("/umkm/skala/", amounts)


def test_the_size_class_shows_both_laws_and_their_notes(people: People) -> None:
    shown = html(size(people.registrar_a, net_assets="40.000.000", annual_sales="400 juta"))
    assert shown.count("size-badge") == 2
    assert "Kecil" in shown
    assert "Kriteria berbeda" in shown
    assert "Satu kriteria" in html(size(people.registrar_a, annual_sales="1"))
    assert html(size(people.registrar_a)).count("Belum diklasifikasi") == 2


def test_the_bounds_of_the_size_class_belong_to_the_lower_one(people: People) -> None:
    micro = html(size(people.registrar_a, net_assets="50.000.000", annual_sales="300.000.000"))
    assert "size-micro" in micro
    assert "size-small" in html(size(people.registrar_a, net_assets="50.000.001", annual_sales="300.000.000"))


@pytest.mark.parametrize("amount", ["abc", "-5", "9" * 400, "%00", "１２"])
def test_an_amount_that_cannot_be_read_is_told(people: People, amount: str) -> None:
    response = size(people.registrar_a, annual_sales=amount)
    assert response.status_code == 200
    assert ("size-problem" in html(response)) is (amount != "１２")


def test_who_may_ask_for_the_size_class(people: People) -> None:
    assert size(people.verifier_a).status_code == 403
    assert Client().get("/umkm/skala/").status_code == 403
