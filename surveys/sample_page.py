"""What the pages of a sample show: sizes by two formulas, and the margins an official will read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.formats import format_decimal
from core.models import User
from surveys.actions.sampling import why_not_drawable
from surveys.frames import (
    EXCLUDED,
    Cells,
    Stratum,
    cells_of_frame,
    cells_of_register,
    cells_of_sample,
    strata_of,
)
from surveys.models import Draw, Frame, StrataBy, Wave
from surveys.sampling.allocation import proportional
from surveys.sampling.sizes import (
    Plan,
    Size,
    cochran,
    expected_completes,
    margin_reached,
    slovin,
    stratified_margin,
)

DOMAINS = (("Menurut kecamatan", StrataBy.DISTRICT), ("Menurut jenis usaha", StrataBy.SECTOR))


@dataclass(frozen=True)
class MarginRow:
    """A group of businesses; `completes` interviews in it leave a share uncertain by `margin` (a ratio) either way."""

    label: str
    population: int
    drawn: int
    completes: int
    margin: float | None

    @property
    def margin_text(self) -> str:
        if self.margin is None:
            return "tidak dapat disimpulkan"
        return f"± {format_decimal(self.margin * 100)} poin" if self.margin else "semua diwawancarai"


@dataclass(frozen=True)
class MarginTable:
    title: str
    rows: list[MarginRow]

    @property
    def total(self) -> tuple[int, int, int]:
        """Businesses, drawn ones and expected interviews."""
        rows = self.rows
        return (
            sum(row.population for row in rows),
            sum(row.drawn for row in rows),
            sum(row.completes for row in rows),
        )


@dataclass(frozen=True)
class Calculation:
    """Sizes for one population, and what the larger one leaves of precision in its parts."""

    population: int
    taken_at: datetime | None  # of the frame; None where the register as it is now was counted
    plan: Plan
    slovin: int
    cochran: Size
    city: MarginRow
    tables: list[MarginTable]


def calculation(frame: Frame | None, plan: Plan, user: User) -> Calculation:
    """For the frame, or without one for the register in the user's area."""
    cells = cells_of_frame(frame) if frame else cells_of_register(user)
    population = sum(cells.values())
    size = cochran(population, plan)
    tables = []
    for title, by in DOMAINS:
        strata = strata_of(cells, by)
        shares = proportional({stratum.key: stratum.population for stratum in strata}, size.completes)
        drawn = proportional({stratum.key: stratum.population for stratum in strata}, size.to_draw)
        rows = [_row(stratum, drawn[stratum.key], shares[stratum.key], plan) for stratum in strata]
        tables.append(MarginTable(title, rows))
    city = _row(Stratum("", "Seluruh kota", population), size.to_draw, size.completes, plan)
    taken_at = frame.taken_at if frame else None
    return Calculation(population, taken_at, plan, slovin(population, plan.margin), size, city, tables)


@dataclass(frozen=True)
class SamplePage:
    """Where the sample of a wave stands. `refusal` says why nothing can be drawn now; empty when it can."""

    wave: Wave
    frame: Frame | None
    excluded: list[tuple[str, int]]
    draw: Draw | None
    strata: list[tuple[MarginRow, int, str]]
    total: MarginRow | None
    tables: list[MarginTable]
    earlier: list[Draw]
    refusal: str


def sample_page(wave: Wave) -> SamplePage:
    draw = Draw.objects.current_of(wave)
    frame = Frame.objects.newest_of(wave)
    counts = frame.excluded if frame else {}
    return SamplePage(
        wave=wave,
        frame=frame,
        excluded=[(label, counts[reason]) for reason, label in EXCLUDED.items() if reason in counts],
        draw=draw,
        strata=stratum_rows(draw) if draw else [],
        total=all_strata(draw) if draw else None,
        tables=_tables(draw) if draw else [],
        earlier=list(Draw.objects.filter(wave=wave, is_current=False).select_related("drawn_by", "frame")),
        refusal=why_not_drawable(wave),
    )


def _tables(draw: Draw) -> list[MarginTable]:
    """Other groups than the strata of the draw: how many of each happened to be drawn."""
    populations, drawn = cells_of_frame(draw.frame), cells_of_sample(draw)
    return [
        MarginTable(title, _compared(populations, drawn, by, draw.plan))
        for title, by in DOMAINS
        if by != draw.strata_by
    ]


def _compared(populations: Cells, drawn: Cells, by: str, plan: Plan) -> list[MarginRow]:
    counts = {stratum.key: stratum.population for stratum in strata_of(drawn, by)}
    return [expected(stratum, counts.get(stratum.key, 0), plan) for stratum in strata_of(populations, by)]


def stratum_rows(draw: Draw) -> list[tuple[MarginRow, int, str]]:
    """Each stratum with its reserves and its weight in words."""
    return [
        (
            expected(Stratum(one.key, one.label, one.population), one.drawn, draw.plan),
            one.reserves,
            format_decimal(one.base_weight, 2),
        )
        for one in draw.strata.all()
    ]


def all_strata(draw: Draw) -> MarginRow:
    """What the strata tell together, each weighted by its population, at the expected rate of answers."""
    plan, strata = draw.plan, draw.strata.all()
    rate = float(plan.response_rate)
    population, drawn = sum(one.population for one in strata), sum(one.drawn for one in strata)
    margin = stratified_margin([(one.drawn * rate, one.population) for one in strata], plan)
    completes = expected_completes(drawn, plan.response_rate)
    return MarginRow("Seluruh kerangka", population, drawn, completes, margin)


def expected(stratum: Stratum, drawn: int, plan: Plan) -> MarginRow:
    return _row(stratum, drawn, expected_completes(drawn, plan.response_rate), plan)


def _row(stratum: Stratum, drawn: int, completes: int, plan: Plan) -> MarginRow:
    margin = margin_reached(completes, stratum.population, plan)
    return MarginRow(stratum.label, stratum.population, drawn, completes, margin)
