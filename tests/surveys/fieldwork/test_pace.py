"""Who is behind, by the straight line from the day of the assignment to its due date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from surveys.pace import Portion, days_behind, expected

FIRST = date(2026, 3, 2)
TEN_DAYS = [Portion(20, FIRST, FIRST + timedelta(days=9))]  # two a day


def day(number: int) -> date:
    """The first day of the work is day 1."""
    return FIRST + timedelta(days=number - 1)


@pytest.mark.parametrize(("number", "wanted"), [(0, 0), (1, 2), (5, 10), (10, 20), (30, 20)])
def test_the_line_goes_evenly_from_start_to_due_date(number, wanted):
    assert expected(TEN_DAYS, day(number)) == wanted


@pytest.mark.parametrize(
    ("today", "settled", "behind"),
    [
        (1, 0, 0),  # nobody is behind in the first morning
        (2, 0, 1),
        (2, 2, 0),
        (6, 10, 0),
        (6, 9, 1),
        (6, 4, 3),
        (11, 20, 0),
        (11, 0, 10),
        (15, 18, 5),  # after the due date every day counts
    ],
)
def test_days_behind_are_days_since_the_line_passed_what_is_settled(today, settled, behind):
    assert days_behind(TEN_DAYS, settled, day(today)) == behind


def test_several_portions_add_up():
    portions = [*TEN_DAYS, Portion(5, day(6), day(10))]

    assert expected(portions, day(5)) == 10
    assert expected(portions, day(6)) == 13
    assert days_behind(portions, 10, day(7)) == 1


def test_a_portion_of_one_day_is_due_that_evening_and_nothing_is_never_late():
    assert expected([Portion(3, FIRST, FIRST)], FIRST) == 3
    assert days_behind([], 0, FIRST) == 0
