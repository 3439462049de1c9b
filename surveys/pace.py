"""Whether work keeps up with its due dates. Pure: days come in as arguments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True)
class Portion:
    """`size` businesses given on the day `start`, to be settled until the end of the day `due`."""

    size: int
    start: date
    due: date


def expected(portions: Collection[Portion], day: date) -> int:
    """How many are settled by the end of the day where every portion is worked off evenly, rounded down."""
    total = Fraction(0)
    for portion in portions:
        length = max((portion.due - portion.start).days + 1, 1)
        gone = min(max((day - portion.start).days + 1, 0), length)
        total += Fraction(portion.size * gone, length)
    return int(total)


def days_behind(portions: Collection[Portion], settled: int, day: date) -> int:
    """How many days ago the straight line passed what is settled now; 0 where it has not.

    The line is read at the end of the day before: nobody is behind in the morning of the first day.
    """
    end = day - timedelta(days=1)
    if settled >= expected(portions, end):
        return 0
    # The last day on which so much was enough lies between the eve of the first portion and `end`.
    enough, short = min(portion.start for portion in portions) - timedelta(days=1), end
    while (short - enough).days > 1:
        middle = enough + (short - enough) // 2
        enough, short = (middle, short) if expected(portions, middle) <= settled else (enough, middle)
    return (end - enough).days
