"""How a sample is shared out among the strata of its frame. Pure: imports no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class MinimumTooLarge(ValueError):
    """The minimum of every stratum together is more than the sample; `needed` is the least that would do."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        super().__init__(f"the minimum of every stratum needs {needed}")


@dataclass(frozen=True)
class Share:
    """Of one stratum: how many it holds, how many are drawn, and how many follow as reserves."""

    population: int
    drawn: int
    reserves: int


def proportional(populations: Mapping[str, int], size: int, minimum: int = 0) -> dict[str, int]:
    """By largest remainder, with at least `minimum` of each stratum, or all it has.

    The shares add up to `size`, or to all there is. A tie goes to the larger stratum, then to the first key; so
    the order of `populations` does not matter. Raises MinimumTooLarge.
    """
    size = min(size, sum(populations.values()))
    least = {key: min(minimum, population) for key, population in populations.items()}
    if sum(least.values()) > size:
        raise MinimumTooLarge(sum(least.values()))
    free = {key: population for key, population in populations.items() if population}
    shares = dict(least)
    while free:
        left, weight = size - sum(shares[key] for key in shares.keys() - free.keys()), sum(free.values())
        held_up = [key for key, population in free.items() if left * population < least[key] * weight]
        if not held_up:
            return shares | _largest_remainder(free, left, weight)
        for key in held_up:
            del free[key]
    return shares


def _largest_remainder(populations: Mapping[str, int], size: int, weight: int) -> dict[str, int]:
    shares = {key: size * population // weight for key, population in populations.items()}

    def claim(key: str) -> tuple[int, int, str]:
        return -(size * populations[key] % weight), -populations[key], key

    for key in sorted(populations, key=claim)[: size - sum(shares.values())]:
        shares[key] += 1
    return shares


def allocate(
    populations: Mapping[str, int], size: int, *, minimum: int = 0, reserve_percent: int = 0
) -> dict[str, Share]:
    """Main draws and reserves of each stratum; of the reserves rounded up, and no more than there are.

    A stratum of which nobody is drawn has no reserves. Raises MinimumTooLarge.
    """
    shares = proportional(populations, size, minimum)
    return {
        key: Share(
            population,
            shares[key],
            min(population - shares[key], -(-shares[key] * reserve_percent // 100)),
        )
        for key, population in sorted(populations.items())
    }
