"""Likely doubles of one business and of many: found by any key, told within the user's area only."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import match_keys
from registry.duplicates import Sought, candidates_for, candidates_for_many, many, sought, sought_of
from registry.models import Business, Owner
from tests.factories import BusinessFactory, OwnerFactory
from tests.people import People


@pytest.fixture
def sari(people: People) -> Business:
    owner = OwnerFactory(name="Siti Aminah", phone="+6281100009999", national_id="9901010101909999")
    return BusinessFactory(name="Warung Sari Rasa", ward=people.a.ward, owner=owner, nib="9900000000001")


def _like(sari: Business, **change: object) -> Sought:
    values: dict[str, object] = {"name": sari.name, "owner_name": "Siti Aminah", "ward": sari.ward_id}
    return sought(**(values | change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Wrg. Sari Raas", "owner_name": "Hj. Siti Aminah"},
        {"name": "Rasa Sari", "owner_name": "Siti"},
        {"name": "Bengkel Maju", "owner_name": "Budi", "national_id": "9901010101909999"},
        {"name": "Warung Sari Rassa", "owner_name": "Sitti Aminah", "ward": None, "phone": "+6281100009999"},
        {"name": "Sari Rasa", "owner_name": "Budi Santoso"},  # the same name in the same kelurahan
        {"name": "Toko Maju", "owner_name": "Budi", "nib": "9900000000001"},
    ],
)
def test_a_double_is_found_by_any_of_its_keys(sari: Business, people: People, change: dict[str, str]) -> None:
    found = candidates_for(_like(sari, **change), people.registrar_a)
    assert [candidate.pk for candidate in found] == [sari.pk]
    assert found[0].is_visible
    assert found[0].name == "Warung Sari Rasa"
    assert found[0].ward_name == people.a.ward.name


def test_what_is_not_alike_is_not_told(sari: Business, people: People) -> None:
    assert candidates_for(_like(sari, name="Bengkel Maju", owner_name="Budi"), people.registrar_a) == []
    other_ward = _like(sari, owner_name="Budi Santoso", ward=people.b.ward.pk)
    assert candidates_for(other_ward, people.registrar_a) == []
    assert candidates_for(sought(name="…"), people.registrar_a) == []


def test_a_record_is_no_double_of_itself(sari: Business, people: People) -> None:
    assert candidates_for(sought_of(sari), people.registrar_a) == []
    new = Business(name="Sari Rasa", owner=Owner(name="Siti Aminah"), ward=sari.ward)
    assert [candidate.pk for candidate in candidates_for(sought_of(new), people.registrar_a)] == [sari.pk]


def test_of_another_area_only_that_it_is_registered(sari: Business, people: People) -> None:
    (hint,) = candidates_for(_like(sari), people.registrar_b)
    assert not hint.is_visible
    assert (hint.pk, hint.public_id, hint.name, hint.owner_name, hint.ward_name) == (None, None, "", "", "")
    assert (hint.score, hint.evidence) == (0, ())


def test_reconstructed_rows_are_nobodys_double(people: People) -> None:
    BusinessFactory(name="Warung Sari Rasa", is_reconstruction=True, ward=people.a.ward)
    assert candidates_for(sought(name="Warung Sari Rasa", ward=people.a.ward), people.registrar_a) == []


def test_one_statement_finds_them(sari: Business, people: People) -> None:
    people.administrator.district_ids()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert candidates_for(_like(sari, national_id="9901010101909999"), people.administrator)
    assert len(queries) == 1


# --- Many ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("whole_register_up_to", [0, 20])
def test_many_are_held_against_the_register_and_one_another(
    sari: Business, people: People, monkeypatch: pytest.MonkeyPatch, whole_register_up_to: int
) -> None:
    monkeypatch.setattr(many, "WHOLE_REGISTER_UP_TO", whole_register_up_to)
    rows = [
        sought(name="Warung Sari Raas", owner_name="Siti Aminah", ward=people.a.ward, ref=11),
        sought(name="Toko Jaya Abadi", owner_name="Budi Santoso", ward=people.a.ward, ref=12),
        sought(name="Toko Jaya Abdai", owner_name="Budi Santoso", ward=people.a.ward, ref=13),
        sought(name="Salon Melati", owner_name="Rina", ward=people.a.ward, ref=14),
    ]
    hints = candidates_for_many(rows, people.registrar_a)
    assert [(hint.ref, hint.pk, hint.other_ref) for hint in hints] == [(11, sari.pk, None), (13, None, 12)]
    elsewhere = candidates_for_many(rows[:1], people.registrar_b)
    assert [(hint.ref, hint.pk, hint.is_visible, hint.score) for hint in elsewhere] == [(11, None, False, 0)]
    assert candidates_for_many([], people.registrar_a) == []


def test_many_cost_as_many_queries_as_few(sari: Business, people: People) -> None:
    def queries(number: int) -> int:
        rows = [sought(name=f"Toko {ref}", owner_name=f"Budi {ref}", ref=ref) for ref in range(number)]
        with CaptureQueriesContext(connection) as captured:
            candidates_for_many(rows, people.administrator)
        return len(captured)

    assert queries(3) == queries(300)


# --- Keys ----------------------------------------------------------------------------------------
def test_every_way_of_writing_a_name_writes_its_keys(sari: Business) -> None:
    expected = next(match_keys.match_keys_for([("Toko Baru", "Rina")]))
    assert next(match_keys.match_keys_for([("Warung Sari Rasa", "Siti Aminah")])).name == sari.name_key

    Business.objects.filter(pk=sari.pk).update(name="Toko Baru")
    sari.refresh_from_db()
    assert (sari.name_key, sari.initials_key) == expected[:2]

    sari.name = "Warung Lama"
    sari.save(update_fields=["name"])
    sari.refresh_from_db()
    assert sari.name_key != expected.name

    sari.name = "Toko Baru"
    Business.objects.bulk_update([sari], ["name"])
    sari.refresh_from_db()
    assert (sari.name_key, sari.initials_key) == expected[:2]

    sari.owner.name = "Rina"
    sari.owner.save()
    (copy,) = Owner.objects.bulk_create(
        [Owner(name="Rina", created_at=sari.created_at, updated_at=sari.created_at)]
    )
    assert sari.owner.name_key == copy.name_key == expected.owner


def test_the_command_finds_and_writes_missing_keys(
    sari: Business, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("match_keys", check=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_business SET name_key = NULL")
        cursor.execute("UPDATE registry_owner SET name_key = 1")
    with pytest.raises(CommandError, match=r"1 pelaku usaha, 1 UMKM"):
        call_command("match_keys", check=True)
    call_command("match_keys")
    assert "Ditulis ulang: 1 pelaku usaha, 1 UMKM" in capsys.readouterr().out
    call_command("match_keys", check=True)
    before = sari.name_key
    sari.refresh_from_db()
    assert sari.name_key == before
