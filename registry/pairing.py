"""All probable doubles among many businesses at once. Pure: imports no Django.

Of each row are kept its folded names, and every number and key as an integer, 0 for none. A pair is weighed under
the first key that it shares. Under each key a row walks back to those met before it.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from multiprocessing import get_context

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

# The numbers of a row: the kelurahan, what is found under the keys from NIK on, and what only a match needs.
WARD, NIK, PHONE, NIB, FIRST_OF_NAMES, KINDS, ID, NUMBERS = 0, 1, 2, 3, 4, 10, 11, 12
KEYS = range(NIK, KINDS)
HALF_OF_THE_WORK = 5  # the keys before this one take as long as the others

MANY_ROWS = 100_000  # from which it pays to have a second process
HAS_TWO_CORES = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


class Businesses:
    """Rows to find pairs among; add them in the order of their ids.

    What is compared of a row lies close together, as numbers and bytes: a million rows take 150 MB.
    """

    def __init__(self, rows: Iterable[Features]) -> None:
        self._numbers = array("q")
        self._names = bytearray()  # of all rows, one after another: a string each would take thrice the room
        self._ends = array("q", [0])
        people: dict[str, tuple[str, int]] = {}
        for row in rows:
            self._add(row, people)

    def _add(self, row: Features, people: dict[str, tuple[str, int]]) -> None:
        pk, name, owner, ward, phone, nik, nib = row
        telling, whole, kinds = fold_business_name(name)
        known = people.get(owner)
        if known is None:
            folded = fold_person_name(owner)
            known = people[owner] = folded, _hash(sorted(folded.split()))
        owner, who = known
        words = telling.split()
        same_words, first_letters, letter = _hash(sorted(words)), _hash(initials(words)), owner[:1]
        self._numbers.extend(
            (
                ward or 0,
                hash(nik) if nik else 0,
                hash(phone) if phone else 0,
                hash(nib) if nib else 0,
                # Words of the name in any order with the kelurahan; initials, kelurahan and the owner's first letter;
                # words of the name and the owner's first letter.
                hash((same_words, ward)) if words else 0,
                hash((first_letters, ward, letter)) if words and ward else 0,
                hash((same_words, letter)) if words else 0,
                # Owner and kelurahan with the first letter of the name, and with its last two; owner and initials.
                hash((who, ward, telling[:1])) if who and ward else 0,
                hash((who, ward, telling[-2:])) if who and ward else 0,
                hash((who, first_letters)) if who and words else 0,
                kinds,
                pk,
            )
        )
        self._names += f"{telling}\n{whole}\n{owner}".encode()
        self._ends.append(len(self._names))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def pairs(self, threshold: float | None = None) -> Iterator[Match]:
        """Every pair that scores `threshold` or more, by default what fits their number; each pair once."""
        needed = threshold_for(len(self)) if threshold is None else threshold
        if HAS_TWO_CORES and len(self) >= MANY_ROWS:
            yield from self._pairs_of_two_processes(needed)
        else:
            yield from self._under_all(KEYS, needed)

    def _pairs_of_two_processes(self, needed: float) -> Iterator[Match]:
        """A forked child, which shares the rows and touches nothing else, sees to half of the keys meanwhile."""
        ours, theirs = KEYS[:HALF_OF_THE_WORK], KEYS[HALF_OF_THE_WORK:]
        context = get_context("fork")
        receiver, sender = context.Pipe(duplex=False)

        def tell() -> None:
            receiver.close()  # so that it ends, too, where this process is killed
            sender.send(list(self._under_all(theirs, needed)))

        child = context.Process(target=tell, daemon=True)
        child.start()
        sender.close()
        try:
            yield from self._under_all(ours, needed)
            try:
                told: Iterable[Match] = receiver.recv()
            except (EOFError, OSError):  # the child was killed, by want of memory or by hand
                told = self._under_all(theirs, needed)
            yield from told
        finally:
            child.kill()
            child.join()
            receiver.close()

    def _under_all(self, places: Iterable[int], needed: float) -> Iterator[Match]:
        for place in places:
            yield from self._under(place, needed)

    def _under(self, place: int, needed: float) -> Iterator[Match]:
        """Pairs that reach `needed` and share the key at `place` and none before it.

        Millions come through here: no call that can be spared.
        """
        numbers = self._numbers
        for here, before in _walks(numbers[place::NUMBERS]):
            a, b = before * NUMBERS, here * NUMBERS
            ward_a, nik_a, phone_a, nib_a = numbers[a : a + FIRST_OF_NAMES]
            ward_b, nik_b, phone_b, nib_b = numbers[b : b + FIRST_OF_NAMES]
            points = 0.0
            if ward_a and ward_b:
                points += WARD_POINTS[1 if ward_a == ward_b else -1]
            if nik_a and nik_b:
                points += NIK_POINTS[1 if nik_a == nik_b else -1]
            if phone_a and phone_b:
                points += PHONE_POINTS[1 if phone_a == phone_b else -1]
            if nib_a and nib_b:
                points += NIB_POINTS[1 if nib_a == nib_b else -1]
            if 100.0 + points < needed:
                continue
            for one, other in zip(numbers[a + NIK : a + place], numbers[b + NIK : b + place], strict=True):
                if one == other != 0:
                    break
            else:
                reached = score(self._folded(before), self._folded(here), points, needed)
                if reached >= needed:
                    yield self._match(before, here, reached)

    def _folded(self, row: int) -> Folded:
        names = self._names[self._ends[row] : self._ends[row + 1]].decode()
        telling, whole, owner = names.split("\n")
        return Folded(telling, whole, self._numbers[row * NUMBERS + KINDS], owner)

    def _match(self, before: int, here: int, reached: float) -> Match:
        one, other = (self._numbers[row * NUMBERS : (row + 1) * NUMBERS] for row in (before, here))
        agree: Agreement = (
            _agree(one[WARD], other[WARD]),
            _agree(one[PHONE], other[PHONE]),
            _agree(one[NIK], other[NIK]),
            _agree(one[NIB], other[NIB]),
        )
        told = evidence(self._folded(before), self._folded(here), agree)
        low, high = sorted((one[ID], other[ID]))
        return Match(low, high, round(reached, 1), told)


def find_pairs(rows: Iterable[Features], threshold: float | None = None) -> Iterator[Match]:
    return Businesses(rows).pairs(threshold)


def _walks(column: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each row with those met before it under its key, the last `LONGEST_WALK` of them at most."""
    last: dict[int, int] = {}
    earlier: dict[int, int] = {}
    # Most keys are met once only, which is found out without a line of Python for each.
    for here, before in enumerate(map(last.setdefault, column, count())):
        if here != before and (key := column[here]):
            last[key], earlier[here] = here, before
            yield here, before
            steps = LONGEST_WALK - 1
            while steps and (further := earlier.get(before)) is not None:
                before, steps = further, steps - 1
                yield here, before


def _hash(words: list[str]) -> int:
    return hash(" ".join(words)) if words else 0


def _agree(a: int, b: int) -> int:
    return 0 if not a or not b else 1 if a == b else -1
