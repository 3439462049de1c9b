"""Two ways timed in turn, so that whatever else the machine does touches both alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Way = Callable[[], object]


@dataclass(frozen=True)
class Measured:
    """One line of the report. `ratio` is ours over theirs, medians of several turns, in seconds."""

    name: str
    ours: float
    theirs: float
    goal: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def is_ok(self) -> bool:
        return self.ratio <= self.goal

    def __str__(self) -> str:
        return f"{self.name}\t{self.ratio:.2f}\t{self.goal:g}\t{'ok' if self.is_ok else 'short'}"


def seconds(way: Way) -> float:
    started = time.perf_counter()
    way()
    return time.perf_counter() - started


def side_by_side(*ways: Way, turns: int) -> list[float]:
    """The median seconds of each way; A B A B …, after one turn of each that does not count."""
    for way in ways:
        way()
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(turns):
        for taken, way in zip(times, ways, strict=True):
            taken.append(seconds(way))
    return [median(taken) for taken in times]
