"""Who is drawn: the same seed and the same frame give the same rows, on any machine. Pure: imports no Django.

Every unit has a permanent random number, the SHA-256 of the seed and its public id. A random draw takes the
smallest ones of a stratum, and the next ones are its reserves: no generator of Python is asked, the order of the
rows does not matter, and a unit that comes or goes elsewhere moves nobody. A systematic draw walks through the
stratum in the order of place and kind of business, in equal steps from a start that the seed decides.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.sampling.allocation import Share


@dataclass(frozen=True)
class Unit:
    """A business of the frame; `place` and `kind` are codes that a systematic draw sorts by."""

    public_id: str
    stratum: str
    place: str
    kind: str


@dataclass(frozen=True)
class Drawn:
    """`position` counts from 1 within the stratum; the reserves follow those drawn."""

    unit: Unit
    position: int
    is_reserve: bool


def random_number(seed: int, text: str) -> str:
    """64 hexadecimal digits; they sort as the numbers they stand for."""
    return hashlib.sha256(f"{seed}|{text}".encode()).hexdigest()


def draw(units: Iterable[Unit], shares: Mapping[str, Share], *, seed: int, systematic: bool) -> list[Drawn]:
    """Every stratum in the order of its key. Raises ValueError where a stratum has not the units its share says."""
    strata: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        strata[unit.stratum].append(unit)
    if {key: len(members) for key, members in strata.items()} != {
        key: share.population for key, share in shares.items() if share.population
    }:
        raise ValueError("the shares were made for another frame")
    drawn: list[Drawn] = []
    for key in sorted(strata):
        drawn += _draw_stratum(strata[key], shares[key], key, seed=seed, systematic=systematic)
    return drawn


def _draw_stratum(units: list[Unit], share: Share, key: str, *, seed: int, systematic: bool) -> list[Drawn]:
    in_turn = sorted(units, key=lambda unit: (random_number(seed, unit.public_id), unit.public_id))
    if systematic:
        chosen = _systematic(units, share.drawn, key, seed)
        taken = {unit.public_id for unit in chosen}
        in_turn = [*chosen, *(unit for unit in in_turn if unit.public_id not in taken)]
    wanted = in_turn[: share.drawn + share.reserves]
    return [
        Drawn(unit, position, is_reserve=position > share.drawn)
        for position, unit in enumerate(wanted, start=1)
    ]


def _systematic(units: list[Unit], size: int, key: str, seed: int) -> list[Unit]:
    """Steps of N/n in whole numbers, so that every unit has exactly the chance n/N."""
    listed = sorted(units, key=lambda unit: (unit.place, unit.kind, unit.public_id))
    start = int(random_number(seed, f"start|{key}"), 16) % len(listed)
    return [listed[(start + step * len(listed)) // size] for step in range(size)]


def seal_of_frame(rows: Iterable[tuple[str, ...]]) -> str:
    """SHA-256 over the rows of a frame, whatever their order; each begins with the public id."""
    return _seal(sorted(rows))


def seal_of_draw(drawn: Iterable[Drawn]) -> str:
    """SHA-256 over who was drawn, in which stratum, at which place in its order."""
    return _seal(
        sorted(
            (row.unit.stratum, f"{row.position:09d}", "r" if row.is_reserve else "u", row.unit.public_id)
            for row in drawn
        )
    )


def _seal(rows: Iterable[tuple[str, ...]]) -> str:
    seal = hashlib.sha256()
    for row in rows:
        seal.update(("\t".join(row) + "\n").encode())
    return seal.hexdigest()
