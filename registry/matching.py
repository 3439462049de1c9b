"""Which businesses are probably one: keys under which doubles meet, and a score with its evidence.

Pure: imports no Django. A pair is worth weighing when it shares NIK, NIB or telephone; the telling words of the name in any
order; the owner's name, and with it the kelurahan or the initials of the business; or initials and kelurahan. The score
(0 to 100) starts from how alike the names of business and owner are, letter by letter; equal and different numbers and
places move it.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from math import log10
from typing import NamedTuple

from rapidfuzz.distance import OSA

from registry.folding import fold_business_name, fold_person_name

# What a pair has in common, as it is stored and told.
NAME, OWNER, WARD, PHONE, NIK, NIB = "name", "owner", "ward", "phone", "nik", "nib"
EVIDENCE = (NIK, NIB, PHONE, NAME, OWNER, WARD)
EVIDENCE_LABELS = {
    NIK: "NIK sama",
    NIB: "NIB sama",
    PHONE: "nomor telepon sama",
    NAME: "nama usaha mirip",
    OWNER: "nama pelaku usaha mirip",
    WARD: "kelurahan sama",
}

ALIKE = 0.8  # names this alike are evidence
OTHER_BUSINESS = 0.66  # names less alike are two businesses, whoever owns them
AT_MOST_FOR_OTHERS = 55.0
BEGINNING = 0.88  # how alike "Siti" and "Siti Aminah" are
UNKNOWN_OWNER = 8.0
OTHER_KIND = 8.0  # a warung and a bengkel
NAME_WEIGHT, OWNER_WEIGHT = 90.0, 65.0  # points lost by names that have nothing in common
# Points for unknown, equal and different (indexes 0, 1 and -1).
WARD_POINTS, PHONE_POINTS = (0.0, 0.0, -5.0), (0.0, 6.0, -2.0)
NIK_POINTS, NIB_POINTS = (0.0, 8.0, -25.0), (0.0, 12.0, -8.0)

FEW, MANY = 33_391, 1_000_000
THRESHOLD_FEW, THRESHOLD_MANY, THRESHOLD_MOST = 80.0, 86.0, 90.0
LONGEST_WALK = 60  # rows met before under one key that a row is weighed against

_similarity = OSA.normalized_similarity


class Features(NamedTuple):
    """What is compared of one business; numbers are any text that is equal where they are, or None."""

    id: int
    name: str
    owner: str = ""
    ward: int | None = None
    phone: str | None = None
    nik: str | None = None
    nib: str | None = None


# Of ward, phone, NIK and NIB: 1 equal, -1 different, 0 not both known.
Agreement = tuple[int, int, int, int]


class Match(NamedTuple):
    """Two businesses by their ids, the smaller first."""

    a: int
    b: int
    score: float
    evidence: tuple[str, ...]


class Folded(NamedTuple):
    """The names of one business as they are compared."""

    telling: str
    whole: str
    kinds: int
    owner: str


def threshold_for(rows: int) -> float:
    """The score from which two of so many businesses are probably one.

    The more rows, the more of them are alike by chance: 80 up to 33 thousand, 86 at a million, growing with the
    logarithm of their number.
    """
    grown = log10(max(rows, FEW) / FEW) / log10(MANY / FEW)
    return min(THRESHOLD_FEW + (THRESHOLD_MANY - THRESHOLD_FEW) * grown, THRESHOLD_MOST)


@lru_cache(maxsize=512)
def business_keys(name: str) -> tuple[int | None, int | None]:
    """Of the telling words in any order, and of their first letters with the numbers."""
    words = fold_business_name(name).telling.split()
    return _stored_key("name", sorted(words)), _stored_key("initials", initials(words))


def owner_key(name: str) -> int | None:
    return _stored_key("owner", sorted(fold_person_name(name).split()))


def initials(words: list[str]) -> list[str]:
    return sorted([word if word.isdigit() else word[0] for word in words])


def _stored_key(kind: str, words: list[str]) -> int | None:
    """64 bits with a sign, as both databases store them; None where there is no word."""
    if not words:
        return None
    digest = blake2b(f"{kind} {' '.join(words)}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def fold(name: str, owner: str) -> Folded:
    return Folded(*fold_business_name(name), fold_person_name(owner))


def weigh(a: Features, b: Features) -> Match:
    """Score and evidence of two businesses, whatever keys they share; of many at once see `registry.pairing`."""
    return weigh_folded(a, fold(a.name, a.owner), b, fold(b.name, b.owner))


def weigh_folded(a: Features, first: Folded, b: Features, second: Folded) -> Match:
    """`weigh` where the names are folded already."""
    agree = (
        _agreement(a.ward, b.ward),
        _agreement(a.phone, b.phone),
        _agreement(a.nik, b.nik),
        _agreement(a.nib, b.nib),
    )
    low, high = sorted((a.id, b.id))
    return Match(low, high, round(score(first, second, points(agree)), 1), evidence(first, second, agree))


def _agreement(a: object, b: object) -> int:
    return 0 if not a or not b else 1 if a == b else -1


def points(agree: Agreement) -> float:
    ward, phone, nik, nib = agree
    return WARD_POINTS[ward] + PHONE_POINTS[phone] + NIK_POINTS[nik] + NIB_POINTS[nib]


def score(a: Folded, b: Folded, points: float, needed: float = 0.0) -> float:
    """0 to 100; 0 where it does not come as far as `needed`."""
    telling_a, whole_a, kinds_a, owner_a = a
    telling_b, whole_b, kinds_b, owner_b = b
    score = 100.0 + points
    if kinds_a != kinds_b and kinds_a and kinds_b and not kinds_a & kinds_b:
        score -= OTHER_KIND
    if not owner_a or not owner_b:
        score -= UNKNOWN_OWNER
    elif owner_a != owner_b:
        score -= OWNER_WEIGHT * (1.0 - alike(owner_a, owner_b))
    if score < needed:
        return 0.0
    if telling_a != telling_b:
        # Names less alike than this do not come as far as needed, or are of two businesses.
        least = max(
            1.0 - (score - needed) / NAME_WEIGHT, OTHER_BUSINESS if needed > AT_MOST_FOR_OTHERS else 0.0
        )
        name = alike(telling_a, telling_b, least)
        if name < ALIKE or kinds_a != kinds_b:
            name = max(name, alike(whole_a, whole_b, max(least, name)))
        score -= NAME_WEIGHT * (1.0 - name)
        if name < OTHER_BUSINESS:
            score = min(score, AT_MOST_FOR_OTHERS)
    return max(0.0, min(score, 100.0)) if score >= needed else 0.0


def alike(a: str, b: str, least: float = 0.0) -> float:
    """1 for the same folded words in any order, less for every letter that differs; 0 below `least`."""
    similarity = _similarity(a, b, score_cutoff=least)
    if similarity >= BEGINNING or not a or not b:
        return similarity
    if a[0] == b[0] and (a.startswith(f"{b} ") or b.startswith(f"{a} ")):
        return BEGINNING
    if len(a) == len(b) and sorted(a.split()) == sorted(b.split()):
        return 1.0
    return similarity


def evidence(a: Folded, b: Folded, agree: Agreement) -> tuple[str, ...]:
    """What agrees, the strongest first."""
    ward, phone, nik, nib = agree
    found = {
        NIK: nik == 1,
        NIB: nib == 1,
        PHONE: phone == 1,
        NAME: max(alike(a.telling, b.telling), alike(a.whole, b.whole)) >= ALIKE,
        OWNER: bool(a.owner and b.owner) and alike(a.owner, b.owner) >= ALIKE,
        WARD: ward == 1,
    }
    return tuple(name for name in EVIDENCE if found[name])
