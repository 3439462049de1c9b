"""The list of businesses a page at a time, as cheap on the last page as on the first.

A page begins after (or ends before) a row, named by its public id, rather than at a distance from the
start: the database never walks over rows it does not show. Of a search with few hits the keys of all hits are
read once, for the count and the page; one with many is walked in the order of the list until a page is full.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from core.formats import format_integer
from core.models import User
from registry.filters import Filters, matching
from registry.models import Business
from registry.models.businesses import BusinessQuerySet
from registry.search import is_broad

PAGE_SIZE = 50
COUNTED = 10_000  # matches of a search; beyond them the list says "more"
COUNTED_UNSEARCHED = 100_000  # the same without a search: whole cities are told exactly
Key = tuple[datetime, int]


@dataclass(frozen=True)
class BusinessPage:
    """`total` counts the rows that match; `newer` and `older` are the rows to go on from, or None."""

    rows: list[Business]
    total: int | None  # None: more than `limit`
    limit: int = COUNTED
    newer: Business | None = None
    older: Business | None = None

    @property
    def total_in_words(self) -> str:
        if self.total is None:
            return f"lebih dari {format_integer(self.limit)}"
        return format_integer(self.total)


def business_page(
    user: User,
    filters: Filters,
    *,
    after: UUID | None = None,
    before: UUID | None = None,
    reading: frozenset[str] = frozenset(),
) -> BusinessPage:
    """The newest rows, those that follow the row `after`, or those that lead up to the row `before`.

    `reading` names what a line shows beyond the usual, as in `BusinessQuerySet.for_list`.
    """
    mark, backwards = _mark(user, before or after), before is not None
    if filters.search:
        keys = _keys(user, filters)
        if keys is not None:
            return _page_of(keys, mark, backwards, reading)
        matches = matching(Business.objects.for_user(user), filters, by_index=False)
        return _walk(matches.for_list(reading), None, COUNTED, mark, backwards)
    matches = matching(Business.objects.for_user(user), filters)
    limit = COUNTED_UNSEARCHED
    found = matches.order_by()[: limit + 1].count()
    if found == 0:
        return BusinessPage([], 0, limit)  # what was looked for in all rows is not looked for again
    return _walk(matches.for_list(reading), found if found <= limit else None, limit, mark, backwards)


def _keys(user: User, filters: Filters) -> list[Key] | None:
    """Where in the list the hits of a search stand, the oldest first; None for more than COUNTED."""

    def read(first: int | None) -> list[Key]:
        matches = matching(Business.objects.for_user(user), filters, first=first)
        return list(matches.order_by().values_list("created_at", "pk")[: COUNTED + 1])

    beyond = 2 * COUNTED
    if is_broad(filters.search, beyond) and len(read(beyond)) > COUNTED:
        return None
    keys = read(None)
    return sorted(keys) if len(keys) <= COUNTED else None


def _page_of(keys: list[Key], mark: Key | None, backwards: bool, reading: frozenset[str]) -> BusinessPage:
    end = len(keys)
    if mark is not None:
        end = bisect_left(keys, mark)
        if backwards:  # the rows newer than the mark; too few of them: the first page
            newer = end + (keys[end : end + 1] == [mark])
            end = min(newer + PAGE_SIZE, len(keys))
    chosen = [key for _, key in keys[max(0, end - PAGE_SIZE) : end]]
    rows = list(Business.objects.filter(pk__in=chosen).for_list(reading).newest_first()) if chosen else []
    return _page(rows, len(keys), COUNTED, has_newer=end < len(keys), has_older=end > PAGE_SIZE)


def _walk(
    matches: BusinessQuerySet, total: int | None, limit: int, mark: Key | None, backwards: bool
) -> BusinessPage:
    if mark is not None and backwards:
        rows = list(_newer_than(matches, mark).order_by("created_at", "pk")[: PAGE_SIZE + 1])
        # Too near the start to fill a page: show the first one instead.
        if len(rows) > PAGE_SIZE:
            return _page(rows[:PAGE_SIZE][::-1], total, limit, has_newer=True, has_older=True)
        mark = None
    if mark is not None:
        matches = _older_than(matches, mark)
    rows = list(matches.newest_first()[: PAGE_SIZE + 1])
    return _page(rows[:PAGE_SIZE], total, limit, has_newer=mark is not None, has_older=len(rows) > PAGE_SIZE)


def _page(
    rows: list[Business], total: int | None, limit: int, *, has_newer: bool, has_older: bool
) -> BusinessPage:
    newer = rows[0] if rows and has_newer else None
    older = rows[-1] if rows and has_older else None
    return BusinessPage(rows, total, limit, newer, older)


def has_reconstruction(user: User) -> bool:
    """Whether there are rows that the list leaves out until it is asked for them."""
    return Business.objects.for_user(user).filter(is_reconstruction=True).exists()


def _mark(user: User, public_id: UUID | None) -> Key | None:
    if public_id is None:
        return None
    marks = Business.objects.for_user(user).filter(public_id=public_id).order_by()
    return next(iter(marks.values_list("created_at", "pk")), None)


# The first condition lets the index start at the mark; the second one leaves out its equals.
def _older_than(businesses: BusinessQuerySet, mark: Key) -> BusinessQuerySet:
    return businesses.filter(Q(created_at__lt=mark[0]) | Q(pk__lt=mark[1]), created_at__lte=mark[0])


def _newer_than(businesses: BusinessQuerySet, mark: Key) -> BusinessQuerySet:
    return businesses.filter(Q(created_at__gt=mark[0]) | Q(pk__gt=mark[1]), created_at__gte=mark[0])
