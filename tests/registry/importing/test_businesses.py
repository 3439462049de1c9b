"""A list of businesses becomes staged rows with verdicts, and the good ones businesses."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from core.importing import batches
from core.importing.committing import conflicts_of, undo_rows
from core.models import AuditEvent, User, Verb
from registry.models import Business, Owner, Registration
from tests.factories.imports import AT, HEADERS, committed, errors_of, row_of, staged
from tests.people import People

pytestmark = pytest.mark.django_db
NIK = "3574014101900001"


@pytest.fixture(autouse=True)
def _sectors() -> None:
    call_command("load_sectors", stdout=StringIO())


def row(people: People, name: str = "Warung Bu Siti", **cells: str) -> list[str]:
    ward = people.a.ward
    values = {
        "Nama usaha": name,
        "Nama pelaku usaha": "Siti Aminah",
        "NIK": NIK,
        "Nomor telepon": "0812-3456-7890",
        "Jenis usaha": "I",
        "Kecamatan": ward.parent.name if ward.parent else "",
        "Kelurahan": ward.name,
        **cells,
    }
    return [values[header] for header in HEADERS]


def test_a_new_row_becomes_a_draft_with_its_owner(people: People) -> None:
    batch = staged(people.registrar_a, [row(people)])
    assert batch.counts.get("new") == 1, (batch.counts, batch.state, row_of(batch).found)
    assert Business.objects.count() == 0
    committed(batch, people.registrar_a)
    business = Business.objects.get()
    assert business.owner is not None
    assert (business.name, business.owner.national_id, business.owner.phone) == (
        "Warung Bu Siti", NIK, "+6281234567890",
    )  # fmt: skip
    assert business.registration.state == "draft"
    assert business.district == people.a.district
    assert set(AuditEvent.objects.filter(batch=batch.public_id).values_list("verb", flat=True)) == {
        Verb.CREATED,
        Verb.IMPORTED,
    }


def test_the_same_list_again_is_unchanged(people: People) -> None:
    rows = [
        row(people),
        row(people, "Toko Kain", NIK="", **{"Nama pelaku usaha": "Budi", "Nomor telepon": ""}),
    ]
    committed(staged(people.registrar_a, rows), people.registrar_a)
    again = staged(people.registrar_a, rows)
    assert again.counts["unchanged"] == 2, [one.found for one in again.rows.all()]


def test_undo(people: People) -> None:
    batch = committed(staged(people.registrar_a, [row(people)]), people.registrar_a)
    assert conflicts_of(batch) == []
    batches.start_undo(batch, by=people.registrar_a, at=AT)
    undo_rows(batch, by=people.registrar_a, at=AT)
    assert (Business.objects.count(), Owner.objects.count(), Registration.objects.count()) == (0, 0, 0)


def test_all_errors_of_a_row_are_told(people: People) -> None:
    bad = row(people, "", NIK="123", **{"Jenis usaha": "Entah", "Kelurahan": "Nirwana"})
    batch = staged(people.registrar_a, [bad])
    assert {column for column, _ in errors_of(row_of(batch))} == {
        "Nama usaha",
        "NIK",
        "Jenis usaha",
        "Kelurahan",
    }


def test_who_lost_a_kecamatan_since_changes_nothing_in_it(people: People) -> None:
    by = people.registrar_a
    committed(staged(by, [row(people)]), by)
    changed = staged(by, [row(people, **{"Nomor telepon": "081299999999"})], policy="overwrite")
    assert row_of(changed).verdict == "changed"
    by.districts.set([people.b.district])
    committed(changed, User.objects.get(pk=by.pk))
    assert row_of(changed).outcome == "failed"
    assert Owner.objects.with_phone("+6281234567890").exists()
