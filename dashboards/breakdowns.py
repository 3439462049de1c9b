"""The tables of a wave as counting: from groups of equal answers to rows, shares and totals. Pure.

A group is `(sector key, answer of question 1, …, answer of question k, how many responses)`; a blank answer
means not answered. One list of groups gives all tables of a wave, in any order of the groups.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core.formats import format_integer, format_share

SMALL = 5  # fewer answers than this get no percentage and no rank
NOT_ANSWERED = ""

Group = tuple[Any, ...]
Tally = dict[int, dict[str, int]]


@dataclass(frozen=True)
class Share:
    """`count` out of `base` answers; the percentage is kept back where the base is small."""

    count: int
    base: int

    @property
    def is_small(self) -> bool:
        return self.base < SMALL

    @property
    def ratio(self) -> Fraction | None:
        """Of 1; None where there is no base, or too small a one to be a percentage."""
        return None if self.is_small else Fraction(self.count, self.base)

    @property
    def percent_text(self) -> str:
        return "" if self.is_small else format_share(self.count, self.base)

    @property
    def fraction_text(self) -> str:
        """ "40 dari 106"; a share of nothing is a dash."""
        if not self.base:
            return "–"
        return f"{format_integer(self.count)} dari {format_integer(self.base)}"

    def __str__(self) -> str:
        """ "12 dari 32 (37,5 %)", "1 dari 1", "–"."""
        return self.fraction_text if self.is_small else f"{self.fraction_text} ({self.percent_text})"


@dataclass(frozen=True)
class Column:
    code: str
    label: str


@dataclass(frozen=True)
class TableSpec:
    """What a table asks. `headline` is the category whose share is printed beside the counts."""

    code: str
    number: int
    title: str
    question: str
    columns: tuple[Column, ...]
    headline: str
    headline_label: str
    unit: str  # what one answer is
    is_question: bool = True  # False: a count of businesses, nobody can leave it unanswered


@dataclass(frozen=True)
class SectorRow:
    """A sector as the tables name it, already in their order."""

    key: int
    code: str
    label: str


@dataclass(frozen=True)
class Cell:
    column: Column
    share: Share

    @property
    def count(self) -> int:
        return self.share.count

    @property
    def text(self) -> str:
        return format_integer(self.count) if self.count else "–"


@dataclass(frozen=True)
class Row:
    """One sector, or all of them: the cells in the order of the columns, and who did not answer."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    answered: int
    not_answered: int
    headline: Share

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(cell.count for cell in self.cells)

    @property
    def is_small(self) -> bool:
        return self.headline.is_small

    @property
    def total(self) -> int:
        return self.answered + self.not_answered

    def count(self, category: str) -> int:
        return next(cell.count for cell in self.cells if cell.column.code == category)


@dataclass(frozen=True)
class Breakdown:
    spec: TableSpec
    rows: tuple[Row, ...]
    total: Row

    @property
    def code(self) -> str:
        return self.spec.code

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.spec.columns

    @property
    def heading(self) -> str:
        return f"Tabel {self.spec.number} — {self.spec.title}"

    @property
    def is_empty(self) -> bool:
        return self.total.total == 0

    def share(self, category: str) -> Share:
        """The category among all answers of the table."""
        return Share(self.total.count(category), self.total.answered)

    def row(self, sector_code: str) -> Row | None:
        return next((row for row in self.rows if row.code == sector_code), None)

    def largest(self, category: str) -> tuple[Row, ...]:
        """The rows with the most answers of that category; several when they tie, none when all are 0."""
        most = max((row.count(category) for row in self.rows), default=0)
        return tuple(row for row in self.rows if most and row.count(category) == most)


def fold(groups: Iterable[Group], questions: int) -> tuple[Tally, ...]:
    """One tally a question, `{sector key: {answer: count}}`, from one pass over the groups."""
    tallies: tuple[Tally, ...] = tuple({} for _ in range(questions))
    for group in groups:
        sector, count = group[0], group[-1]
        for position, tally in enumerate(tallies, start=1):
            answers = tally.setdefault(sector, {})
            answer = group[position]
            answers[answer] = answers.get(answer, 0) + count
    return tallies


def breakdown(
    spec: TableSpec, tally: Mapping[int, Mapping[str, int]], sectors: Sequence[SectorRow]
) -> Breakdown:
    """The table of one question, a row for each of `sectors` in the order given."""
    everything: dict[str, int] = {}
    for answers in tally.values():
        for answer, count in answers.items():
            everything[answer] = everything.get(answer, 0) + count
    whole = _answered(spec, everything)
    rows = (_row(spec, sector.code, sector.label, tally.get(sector.key, {}), whole) for sector in sectors)
    return Breakdown(spec, tuple(rows), _row(spec, "", "Jumlah", everything, whole))


def _answered(spec: TableSpec, answers: Mapping[str, int]) -> int:
    return sum(answers.get(column.code, 0) for column in spec.columns)


def _row(spec: TableSpec, code: str, label: str, answers: Mapping[str, int], whole: int) -> Row:
    answered = _answered(spec, answers)
    base = answered if spec.is_question else whole
    cells = tuple(Cell(column, Share(answers.get(column.code, 0), base)) for column in spec.columns)
    headline = Share(answers.get(spec.headline, 0), base)
    return Row(code, label, cells, answered, answers.get(NOT_ANSWERED, 0), headline)
