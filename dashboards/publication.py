"""Published against computed: the statements of a text and the cells of its tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from core.formats import format_decimal, format_integer
from dashboards.aggregates import CODES, WaveReport
from dashboards.breakdowns import Breakdown, Column, Share
from surveys.models import PublishedCell, PublishedStatement, Wave

# A published table goes by the name of the question it asks.
TABLE_NAMES = {code.replace("-", "_"): code for code in CODES}


class Verdict(StrEnum):
    SAME = "sama"
    DIFFERENT = "berbeda"
    SWAPPED = "tertukar"
    UNKNOWN = "tidak dapat dihitung"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class Figure:
    """A computed number in the unit of the statement, and how it is written with its base."""

    value: Fraction
    text: str


@dataclass(frozen=True)
class ComparedStatement:
    statement: PublishedStatement
    figure: Figure | None
    verdict: Verdict

    @property
    def published_text(self) -> str:
        return _measured(self.statement.published, self.statement.unit)

    @property
    def computed_text(self) -> str:
        return self.figure.text if self.figure else "–"


@dataclass(frozen=True)
class ComparedCell:
    published: int | None
    computed: int

    @property
    def is_same(self) -> bool:
        return (self.published or 0) == self.computed

    @property
    def text(self) -> str:
        if self.is_same:
            return format_integer(self.computed) if self.computed else "–"
        return f"terbit {format_integer(self.published)} · hitung {format_integer(self.computed)}"


@dataclass(frozen=True)
class ComparedTable:
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[ComparedCell, ...]], ...]

    @property
    def cells(self) -> int:
        return sum(len(cells) for _, cells in self.rows)

    @property
    def differences(self) -> int:
        return sum(1 for _, cells in self.rows for cell in cells if not cell.is_same)


def published_waves() -> list[Wave]:
    """The waves of which something was published, newest first."""
    return list(Wave.objects.filter(published_statements__isnull=False).distinct().newest_first())


def compared_statements(report: WaveReport) -> list[ComparedStatement]:
    statements = list(PublishedStatement.objects.filter(wave_id=report.wave.pk).order_by("code"))
    figures = {item.code: figure(report, item) for item in statements}
    return [
        ComparedStatement(item, figures[item.code], _verdict(item, statements, figures))
        for item in statements
    ]


def compared_tables(report: WaveReport) -> list[ComparedTable]:
    printed: dict[str, dict[tuple[str, str], int]] = {}
    for cell in PublishedCell.objects.filter(wave_id=report.wave.pk).order_by("pk"):
        printed.setdefault(cell.table, {})[cell.sector_label, cell.category] = cell.count
    return [_compared(report[code], printed[name]) for name, code in TABLE_NAMES.items() if name in printed]


def _compared(table: Breakdown, printed: dict[tuple[str, str], int]) -> ComparedTable:
    computed = {(row.label, cell.column.code): cell.count for row in table.rows for cell in row.cells}
    labels = dict.fromkeys(label for label, _ in (*printed, *computed))
    rows = tuple(
        (label, tuple(_cell(printed, computed, (label, column.code)) for column in table.columns))
        for label in labels
    )
    return ComparedTable(table.heading, table.columns, rows)


def _cell(
    printed: dict[tuple[str, str], int], computed: dict[tuple[str, str], int], key: tuple[str, str]
) -> ComparedCell:
    return ComparedCell(printed.get(key), computed.get(key, 0))


def figure(report: WaveReport, statement: PublishedStatement) -> Figure | None:
    """What a statement speaks of, computed from the rows; None where nothing can be computed.

    Keys: `count:responses`; `count:sectors`; `share:sector:I`, of the businesses of the table of sectors;
    `share:partnership:partnered`, of all who answered that question; with a sector letter behind it,
    that one cell, of all who answered.
    """
    match statement.figure.split(":"):
        case ["count", "responses"]:
            return _count(report.interviewed, statement.unit)
        case ["count", "sectors"]:
            counted = sum(1 for row in report["sector"].rows if row.answered)
            return _count(counted, statement.unit)
        case ["share", "sector", letter]:
            return _share(report["sector"], "business", [letter])
        case ["share", name, category, *letter] if name in TABLE_NAMES:
            return _share(report[TABLE_NAMES[name]], category, letter)
    return None


def _count(number: int, unit: str) -> Figure:
    return Figure(Fraction(number), _measured(Decimal(number), unit))


def _share(table: Breakdown, category: str, letters: Sequence[str]) -> Figure | None:
    if category not in {column.code for column in table.columns}:
        return None
    share = table.share(category)
    if letters:
        row = table.row(letters[0])
        share = Share(row.count(category) if row else 0, share.base)
    if not share.base:
        return None
    percent = Fraction(100 * share.count, share.base)
    return Figure(percent, f"{format_decimal(percent)}\u00a0% ({share.fraction_text})")


def _verdict(
    item: PublishedStatement, others: Iterable[PublishedStatement], figures: dict[str, Figure | None]
) -> Verdict:
    own = figures[item.code]
    if own is None:
        return Verdict.UNKNOWN
    if _agrees(item.published, own):
        return Verdict.SAME
    for other in others:
        partner = figures[other.code]
        if (
            other.code != item.code
            and other.place == item.place
            and partner is not None
            and _agrees(item.published, partner)
            and _agrees(other.published, own)
        ):
            return Verdict.SWAPPED
    return Verdict.DIFFERENT


def _agrees(published: Decimal, computed: Figure) -> bool:
    """Equal at the decimals that were printed: 4 agrees with 3.77, 34 does not with 37.74."""
    digits = _decimals(published)
    return format_decimal(published, digits) == format_decimal(computed.value, digits)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def _measured(number: Decimal, unit: str) -> str:
    written = format_decimal(number, _decimals(number))
    return f"{written}\u00a0{unit}" if unit else written
