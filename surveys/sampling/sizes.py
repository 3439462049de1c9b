"""How many interviews a wave needs, and how far off a share of them can be. Pure: imports no Django.

Shares, margins and rates are ratios of 1 (0.05 stands for 5 points). Sizes are computed with exact fractions and
rounded up, so that no float makes one interview more or less.

Sources: Cochran, Sampling Techniques (3rd edition), 4.4 and 5.8; Wilson (1927) for the margin of few interviews.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist

Ratio = Fraction | Decimal

CONFIDENCE_LEVELS = (90, 95, 99)  # in percent
HALF = Fraction(1, 2)


def z_value(confidence: int) -> float:
    """Standard deviations to each side that hold `confidence` percent: 95 -> 1.95996…"""
    return NormalDist().inv_cdf(0.5 + confidence / 200)


@dataclass(frozen=True)
class Plan:
    """What is expected of a wave before anybody is interviewed.

    `proportion` is the share expected of a yes (a half is the worst case), `response_rate` the share of those drawn
    who will answer, `design_effect` by how much the variance exceeds that of a simple draw.
    """

    confidence: int = 95
    margin: Ratio = Fraction(5, 100)
    proportion: Ratio = HALF
    response_rate: Ratio = Fraction(1)
    design_effect: Ratio = Fraction(1)

    def __post_init__(self) -> None:
        """Raises ValueError for what no sample can be planned with."""
        if self.confidence not in CONFIDENCE_LEVELS:
            raise ValueError(f"no confidence level: {self.confidence}")
        for name in ("margin", "proportion"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must lie between 0 and 1")
        if not 0 < self.response_rate <= 1:
            raise ValueError("response_rate must be above 0 and at most 1")
        if self.design_effect < 1:
            raise ValueError("design_effect must be at least 1")


@dataclass(frozen=True)
class Size:
    """Interviews to be completed, and businesses to be drawn for them; neither exceeds the population."""

    completes: int
    to_draw: int


def slovin(population: int, margin: Ratio) -> int:
    """N / (1 + N e²), rounded up: Cochran's formula with z = 2 and a share of a half, and nothing else."""
    if population <= 0:
        return 0
    return math.ceil(population / (1 + population * Fraction(margin) ** 2))


def cochran(population: int, plan: Plan) -> Size:
    """With the correction for a finite population; the design effect comes before it, the response rate after."""
    if population <= 0:
        return Size(0, 0)
    share = Fraction(plan.proportion)
    z, margin = Fraction(z_value(plan.confidence)), Fraction(plan.margin)
    endless = z * z * share * (1 - share) / margin**2 * Fraction(plan.design_effect)
    completes = min(population, math.ceil(endless / (1 + (endless - 1) / population)))
    return Size(completes, drawn_for(completes, population, plan.response_rate))


def drawn_for(completes: int, population: int, response_rate: Ratio) -> int:
    """How many to draw so that about `completes` answer."""
    return min(population, math.ceil(completes / Fraction(response_rate)))


def expected_completes(drawn: int, response_rate: Ratio) -> int:
    """How many of those drawn are expected to answer, rounded down."""
    return math.floor(drawn * Fraction(response_rate))


def margin_reached(completes: int, population: int, plan: Plan) -> float | None:
    """Half the width of Wilson's interval of a share of `plan.proportion`, with the finite population.

    None where nobody was asked; 0 where everybody was. Of 32 among 1,000 it is 0.161: 16.1 points.
    """
    if completes <= 0 or population <= 0:
        return None
    if completes >= population:
        return 0.0
    return _half_of_wilson(_effective(completes, population, plan), plan)


def stratified_margin(parts: Iterable[tuple[float, int]], plan: Plan) -> float | None:
    """The same of a share of all strata together, each weighted by its population.

    `parts` are the interviews, as far as they are expected, and the population of each stratum. None where a stratum has nobody to speak for it.
    """
    asked = [(completes, population) for completes, population in parts if population]
    if not asked or any(completes <= 0 for completes, _ in asked):
        return None
    total = sum(population for _, population in asked)
    inverse = sum(
        (population / total) ** 2 / _effective(completes, population, plan)
        for completes, population in asked
        if completes < population
    )
    return _half_of_wilson(1 / inverse, plan) if inverse else 0.0


def _effective(completes: float, population: int, plan: Plan) -> float:
    """How many interviews of a simple draw from an endless population would tell as much."""
    others = max(population - 1, 1)  # of a single business less than one interview may be expected
    return completes / float(plan.design_effect) * others / (population - completes)


def _half_of_wilson(effective: float, plan: Plan) -> float:
    share, z = float(plan.proportion), z_value(plan.confidence)
    spread = math.sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective))
    return z / (1 + z * z / effective) * spread
