"""How many, and how far off: against published figures, and against what must hold for any numbers."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.sampling.sizes import (
    Plan,
    Size,
    cochran,
    drawn_for,
    expected_completes,
    margin_reached,
    slovin,
    stratified_margin,
    z_value,
)

FIVE = Fraction(5, 100)
POPULATIONS = st.integers(1, 60_000)
PLANS = st.builds(
    Plan,
    confidence=st.sampled_from([90, 95, 99]),
    margin=st.fractions(Fraction(1, 100), Fraction(20, 100), max_denominator=1_000),
    proportion=st.fractions(Fraction(5, 100), Fraction(95, 100), max_denominator=100),
    response_rate=st.fractions(Fraction(1, 10), 1, max_denominator=100),
    design_effect=st.fractions(1, 3, max_denominator=10),
)


@pytest.mark.parametrize(
    ("population", "by_slovin", "by_cochran"),
    [(300, 172, 169), (1_000, 286, 278), (5_000, 371, 357), (12_000, 388, 373), (50_000, 397, 382)],
)
def test_both_formulas_at_five_points(population, by_slovin, by_cochran):
    assert slovin(population, FIVE) == by_slovin
    assert cochran(population, Plan()) == Size(by_cochran, by_cochran)


def test_five_points_in_each_of_twelve_kecamatan_cost_ten_times_a_city():
    assert 12 * cochran(1_000, Plan()).completes == 3_336
    careful = Plan(response_rate=Decimal("0.8"), design_effect=Decimal("1.2"))
    assert 12 * cochran(1_000, careful).to_draw == 4_740


def test_slovins_388_of_a_city_say_little_of_one_kecamatan():
    assert margin_reached(32, 1_000, Plan()) == pytest.approx(0.161, abs=0.0005)


@given(
    st.integers(2, 50_000),
    st.data(),
    st.sampled_from([90, 95, 99]),
    st.fractions(Fraction(1, 10), Fraction(9, 10)),
)
def test_the_margin_is_half_of_the_shares_that_the_interviews_do_not_rule_out(
    population, data, confidence, share
):
    """Wilson's interval by its definition: shares p with (found - p)² <= z² p(1-p) / n; looked for by halving."""
    completes = data.draw(st.integers(1, population - 1))
    effective = completes * (population - 1) / (population - completes)
    found, z = float(share), z_value(confidence)

    def is_ruled_out(p: float) -> bool:
        return (found - p) ** 2 > z * z * p * (1 - p) / effective

    def edge(inside: float, outside: float) -> float:
        for _ in range(100):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if is_ruled_out(middle) else (middle, outside)
        return inside

    half = (edge(found, 1.0) - edge(found, 0.0)) / 2
    plan = Plan(confidence=confidence, proportion=share)
    assert margin_reached(completes, population, plan) == pytest.approx(half, abs=1e-9)


def test_the_levels_of_confidence():
    assert z_value(90) == pytest.approx(1.644853626951, abs=1e-11)
    assert z_value(95) == pytest.approx(1.959963984540, abs=1e-11)
    assert z_value(99) == pytest.approx(2.575829303549, abs=1e-11)


def test_a_whole_number_is_not_rounded_up_by_a_float():
    assert slovin(400, Fraction(5, 100)) == 200
    assert drawn_for(90, 1_000, Decimal("0.9")) == 100
    assert expected_completes(100, Decimal("0.29")) == 29  # as floats 28.999…


def test_nothing_comes_of_nothing():
    assert slovin(0, FIVE) == 0
    assert cochran(0, Plan()) == Size(0, 0)
    assert margin_reached(0, 10, Plan()) is None
    assert margin_reached(10, 10, Plan(design_effect=Fraction(2))) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 94},
        {"margin": Fraction(0)},
        {"proportion": Fraction(1)},
        {"response_rate": Fraction(0)},
        {"response_rate": Fraction(11, 10)},
        {"design_effect": Fraction(9, 10)},
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must|no confidence"):
        Plan(**wrong)


@given(POPULATIONS, PLANS)
def test_neither_size_exceeds_the_population(population, plan):
    size = cochran(population, plan)
    assert 1 <= size.completes <= size.to_draw <= population
    assert (
        expected_completes(size.to_draw, plan.response_rate) >= size.completes or size.to_draw == population
    )


@given(POPULATIONS, PLANS)
def test_the_size_keeps_the_promise_of_its_margin(population, plan):
    completes = cochran(population, plan).completes
    share, z = float(plan.proportion), z_value(plan.confidence)
    if completes < population:
        correction = (population - completes) / (population - 1)
        error = z * math.sqrt(float(plan.design_effect) * share * (1 - share) / completes * correction)
        assert error <= float(plan.margin) * (1 + 1e-9) or plan.design_effect > 1


@given(POPULATIONS, st.fractions(Fraction(1, 100), Fraction(30, 100), max_denominator=1_000))
def test_slovin_is_cochran_with_z_of_two_and_a_share_of_a_half(population, margin):
    endless = 1 / margin**2  # 2² * ½ * ½ / e²
    assert slovin(population, margin) == math.ceil(endless / (1 + endless / population))


@given(st.integers(2, 5_000), st.data(), PLANS)
def test_more_interviews_never_widen_the_margin(population, data, plan):
    few = data.draw(st.integers(1, population - 1))
    narrow, wide = margin_reached(few + 1, population, plan), margin_reached(few, population, plan)
    assert narrow is not None
    assert wide is not None
    assert narrow <= wide


class TestAllStrataTogether:
    def test_one_stratum_is_the_city(self):
        assert stratified_margin([(32, 1_000)], Plan()) == margin_reached(32, 1_000, Plan())

    @given(st.integers(1, 40), st.integers(1, 8), PLANS)
    def test_equal_shares_tell_as_much_as_one_simple_draw(self, tenths, strata, plan):
        """Up to the N-1 of the correction, which here is lost once a stratum."""
        parts = [(tenths * 10, 4_000)] * strata
        whole = margin_reached(tenths * 10 * strata, 4_000 * strata, plan)
        assert stratified_margin(parts, plan) == pytest.approx(whole, rel=1e-3)

    def test_unequal_shares_tell_less(self):
        """A minimum for the small costs the large: 0,9² / 50 + 0,1² / 50 against 1 / 100, nearly."""
        even, uneven = (
            stratified_margin(parts, Plan())
            for parts in ([(90, 90_000), (10, 10_000)], [(50, 90_000), (50, 10_000)])
        )
        assert even == pytest.approx(0.0961, abs=0.0005)
        assert uneven == pytest.approx(1.96 * (0.25 * (0.81 + 0.01) / 50) ** 0.5, abs=0.004)

    def test_a_stratum_that_nobody_speaks_for_leaves_nothing_to_say(self):
        assert stratified_margin([(10, 100), (0, 5)], Plan()) is None
        assert stratified_margin([(10, 100), (0, 0)], Plan()) is not None
        assert stratified_margin([], Plan()) is None

    def test_who_asked_everybody_knows(self):
        assert stratified_margin([(100, 100), (5, 5)], Plan()) == 0
        assert stratified_margin([(100, 100), (5, 50)], Plan()) > 0

    @given(st.lists(st.tuples(st.integers(1, 50), st.floats(0.01, 1)), min_size=1, max_size=20), PLANS)
    def test_any_strata_with_any_rate_of_answers(self, strata, plan):
        margin = stratified_margin([(count * rate, count) for count, rate in strata], plan)
        assert margin is not None
        assert 0 <= margin <= 1
