"""Two importers, or an importer and a form, who want the same number at the same moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from core.importing import batches
from core.importing.committing import commit_rows
from core.models import ImportBatch, User
from registry import actions
from registry.models import Business, Owner
from tests.factories import SectorFactory, UserFactory, WardFactory
from tests.factories.imports import AT, errors_of, staged
from tests.registry.test_actions_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HEADERS = ("Nama usaha", "Nama pelaku usaha", "NIK", "NIB", "Jenis usaha", "Kelurahan")


def place() -> tuple[User, Any]:
    ward = WardFactory(name="Mayangan")
    SectorFactory(code="I", name="Bagian I", study_row=None, study_label="")
    return UserFactory(), ward


def waiting(user: User, rows: list[list[str]]) -> ImportBatch:
    batch = staged(user, rows, HEADERS)
    batches.start_commit(batch, by=user, at=AT)
    return batch


def rows(owner: str, count: int = 30) -> list[list[str]]:
    return [
        [f"Usaha {n}", f"{owner} {n}", f"357401410190{n + 1:04d}", f"1234567{n:06d}", "I", "Mayangan"]
        for n in range(count)
    ]


def test_two_lists_with_the_same_nik_and_other_names_make_each_owner_once() -> None:
    user, _ = place()
    first, second = waiting(user, rows("Siti")), waiting(user, rows("Budi"))
    errors = at_once(
        [lambda: commit_rows(first, by=user, at=AT), lambda: commit_rows(second, by=user, at=AT)]
    )
    assert errors == [None, None]
    assert (Owner.objects.count(), Business.objects.count()) == (30, 30)
    failed = [row for batch in (first, second) for row in batch.rows.filter(outcome="failed")]
    assert len(failed) == 30
    assert all(errors_of(row)[0][0] in ("NIK", "NIB") for row in failed)


def test_the_same_list_twice_at_once_is_written_once() -> None:
    user, _ = place()
    first, second = waiting(user, rows("Siti")), waiting(user, rows("Siti"))
    at_once([lambda: commit_rows(first, by=user, at=AT), lambda: commit_rows(second, by=user, at=AT)])
    assert (Owner.objects.count(), Business.objects.count()) == (30, 30)


def test_a_form_that_takes_a_nib_first_costs_the_list_one_row() -> None:
    user, ward = place()
    batch = waiting(user, rows("Siti"))
    nib = rows("Siti")[7][3]

    def form() -> None:
        owner = actions.save_owner(owner=Owner(name="Rina"), by=user, at=AT)
        business = Business(name="Toko", owner=owner, ward=ward, sector_id=sector, nib=nib)
        actions.save_business(business=business, by=user, at=AT)

    sector = SectorFactory(code="I").pk
    form()
    commit_rows(batch, by=user, at=AT)
    failed = batch.rows.get(outcome="failed")
    assert (failed.number, errors_of(failed)) == (
        9,
        [("NIB", "NIB ini sudah dipakai UMKM milik pelaku usaha lain.")],
    )
    assert Business.objects.filter(nib=nib).count() == 1
    assert Business.objects.count() == 30


def test_a_nik_taken_in_the_middle_of_the_chunk_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken after the chunk looked whether it is free: the unique index has the last word."""
    if connection.vendor != "postgresql":
        return  # its transactions write one after the other
    from registry.importing import writing

    user, _ = place()
    batch = waiting(user, rows("Siti"))
    insert = writing._Creation._insert_owners
    taken: list[int] = []

    def late(self: Any, owners: Any) -> None:
        if not taken:
            taken.append(1)
            at_once(
                [
                    lambda: actions.save_owner(
                        owner=Owner(name="Rina", national_id=rows("")[3][2]), by=user, at=AT
                    )
                ]
            )
        insert(self, owners)

    monkeypatch.setattr(writing._Creation, "_insert_owners", late)
    commit_rows(batch, by=user, at=AT)
    failed = batch.rows.get(outcome="failed")
    assert failed.number == 5
    assert (Owner.objects.count(), Business.objects.count()) == (30, 29)
