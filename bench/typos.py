"""A register with doubles whose pairs are known: names as `generate_city` makes them, copies with typing errors.

Of a hundred rows five are copied. A copy has one or two errors in the name of the business or of its owner: a
letter left out, added, changed or swapped with the next, or the spelling from before 1972. Three in ten copies
have another phone, three in ten no NIK, two in ten lie in another kelurahan. As in the city, of twenty
businesses two belong to one owner, which are no doubles.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from surveys.city import words

COPIED = 0.05
WARDS = 29
SECOND_BUSINESS_EVERY = 20
LETTERS = "abcdefghijklmnopqrstuvwxyz"
OLD_SPELLINGS = (("u", "oe"), ("j", "dj"), ("c", "tj"), ("sy", "sj"), ("ny", "nj"))
_KINDS = [(names.split(), words.SECTOR_SHARES[letter]) for letter, (names, _, _) in words.KINDS.items()]


class Typed(NamedTuple):
    id: int
    name: str
    owner: str
    ward: int
    phone: str | None
    nik: str | None


def register_with_doubles(rows: int, seed: int) -> tuple[list[Typed], set[tuple[int, int]]]:
    """So many rows in no order, and the pairs of ids, the smaller one first, that are one business."""
    random = Random(seed)
    copies = int(rows * COPIED / (1 + COPIED))
    typed = _originals(random, rows - copies)
    pairs = []
    for number, original in enumerate(random.sample(range(len(typed)), copies), start=len(typed)):
        typed.append(_copy(random, typed[original], number))
        pairs.append((original, number))
    ids = list(range(1, rows + 1))
    random.shuffle(ids)
    named = [row._replace(id=ids[row.id]) for row in typed]
    named.sort()
    return named, {(min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in pairs}


def _originals(random: Random, count: int) -> list[Typed]:
    kinds, shares = [names for names, _ in _KINDS], [share for _, share in _KINDS]
    typed: list[Typed] = []
    for number in range(count):
        name = (
            f"{random.choice(random.choices(kinds, shares)[0])} {random.choice(words.FIRST_PARTS)}"
            f" {random.choice(words.SECOND_PARTS)} {random.randint(1, 99)}"
        )
        name = f"CV {name}" if random.random() < 0.02 else name
        if number % SECOND_BUSINESS_EVERY == SECOND_BUSINESS_EVERY - 1:
            same = typed[-1]
            owner, phone, nik = same.owner, same.phone, same.nik
        else:
            owner, phone, nik = _owner(random, number)
        typed.append(Typed(number, name, owner, random.randrange(WARDS), phone, nik))
    return typed


def _owner(random: Random, number: int) -> tuple[str, str | None, str | None]:
    first = random.choice(words.FEMALE_NAMES if random.random() < 0.56 else words.MALE_NAMES)
    second = random.choice(words.FAMILY_WORDS if random.random() < 0.6 else words.MALE_NAMES)
    phone = f"+62840{number:09d}" if random.random() < 0.85 else None
    nik = f"99{number:014d}" if random.random() < 0.93 else None
    return first if first == second else f"{first} {second}", phone, nik


def _copy(random: Random, row: Typed, number: int) -> Typed:
    name, owner = row.name, row.owner
    for _ in range(random.choice((1, 2))):
        if random.random() < len(name) / (len(name) + len(owner)):
            name = _typing_error(random, name)
        else:
            owner = _typing_error(random, owner)
    phone = f"+62841{number:09d}" if random.random() < 0.3 else row.phone
    nik = None if random.random() < 0.3 else row.nik
    ward = random.randrange(WARDS) if random.random() < 0.2 else row.ward
    return Typed(number, name, owner, ward, phone, nik)


def _typing_error(random: Random, text: str) -> str:
    if random.random() < 0.15:
        spellings = [(new, old) for new, old in OLD_SPELLINGS if new in text.lower()]
        if spellings:
            new, old = random.choice(spellings)
            start = text.lower().index(new)
            return text[:start] + old + text[start + len(new) :]
    at = random.choice([place for place, char in enumerate(text) if char.isalnum()])
    kind = random.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + random.choice(LETTERS) + text[at:]
    if kind == 2:
        return text[:at] + random.choice(LETTERS) + text[at + 1 :]
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
