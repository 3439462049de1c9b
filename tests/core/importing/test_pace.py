"""A chunk on SQLite keeps others from writing for a moment only, and then lets them in; time is a fake clock's."""

from __future__ import annotations

import pytest
from django.db import connection

from core.importing import pace
from core.importing.pace import FEWEST, FREE, HELD, MOST, Pace

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def pace_on(vendor: str, monkeypatch) -> Pace:
    monkeypatch.setattr(pace, "look_up_by_index", lambda: None)
    with monkeypatch.context() as patched:
        patched.setattr(connection, "vendor", vendor)
        return Pace()


def test_a_chunk_takes_as_many_rows_as_were_written_in_the_time_it_may_hold_the_others(clock, monkeypatch):
    on_sqlite = pace_on("sqlite", monkeypatch)
    sizes = []
    for seconds_a_row in (HELD / 100, HELD / 100, HELD, HELD / 10_000):
        with on_sqlite.transaction(100):
            clock.now += seconds_a_row * 100
        sizes.append(on_sqlite.rows)

    assert sizes == [100, 100, FEWEST, MOST]


def test_the_others_have_their_time_between_two_chunks_work_included(clock, monkeypatch):
    on_sqlite = pace_on("sqlite", monkeypatch)
    with on_sqlite.transaction(10):
        clock.now += 1
    clock.now += FREE / 3
    with on_sqlite.transaction(10):
        clock.now += 1
    clock.now += FREE * 2
    with on_sqlite.transaction(10):
        pass

    assert clock.slept == [0, round(FREE * 2 / 3, 6), 0]


def test_where_nobody_waits_for_a_chunk_nobody_is_waited_for(clock, monkeypatch):
    on_postgresql = pace_on("postgresql", monkeypatch)
    for _ in range(2):
        with on_postgresql.transaction(MOST):
            clock.now += 10

    assert (on_postgresql.rows, clock.slept) == (MOST, [])


def test_which_it_is_says_the_database():
    made = Pace()

    assert made.is_alone == (connection.vendor == "sqlite")
    assert made.rows == (FEWEST if made.is_alone else MOST)
