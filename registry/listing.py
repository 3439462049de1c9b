"""The list of businesses a page at a time, as cheap on the last page as on the first.

A page begins after (or ends before) a row, named by its public id, rather than at a distance from the
start: the database never walks over rows it does not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from core.formats import format_integer
from core.models import User
from registry.filters import Filters, matching
from registry.models import Business
from registry.models.businesses import BusinessQuerySet

PAGE_SIZE = 50
COUNTED = 10_000  # matches of a search; beyond them the list says "more"
COUNTED_UNSEARCHED = 100_000  # the same without a search: whole cities are told exactly


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
        return (
            format_integer(self.total)
            if self.total is not None
            else f"lebih dari {format_integer(self.limit)}"
        )


def business_page(
    user: User, filters: Filters, *, after: UUID | None = None, before: UUID | None = None
) -> BusinessPage:
    """The newest rows, those that follow the row `after`, or those that lead up to the row `before`."""
    matches = matching(Business.objects.for_user(user), filters)
    limit = _limit(filters)
    total = _count(matches, limit)
    if total == 0:
        return BusinessPage([], 0, limit)  # what was looked for in all rows is not looked for again
    if total is None:  # so many that a page is soon full: walk the list's own order
        matches = matching(Business.objects.for_user(user), filters, by_index=False)
    mark = _mark(user, before or after)
    if mark is not None and before is not None:
        rows = list(_newer_than(matches, mark).for_list().order_by("created_at", "pk")[: PAGE_SIZE + 1])
        # Too near the start to fill a page: show the first one instead.
        if len(rows) > PAGE_SIZE:
            return _page(rows[:PAGE_SIZE][::-1], total, limit, has_newer=True, has_older=True)
        mark = None
    if mark is not None:
        matches = _older_than(matches, mark)
    rows = list(matches.for_list().newest_first()[: PAGE_SIZE + 1])
    return _page(rows[:PAGE_SIZE], total, limit, has_newer=mark is not None, has_older=len(rows) > PAGE_SIZE)


def _page(
    rows: list[Business], total: int | None, limit: int, *, has_newer: bool, has_older: bool
) -> BusinessPage:
    newer = rows[0] if rows and has_newer else None
    older = rows[-1] if rows and has_older else None
    return BusinessPage(rows, total, limit, newer, older)


def _limit(filters: Filters) -> int:
    return COUNTED if filters.search else COUNTED_UNSEARCHED


def _count(matches: BusinessQuerySet, limit: int) -> int | None:
    """How many there are; of more than anybody reads None."""
    found = matches.order_by()[: limit + 1].count()
    return found if found <= limit else None


def has_reconstruction(user: User) -> bool:
    """Whether there are rows that the list leaves out until it is asked for them."""
    return Business.objects.for_user(user).filter(is_reconstruction=True).exists()


def _mark(user: User, public_id: UUID | None) -> Business | None:
    if public_id is None:
        return None
    marks = Business.objects.for_user(user).filter(public_id=public_id)
    return marks.only("pk", "created_at").first()


# The first condition lets the index start at the mark; the second one leaves out its equals.
def _older_than(businesses: BusinessQuerySet, mark: Business) -> BusinessQuerySet:
    return businesses.filter(
        Q(created_at__lt=mark.created_at) | Q(pk__lt=mark.pk), created_at__lte=mark.created_at
    )


def _newer_than(businesses: BusinessQuerySet, mark: Business) -> BusinessQuerySet:
    return businesses.filter(
        Q(created_at__gt=mark.created_at) | Q(pk__gt=mark.pk), created_at__gte=mark.created_at
    )
