"""Sharing out: the sum is exact, nobody gets more than there are, and small strata get their minimum."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.sampling.allocation import MinimumTooLarge, Share, allocate, proportional

POPULATIONS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 4_000), max_size=30)


def test_by_largest_remainder():
    # quotas 47.6, 30.9 and 21.4: the two largest remainders get the two that are left
    assert proportional({"a": 100, "b": 65, "c": 45}, 100) == {"a": 48, "b": 31, "c": 21}


def test_a_small_stratum_gets_its_minimum_and_the_others_pay_by_their_size():
    assert proportional({"a": 900, "b": 90, "c": 10}, 100, minimum=20) == {"a": 70, "b": 20, "c": 10}


def test_a_minimum_that_one_payment_makes_necessary_is_kept_too():
    # b has just above the minimum until c and d have taken theirs
    shares = proportional({"a": 800, "b": 104, "c": 50, "d": 46}, 100, minimum=10)
    assert shares == {"a": 70, "b": 10, "c": 10, "d": 10}


def test_a_tie_goes_to_the_larger_stratum_then_to_the_first_key():
    assert proportional({"b": 5, "a": 5}, 1) == {"a": 1, "b": 0}
    assert proportional({"a": 1, "b": 3}, 2) == {"a": 0, "b": 2}


def test_too_small_for_its_minimums():
    with pytest.raises(MinimumTooLarge) as refused:
        proportional({"a": 100, "b": 100, "c": 4}, 30, minimum=15)
    assert refused.value.needed == 34


def test_the_reserves_are_a_share_of_those_drawn_as_far_as_there_are_any():
    shares = allocate({"a": 100, "b": 6, "c": 0}, 20, minimum=5, reserve_percent=30)
    assert shares == {"a": Share(100, 15, 5), "b": Share(6, 5, 1), "c": Share(0, 0, 0)}


@given(POPULATIONS, st.integers(0, 20_000), st.integers(0, 30))
def test_the_sum_is_exact_and_every_share_fits(populations, size, minimum):
    least, total = sum(min(minimum, count) for count in populations.values()), sum(populations.values())
    if least > min(size, total):
        with pytest.raises(MinimumTooLarge) as refused:
            proportional(populations, size, minimum)
        assert refused.value.needed == least
        return
    shares = proportional(populations, size, minimum)
    assert shares.keys() == populations.keys()
    assert sum(shares.values()) == min(size, total)
    for key, population in populations.items():
        assert min(minimum, population) <= shares[key] <= population


@given(POPULATIONS, st.integers(0, 20_000), st.randoms())
def test_the_order_of_the_strata_does_not_matter(populations, size, chance):
    mixed = list(populations.items())
    chance.shuffle(mixed)
    assert proportional(dict(mixed), size) == proportional(populations, size)


@given(POPULATIONS, st.integers(0, 20_000))
def test_without_a_minimum_every_share_is_within_one_of_its_quota(populations, size):
    total = sum(populations.values())
    for key, share in proportional(populations, size).items():
        quota = Fraction(min(size, total) * populations[key], total) if total else Fraction(0)
        assert abs(share - quota) < 1


@given(POPULATIONS, st.integers(0, 20_000), st.integers(0, 300))
def test_main_draws_and_reserves_never_exceed_a_stratum(populations, size, percent):
    for share in allocate(populations, size, reserve_percent=percent).values():
        assert share.drawn + share.reserves <= share.population
        assert share.drawn or not share.reserves
