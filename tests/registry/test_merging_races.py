"""Two people merge the same records at once: one of them wins. With a control in which both do.

The rows are made inside the test: a test with real transactions ends in a flush.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection, transaction

from registry import actions
from registry.actions import merging
from registry.models import Business, MergeJournal
from tests.factories import BusinessFactory, UserFactory, registered_business
from tests.registry.test_actions_races import PATIENCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
Task = Callable[[], object]


def merge_both_ways(merge: Callable[..., object]) -> list[Exception | None]:
    """One keeps the first record, the other the second."""
    first, second = BusinessFactory(), BusinessFactory()
    by = UserFactory()

    def task(winner: Business, loser: Business) -> Callable[[], object]:
        return lambda: merge(
            winner=winner,
            loser=loser,
            take=[],
            versions=(1, 1),
            by=by,
            at=AT,
            reason="Satu usaha tercatat dua kali",
        )

    return at_once([task(first, second), task(second, first)])


def test_of_two_merges_at_once_one_is_refused() -> None:
    errors = merge_both_ways(actions.merge_businesses)
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, actions.WrongState | actions.StaleRecord) for error in errors) == 1
    assert Business.objects.standing().count() == 1
    assert MergeJournal.objects.count() == 1


def test_control_without_lock_and_transaction_both_records_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read = threading.Barrier(2, timeout=PATIENCE)

    def without_lock(winner: int, loser: int, *nibs: str, others: object = ()) -> tuple[Business, Business]:
        rows = Business.objects.in_bulk([winner, loser])
        both_have_read.wait()
        return rows[winner], rows[loser]

    monkeypatch.setattr(merging, "_locked", without_lock)
    merge_both_ways(actions.merge_businesses.__wrapped__)
    assert Business.objects.standing().count() == 0


def test_undone_twice_at_once_is_undone_once() -> None:
    first, second = BusinessFactory(), BusinessFactory()
    by = UserFactory()
    journal = actions.merge_businesses(
        winner=first,
        loser=second,
        take=[],
        versions=(1, 1),
        by=by,
        at=AT,
        reason="Satu usaha tercatat dua kali",
    )
    undo = [
        lambda: actions.unmerge_businesses(journal=journal, by=by, at=AT, reason="Ternyata dua usaha")
    ] * 3
    errors = at_once(undo)
    assert sum(error is None for error in errors) == 1
    assert sum(isinstance(error, actions.WrongState) for error in errors) == 2


# --- NIB ------------------------------------------------------------------------------------------
NIB, OTHER_NIB = "9120001234567", "9120007654321"
MERGED, UNDONE = "Satu usaha tercatat dua kali", "Ternyata dua usaha berbeda"


def pause_after_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks whether the NIB is another's, and waits a moment for the other one to look too."""
    both_have_looked = threading.Barrier(2)
    look = Business.nib_is_anothers

    def look_and_pause(business: Business) -> bool:
        answer = look(business)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(1)
        return answer

    monkeypatch.setattr(Business, "nib_is_anothers", look_and_pause)


def owners_of_the_nib() -> int:
    return Business.objects.standing().filter(nib=NIB).values("owner").distinct().count()


def merge_while_the_owner_takes_the_nib_again(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """The winner goes to the owner of the loser, while its own owner writes its NIB on a second business."""
    winner, loser = BusinessFactory(nib=NIB), BusinessFactory()
    second = BusinessFactory(owner=winner.owner)
    second.nib = NIB
    by = UserFactory()
    pause_after_looking(monkeypatch)
    merge = {"take": ["owner"], "versions": (1, 1), "by": by, "at": AT, "reason": MERGED}
    return at_once(
        [
            lambda: actions.merge_businesses(winner=winner, loser=loser, **merge),
            lambda: actions.save_business(business=second, by=by, at=AT),
        ]
    )


def test_a_merge_and_a_form_do_not_leave_one_nib_with_two_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = merge_while_the_owner_takes_the_nib_again(monkeypatch)
    assert [type(error) for error in errors if error] == [actions.AlreadyTaken]
    assert owners_of_the_nib() == 1


def test_control_without_the_hold_of_the_merge_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite lets one transaction write after the other
    monkeypatch.setattr(merging, "hold_nibs", lambda nibs: None)
    assert merge_while_the_owner_takes_the_nib_again(monkeypatch) == [None, None]
    assert owners_of_the_nib() == 2


def undo_while_another_takes_the_nib(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """The winner gave its NIB up in the merge; the undo brings it back while somebody else takes it."""
    winner, loser, third = BusinessFactory(nib=NIB), BusinessFactory(nib=OTHER_NIB), BusinessFactory()
    by = UserFactory()
    journal = actions.merge_businesses(
        winner=winner, loser=loser, take=["nib"], versions=(1, 1), by=by, at=AT, reason=MERGED
    )
    third.nib = NIB
    pause_after_looking(monkeypatch)
    return at_once(
        [
            lambda: actions.unmerge_businesses(journal=journal, by=by, at=AT, reason=UNDONE),
            lambda: actions.save_business(business=third, by=by, at=AT),
        ]
    )


def test_an_undo_and_a_form_do_not_leave_one_nib_with_two_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = undo_while_another_takes_the_nib(monkeypatch)
    assert [type(error) for error in errors if error] == [actions.AlreadyTaken]
    assert owners_of_the_nib() == 1


def test_control_without_the_hold_of_the_undo_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite lets one transaction write after the other
    monkeypatch.setattr(merging, "hold_nibs", lambda nibs: None)
    assert undo_while_another_takes_the_nib(monkeypatch) == [None, None]
    assert owners_of_the_nib() == 2


# --- A merge and the proposals of what is merged ----------------------------------------------------
def two_with_proposals(*, loser_is_older: bool) -> tuple[Task, Task, list[Business]]:
    """A merge of two registered businesses, the approval of a proposal for each of them, and the two."""
    one, other = registered_business(), registered_business()
    winner, loser = (other, one) if loser_is_older else (one, other)
    by, approver, batch = UserFactory(), UserFactory(role="verifier"), uuid.uuid4()
    items = [(business, {"products": "soto"}) for business in (winner, loser)]
    actions.propose_changes(items, by=by, at=AT, reason="Menurut pemiliknya", batch=batch)
    versions = (winner.version, loser.version)
    values = {"take": [], "versions": versions, "by": by, "at": AT, "reason": MERGED}
    return (
        lambda: actions.merge_businesses(winner=winner, loser=loser, **values),
        lambda: actions.approve_batch(batch=batch, by=approver, at=AT),
        [winner, loser],
    )


@pytest.mark.parametrize("loser_is_older", [True, False])
def test_nothing_proposed_is_lost_when_the_records_are_merged_meanwhile(loser_is_older: bool) -> None:
    """Whoever is first: the merge is refused, as a proposal waits or as the records were just changed."""
    merge, approve, businesses = two_with_proposals(loser_is_older=loser_is_older)
    merged, approved = at_once([merge, approve])
    assert isinstance(merged, actions.WrongState | actions.StaleRecord)
    assert approved is None
    for business in businesses:
        business.refresh_from_db()
        assert (business.products, business.merged_into) == ("soto", None)


def queued_behind_the_younger(first: Task, second: Task) -> list[BaseException | None]:
    """Both tasks come to wait, one after the other, while the younger business is held; then it is let go."""
    pool = ThreadPoolExecutor(2)
    with transaction.atomic():
        Business.objects.select_for_update().order_by("-pk").first()
        running = []
        for count, task in enumerate((first, second), start=1):
            running.append(pool.submit(on_a_connection_of_its_own, task))
            until_waiting(count)
    return [one.exception(PATIENCE) for one in running]


def on_a_connection_of_its_own(task: Task) -> None:
    try:
        task()
    finally:
        connection.close()


def until_waiting(count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    waiting = (
        "SELECT COUNT(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw before
            cursor.execute(waiting)
            if cursor.fetchone() == (count,):
                return
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("merge_first", [True, False])
@pytest.mark.parametrize("loser_is_older", [True, False])
def test_a_merge_and_an_approval_of_the_same_records_wait_in_one_order(
    loser_is_older: bool, merge_first: bool
) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite knows no locks of rows
    merge, approve, _ = two_with_proposals(loser_is_older=loser_is_older)
    tasks = (merge, approve) if merge_first else (approve, merge)
    errors = queued_behind_the_younger(*tasks)
    refusal = actions.WrongState if merge_first else actions.StaleRecord
    assert [type(error) for error in errors if error] == [refusal]


def test_control_in_the_other_order_they_block_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite knows no locks of rows

    def younger_first(winner: int, loser: int, *nibs: str, others: object = ()) -> tuple[Business, Business]:
        for pk in sorted((winner, loser), reverse=True):
            Business.objects.select_for_update().get(pk=pk)
        return Business.objects.get(pk=winner), Business.objects.get(pk=loser)

    monkeypatch.setattr(merging, "_locked", younger_first)
    merge, approve, _ = two_with_proposals(loser_is_older=False)
    errors = queued_behind_the_younger(merge, approve)
    assert [type(error) for error in errors if isinstance(error, OperationalError)] == [OperationalError]
