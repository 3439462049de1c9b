"""Who is drawn: always the same for a seed, others for another, and everybody with the same chance."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.sampling.allocation import Share, allocate
from surveys.sampling.drawing import Drawn, Unit, draw, random_number, seal_of_draw, seal_of_frame


def frame(**strata: int) -> list[Unit]:
    return [
        Unit(f"{key}-{number:04d}", key, place=f"{number % 7:02d}", kind="GIC"[number % 3])
        for key, count in strata.items()
        for number in range(count)
    ]


def drawn_from(
    units: list[Unit], size: int, seed: int, *, systematic: bool = False, **how: int
) -> list[Drawn]:
    shares = allocate(Counter(unit.stratum for unit in units), size, **how)
    return draw(units, shares, seed=seed, systematic=systematic)


def names(drawn: list[Drawn]) -> list[str]:
    return [row.unit.public_id for row in drawn]


both_ways = pytest.mark.parametrize("systematic", [False, True], ids=["random", "systematic"])


def test_the_numbers_are_those_of_sha256_and_will_always_be():
    assert random_number(7, "a") == "8e3216a8b81a0adc66901f8b30531f6046e804968abb3f479fd9d07530269a5d"


def test_a_draw_of_long_ago_still_comes_out_the_same():
    """These seals are for ever: a draw that somebody published must be found again by any later version."""
    units = frame(a=300, b=40)
    random_draw = drawn_from(units, 50, 2026, minimum=8, reserve_percent=20)
    systematic = drawn_from(units, 50, 2026, minimum=8, reserve_percent=20, systematic=True)
    assert seal_of_draw(random_draw) == "143fa4818c25254a338cb7277a51e714fac294b471c13f4ca3c52b9d1f18740a"
    assert seal_of_draw(systematic) == "eb378908547a82d75d9418e51bd5c1b749fb74d26e977707c9e32d396cd3da7b"


@both_ways
def test_a_seed_gives_the_same_rows_whatever_the_order_of_the_frame(systematic):
    units = frame(a=300, b=40)
    mixed = random.Random(1).sample(units, len(units))
    first = drawn_from(units, 50, 2026, systematic=systematic, reserve_percent=20)
    second = drawn_from(mixed, 50, 2026, systematic=systematic, reserve_percent=20)
    assert first == second
    assert seal_of_draw(first) == seal_of_draw(random.Random(2).sample(second, len(second)))


@both_ways
def test_another_seed_gives_other_rows(systematic):
    units = frame(a=300, b=40)
    draws = [drawn_from(units, 50, seed, systematic=systematic) for seed in range(20)]
    assert len({seal_of_draw(rows) for rows in draws}) > 5  # a systematic draw has few starts


@both_ways
def test_a_draw_has_its_size_no_double_and_its_reserves_behind(systematic):
    drawn = drawn_from(frame(a=300, b=40, c=3), 60, 5, systematic=systematic, minimum=5, reserve_percent=10)
    main = [row for row in drawn if not row.is_reserve]
    assert len(main) == 60
    assert len(set(names(drawn))) == len(drawn)
    for key in "abc":
        positions = [row.position for row in drawn if row.unit.stratum == key]
        assert positions == list(range(1, len(positions) + 1))
        reserves = [row.is_reserve for row in drawn if row.unit.stratum == key]
        assert reserves == sorted(reserves)


def test_more_reserves_or_a_larger_sample_only_lengthen_the_row():
    """So a sample can be made larger without losing an interview."""
    units = frame(a=300)
    small, reserved, large = (
        names(drawn_from(units, 40, 9)),
        names(drawn_from(units, 40, 9, reserve_percent=50)),
        names(drawn_from(units, 60, 9)),
    )
    assert reserved[:40] == small
    assert reserved == large


def test_who_comes_or_goes_elsewhere_moves_nobody():
    before, after = frame(a=300, b=40), frame(a=300, b=90)
    shares = {"a": Share(300, 30, 0), "b": Share(40, 5, 0)}
    more = shares | {"b": Share(90, 5, 0)}
    of_a = [
        draw(units, how, seed=3, systematic=False)[:30] for units, how in ((before, shares), (after, more))
    ]
    assert of_a[0] == of_a[1]


def test_a_systematic_draw_spreads_over_places_and_kinds():
    places = Counter(row.unit.place for row in drawn_from(frame(a=700), 70, 11, systematic=True))
    assert set(places.values()) == {10}


@pytest.mark.parametrize(("population", "size"), [(10, 3), (12, 5), (7, 7), (9, 1)])
def test_every_start_of_a_systematic_draw_gives_every_unit_the_same_chance(monkeypatch, population, size):
    taken: Counter[str] = Counter()
    for start in range(population):
        monkeypatch.setattr("surveys.sampling.drawing.random_number", lambda seed, text, at=start: f"{at:x}")
        taken.update(names(drawn_from(frame(a=population), size, 0, systematic=True)))
    assert set(taken.values()) == {size}


@both_ways
def test_over_many_seeds_everybody_is_drawn_about_equally_often(systematic):
    """3,000 seeds: of a fair draw the share of a unit strays by 4.5 standard deviations once in 150,000."""
    units, seeds = frame(a=20, b=8), 3_000
    taken: Counter[str] = Counter()
    for seed in range(seeds):
        taken.update(names(drawn_from(units, 7, seed, systematic=systematic)))
    for unit in units:
        chance = 5 / 20 if unit.stratum == "a" else 2 / 8
        allowed = 4.5 * (chance * (1 - chance) / seeds) ** 0.5
        assert abs(taken[unit.public_id] / seeds - chance) < allowed


def test_pairs_are_drawn_as_often_as_a_simple_draw_promises():
    """What a systematic draw cannot give: every pair has the chance n(n-1) / N(N-1)."""
    units, seeds, pairs = frame(a=6), 4_000, Counter()
    for seed in range(seeds):
        chosen = sorted(names(drawn_from(units, 3, seed)))
        pairs.update((one, other) for one in chosen for other in chosen if one < other)
    chance = 3 * 2 / (6 * 5)
    allowed = 4.5 * (chance * (1 - chance) / seeds) ** 0.5
    assert len(pairs) == 15
    assert all(abs(count / seeds - chance) < allowed for count in pairs.values())


def test_shares_of_another_frame_are_refused():
    with pytest.raises(ValueError, match="another frame"):
        draw(frame(a=10), {"a": Share(11, 3, 0)}, seed=1, systematic=False)


def test_the_seal_of_a_frame_sees_any_change_but_of_order():
    rows = [("u1", "G"), ("u2", "I")]
    assert seal_of_frame(rows) == seal_of_frame(reversed(rows))
    assert seal_of_frame(rows) != seal_of_frame([("u1", "I"), ("u2", "G")])
    assert seal_of_frame([("a", "bc")]) != seal_of_frame([("ab", "c")])


def test_the_seal_of_a_draw_sees_who_is_a_reserve():
    (row,) = drawn_from(frame(a=1), 1, 1)
    assert seal_of_draw([row]) != seal_of_draw([Drawn(row.unit, row.position, is_reserve=True)])


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=6),
    st.integers(1, 200),
    st.integers(0, 10**9),
    st.booleans(),
    st.integers(0, 60),
)
def test_any_frame_any_seed(counts, size, seed, systematic, percent):
    units = frame(**dict(zip("abcdef", counts, strict=False)))
    drawn = drawn_from(units, size, seed, systematic=systematic, reserve_percent=percent)
    assert sum(not row.is_reserve for row in drawn) == min(size, len(units))
    assert len(set(names(drawn))) == len(drawn)
    assert set(names(drawn)) <= {unit.public_id for unit in units}
