"""Two people merge the same records at once: one of them wins. With a control in which both do.

The rows are made inside the test: a test with real transactions ends in a flush.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from registry import actions
from registry.actions import merging
from registry.models import Business, MergeJournal
from tests.factories import BusinessFactory, UserFactory
from tests.registry.test_actions_races import PATIENCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)


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

    def without_lock(winner: int, loser: int) -> tuple[Business, Business]:
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
