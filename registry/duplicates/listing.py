"""The worklist of likely doubles a page at a time: as cheap on the last page as on the first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from core.models import Region, User
from registry.models import DuplicatePair
from registry.models.doubles import DuplicatePairQuerySet

PAGE_SIZE = 25
DEFAULT_SCORE = 0


@dataclass(frozen=True)
class PairFilters:
    """Pairs with a record in `district`, and of at least this score."""

    district: Region | None = None
    score: int = DEFAULT_SCORE


@dataclass(frozen=True)
class PairPage:
    """`total` counts the pairs that match; `newer` and `older` are the pairs to go on from, or None."""

    rows: list[DuplicatePair]
    total: int
    newer: DuplicatePair | None = None
    older: DuplicatePair | None = None


def open_pairs(user: User, filters: PairFilters) -> DuplicatePairQuerySet:
    pairs = DuplicatePair.objects.for_user(user).open()
    if filters.score:
        pairs = pairs.filter(score__gte=filters.score)
    if filters.district is not None:
        pairs = pairs.filter(Q(first__district=filters.district) | Q(second__district=filters.district))
    return pairs


def pair_page(user: User, filters: PairFilters, *, after: str = "", before: str = "") -> PairPage:
    """The likeliest pairs, those that follow the pair `after`, or those that lead up to the pair `before`."""
    pairs = open_pairs(user, filters)
    total = pairs.count()
    mark = _mark(user, before or after)
    if mark is not None and before:
        above = pairs.filter(Q(score__gt=mark.score) | Q(score=mark.score, pk__gt=mark.pk))
        rows = list(above.for_list().order_by("score", "pk")[: PAGE_SIZE + 1])
        if len(rows) > PAGE_SIZE:
            return _page(rows[:PAGE_SIZE][::-1], total, has_newer=True, has_older=True)
        mark = None  # too near the start to fill a page: show the first one
    if mark is not None:
        pairs = pairs.filter(Q(score__lt=mark.score) | Q(score=mark.score, pk__lt=mark.pk))
    rows = list(pairs.for_list().likeliest_first()[: PAGE_SIZE + 1])
    return _page(rows[:PAGE_SIZE], total, has_newer=mark is not None, has_older=len(rows) > PAGE_SIZE)


def mark_of(pair: DuplicatePair) -> str:
    """A pair in an address, by the public ids of its records."""
    return f"{pair.first.public_id.hex}{pair.second.public_id.hex}"


def _mark(user: User, text: str) -> DuplicatePair | None:
    first, second = text[:32], text[32:]
    if len(text) != 64 or not all(char in "0123456789abcdef" for char in text):
        return None
    pairs = DuplicatePair.objects.for_user(user)
    return pairs.filter(first__public_id=first, second__public_id=second).only("pk", "score").first()


def _page(rows: list[DuplicatePair], total: int, *, has_newer: bool, has_older: bool) -> PairPage:
    newer = rows[0] if rows and has_newer else None
    older = rows[-1] if rows and has_older else None
    return PairPage(rows, total, newer, older)
