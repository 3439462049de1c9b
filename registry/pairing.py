"""All probable doubles among many businesses at once. Pure: imports no Django.

Rows are kept as columns: folded names, and every number and key as an integer, 0 for none. A pair is weighed
under the first key that it shares. Under each key a row walks back to those met before it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from registry.folding import fold_business_name, fold_person_name
from registry.matching import (
    LONGEST_WALK,
    NIB_POINTS,
    NIK_POINTS,
    PHONE_POINTS,
    WARD_POINTS,
    Agreement,
    Features,
    Folded,
    Match,
    evidence,
    initials,
    score,
    threshold_for,
)

Column = Sequence[int]


class Businesses:
    """Rows to find pairs among; add them in the order of their ids."""

    def __init__(self, rows: Iterable[Features]) -> None:
        self.ids = array("q")
        self.folded: list[Folded] = []
        self.wards, self.phones, self.niks, self.nibs = (array("q") for _ in range(4))
        # Words of the name in any order with the kelurahan, and with the owner's first letter; owner and
        # kelurahan with the first letter of the name, and with its last two; initials, kelurahan and the
        # owner's first letter; owner and initials.
        self.names_here, self.names_letter = array("q"), array("q")
        self.owners_first, self.owners_last = array("q"), array("q")
        self.initials_here, self.owners_initials = array("q"), array("q")
        people: dict[str, tuple[str, int]] = {}
        for row in rows:
            self._add(row, people)

    def _add(self, row: Features, people: dict[str, tuple[str, int]]) -> None:
        telling, whole, kinds = fold_business_name(row.name)
        known = people.get(row.owner)
        if known is None:
            folded = fold_person_name(row.owner)
            known = people[row.owner] = folded, _hash(sorted(folded.split()))
        owner, who = known
        self.ids.append(row.id)
        self.folded.append(Folded(telling, telling if telling == whole else whole, kinds, owner))
        ward, letter = row.ward or 0, owner[:1]
        self.wards.append(ward)
        self.phones.append(hash(row.phone) if row.phone else 0)
        self.niks.append(hash(row.nik) if row.nik else 0)
        self.nibs.append(hash(row.nib) if row.nib else 0)
        words = telling.split()
        name, first_letters = _hash(sorted(words)), _hash(initials(words))
        self.names_here.append(hash((name, ward)) if words else 0)
        self.names_letter.append(hash((name, letter)) if words else 0)
        self.owners_first.append(hash((who, ward, telling[:1])) if who and ward else 0)
        self.owners_last.append(hash((who, ward, telling[-2:])) if who and ward else 0)
        self.initials_here.append(hash((first_letters, ward, letter)) if words and ward else 0)
        self.owners_initials.append(hash((who, first_letters)) if who and words else 0)

    def __len__(self) -> int:
        return len(self.ids)

    def pairs(self, threshold: float | None = None) -> Iterator[Match]:
        """Every pair that scores `threshold` or more, by default what fits their number; each pair once."""
        needed = threshold_for(len(self)) if threshold is None else threshold
        met: list[Column] = []
        for column in self._columns():
            for before, here, reached in self._weighed(column, needed):
                if not any(keys[here] == keys[before] != 0 for keys in met):
                    yield self._match(before, here, reached)
            met.append(column)

    def _columns(self) -> tuple[Column, ...]:
        return (
            self.niks,
            self.phones,
            self.nibs,
            self.names_here,
            self.names_letter,
            self.owners_first,
            self.owners_last,
            self.initials_here,
            self.owners_initials,
        )

    def _weighed(self, column: Column, needed: float) -> Iterator[tuple[int, int, float]]:
        """Pairs under one key that reach `needed`. Millions come through here: no call that can be spared."""
        folded, wards, phones, niks, nibs = self.folded, self.wards, self.phones, self.niks, self.nibs
        for here, before in _walks(column):
            points = 0.0
            if (one := wards[here]) and (other := wards[before]):
                points += WARD_POINTS[1 if one == other else -1]
            if (one := phones[here]) and (other := phones[before]):
                points += PHONE_POINTS[1 if one == other else -1]
            if (one := niks[here]) and (other := niks[before]):
                points += NIK_POINTS[1 if one == other else -1]
            if (one := nibs[here]) and (other := nibs[before]):
                points += NIB_POINTS[1 if one == other else -1]
            if 100.0 + points >= needed:
                reached = score(folded[before], folded[here], points, needed)
                if reached >= needed:
                    yield before, here, reached

    def _match(self, before: int, here: int, reached: float) -> Match:
        agree: Agreement = (
            _agree(self.wards[here], self.wards[before]),
            _agree(self.phones[here], self.phones[before]),
            _agree(self.niks[here], self.niks[before]),
            _agree(self.nibs[here], self.nibs[before]),
        )
        told = evidence(self.folded[before], self.folded[here], agree)
        a, b = self.ids[before], self.ids[here]
        return Match(min(a, b), max(a, b), round(reached, 1), told)


def find_pairs(rows: Iterable[Features], threshold: float | None = None) -> Iterator[Match]:
    return Businesses(rows).pairs(threshold)


def _walks(column: Column) -> Iterator[tuple[int, int]]:
    """Each row with those met before it under its key, the last `LONGEST_WALK` of them at most."""
    last: dict[int, int] = {}
    earlier = array("l")
    for here, key in enumerate(column):
        before = last.get(key, -1) if key else -1
        earlier.append(before)
        if key:
            last[key] = here
        steps = LONGEST_WALK
        while before >= 0 and steps:
            yield here, before
            before = earlier[before]
            steps -= 1


def _hash(words: list[str]) -> int:
    return hash(" ".join(words)) if words else 0


def _agree(a: int, b: int) -> int:
    return 0 if not a or not b else 1 if a == b else -1
