"""Two importers, or an importer and a form, who want the same number at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction

from core.importing import batches
from core.importing.committing import commit_rows
from core.models import ImportBatch, ImportPolicy, User
from registry import actions
from registry.actions.holding import hold_nibs
from registry.importing import changing, writing
from registry.models import Business, Owner
from tests.factories import BusinessFactory, SectorFactory, UserFactory, WardFactory
from tests.factories.imports import AT, errors_of, staged
from tests.registry.test_actions_races import PATIENCE, at_once
from tests.registry.test_merging_races import on_a_connection_of_its_own, until_waiting

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


# --- Lists without any number ---------------------------------------------------------------------
UNNUMBERED = ("Nama usaha", "Nama pelaku usaha", "Jenis usaha", "Kelurahan")
NAMES = ("Batik Kenanga", "Rawon Mbok Jum", "Bengkel Las Surya", "Anyaman Lontar")


def unnumbered(*names: str) -> list[list[str]]:
    return [[name, f"Siti {name}", "I", "Mayangan"] for name in names]


def waiting_without_numbers(user: User, *names: str) -> ImportBatch:
    batch = staged(user, unnumbered(*names), UNNUMBERED)
    assert set(batch.rows.values_list("verdict", flat=True)) == {"new"}
    batches.start_commit(batch, by=user, at=AT)
    return batch


def test_two_lists_judged_side_by_side_bring_in_a_business_without_numbers_once() -> None:
    user, _ = place()
    first, second = (waiting_without_numbers(user, *NAMES) for _ in range(2))
    errors = at_once(
        [lambda: commit_rows(first, by=user, at=AT), lambda: commit_rows(second, by=user, at=AT)]
    )
    assert errors == [None, None]
    assert sorted(Business.objects.values_list("name", flat=True)) == sorted(NAMES)
    assert Owner.objects.count() == len(NAMES)
    failed = [row for batch in (first, second) for row in batch.rows.filter(outcome="failed")]
    assert {errors_of(row)[0] for row in failed} == {("Nama usaha", writing.TWIN)}
    assert len(failed) == len(NAMES)


def commit_when_both_have_looked(monkeypatch: pytest.MonkeyPatch) -> int:
    """Both lists look for what came in since; then both write. How many businesses there are."""
    both_have_looked = threading.Barrier(2, timeout=PATIENCE)
    look = writing.rows_with_twins

    def look_and_pause(*args: Any) -> set[int]:
        found = look(*args)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(1)
        return found

    monkeypatch.setattr(writing, "rows_with_twins", look_and_pause)
    user, _ = place()
    first, second = (waiting_without_numbers(user, *NAMES) for _ in range(2))
    assert at_once(
        [lambda: commit_rows(first, by=user, at=AT), lambda: commit_rows(second, by=user, at=AT)]
    ) == [None, None]
    return Business.objects.count()


def test_the_second_list_looks_after_the_first_has_written(monkeypatch: pytest.MonkeyPatch) -> None:
    assert commit_when_both_have_looked(monkeypatch) == len(NAMES)


def test_control_without_the_hold_both_bring_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return  # its transactions write one after the other
    monkeypatch.setattr(writing, "hold_new_businesses", lambda: None)
    assert commit_when_both_have_looked(monkeypatch) == 2 * len(NAMES)


def test_a_business_the_counter_took_in_meanwhile_costs_the_list_one_row() -> None:
    user, ward = place()
    batch = waiting_without_numbers(user, *NAMES)
    owner = actions.save_owner(owner=Owner(name=f"siti  {NAMES[1]}"), by=user, at=AT)
    business = Business(name=NAMES[1].upper(), owner=owner, ward=ward, sector=SectorFactory(code="I"))
    actions.save_business(business=business, by=user, at=AT)
    commit_rows(batch, by=user, at=AT)
    assert batch.rows.get(outcome="failed").number == 3
    assert Business.objects.count() == len(NAMES)


def test_what_somebody_saw_and_called_another_business_is_written_all_the_same() -> None:
    user, ward = place()
    there = BusinessFactory(name=NAMES[0], owner__name=f"Siti {NAMES[0]}", ward=ward)
    batch = staged(user, [*unnumbered(NAMES[0]), *unnumbered(NAMES[0])], UNNUMBERED)
    for row in batch.rows.all():
        assert row.verdict == "possible_duplicate"
        batches.decide(row, "new", by=user, at=AT)
    batches.start_commit(batch, by=user, at=AT)
    commit_rows(batch, by=user, at=AT)
    assert set(batch.rows.values_list("outcome", flat=True)) == {"created"}
    assert Business.objects.exclude(pk=there.pk).count() == 2


# --- A list and a form about the same record --------------------------------------------------------
def test_a_list_waits_for_the_nib_of_a_form_without_holding_its_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The form has the NIB next and then wants the record; a list that locked it first would block both."""
    if connection.vendor != "postgresql":
        return  # its transactions write one after the other
    user, ward = place()
    business = BusinessFactory(ward=ward, nib="")
    nib = "9120001234567"
    batch = staged(user, [[str(business.public_id), nib]], ("Kode", "NIB"), policy=ImportPolicy.OVERWRITE)
    batches.start_commit(batch, by=user, at=AT)
    business.nib = nib
    tries: list[int] = []
    write = changing.Changes.write
    monkeypatch.setattr(changing.Changes, "write", lambda *args: tries.append(1) or write(*args))
    pool = ThreadPoolExecutor(2)
    with transaction.atomic():
        hold_nibs([nib])
        tasks = []
        for count, task in enumerate(
            (
                lambda: actions.save_business(business=business, by=user, at=AT),
                lambda: commit_rows(batch, by=user, at=AT),
            ),
            start=1,
        ):
            tasks.append(pool.submit(on_a_connection_of_its_own, task))
            until_waiting(count)
    assert [task.exception(PATIENCE) for task in tasks] == [None, None]
    assert len(tries) == 1  # a list that was blocked would have tried again
    assert errors_of(batch.rows.get())[0] == ("Baris", changing.STALE)
    assert Business.objects.get(pk=business.pk).version == 2
