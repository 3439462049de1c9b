"""Finding among a million businesses: the list's search against plain `icontains`, page and count alike.

Ours is `business_page`, as the list calls it. The yardstick fetches the same columns of the same page in the
same order, with the same capped count, but looks with `icontains`: over the name alone for words that stand in
no other column, or over the five columns. Both must find the same rows, else the run fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from bench import million
from bench.report import say
from bench.timing import Measured, side_by_side
from core.models import User
from core.roles import Role
from registry.filters import Filters, matching
from registry.listing import COUNTED, PAGE_SIZE, BusinessPage, business_page
from registry.models import Business
from registry.models.businesses import BusinessQuerySet

NAME, FOUR = ("name",), ("name", "owner__name", "products", "registration__number", "nib")
GOAL_NAME, GOAL_FOUR, GOAL_PAGE, GOAL_BROAD = 0.05, 0.06, 1.3, 1.5
TURNS = 5
MOST_QUERIES = 3  # on SQLite a look whether there are many hits, then the keys or the count, then the rows


@dataclass(frozen=True)
class Search:
    """Texts looked for one after the other, in the columns of the yardstick."""

    name: str
    texts: tuple[str, ...]
    columns: tuple[str, ...]
    goal: float


RARE, COMMON = (million.word(number, million.OF_BUSINESSES) for number in (7_777, 40))
SEARCHES = (
    Search("search-name", (RARE, COMMON, f"toko {RARE}", f"cv {COMMON}", "zzyzx"), NAME, GOAL_NAME),
    Search(
        "search-four",
        (f"toko {RARE}", "bimahbim", "2024-0123456", f"keripik {COMMON} cv", "zzyzx"),
        FOUR,
        GOAL_FOUR,
    ),
    Search("search-broad", ("warung", "keripik"), FOUR, GOAL_BROAD),
    Search("search-only-short", ("cv", "ud to"), FOUR, GOAL_BROAD),
)
PAGES = ("search-last-page", "search-last-page-found")
NAMES = (*(search.name for search in SEARCHES), *PAGES)


def measures(names: set[str]) -> Iterator[Measured]:
    reader, _ = User.objects.get_or_create(
        username="bench-search", defaults={"role": Role.OFFICIAL, "whole_city": True, "full_name": "Bench"}
    )
    if Business.objects.order_by("-pk").values_list("pk", flat=True).first() != million.SIZE:
        million.make()
    for search in SEARCHES:
        if search.name in names:
            yield _against_icontains(search, reader)
    for name, text in zip(PAGES, ("", COMMON), strict=True):
        if name in names:
            yield _last_page(name, text, reader)


def _against_icontains(search: Search, reader: User) -> Measured:
    """The sum over the texts, each timed in turn with the yardstick."""
    ours = theirs = 0.0
    for text in search.texts:
        _compare(search, text, reader)
        found, plain = side_by_side(
            lambda text=text: business_page(reader, Filters(search=text)),  # type: ignore[misc]
            lambda text=text: _plain_page(reader, text, search.columns),  # type: ignore[misc]
            turns=TURNS,
        )
        say(f"{search.name} {text!r}: {found * 1000:.1f} ms, icontains {plain * 1000:.1f} ms")
        ours, theirs = ours + found, theirs + plain
    return Measured(search.name, ours, theirs, search.goal)


def _compare(search: Search, text: str, reader: User) -> None:
    visible = Business.objects.for_user(reader)
    with CaptureQueriesContext(connection) as queries:
        page = business_page(reader, Filters(search=text))
    if len(queries) > MOST_QUERIES:
        raise SystemExit(f"{text!r}: {len(queries)} queries")
    found, wanted = _ids(matching(visible, Filters(search=text))), _ids(_plain(visible, text, search.columns))
    if found != wanted:
        raise SystemExit(f"{text!r}: {len(found)} rows found, {len(wanted)} with icontains")
    if [row.pk for row in page.rows] != [row.pk for row in _plain_page(reader, text, search.columns)]:
        raise SystemExit(f"{text!r}: another first page")
    say(f"{search.name} {text!r}: {len(found)} rows, {len(queries)} queries")


def _plain(businesses: BusinessQuerySet, text: str, columns: tuple[str, ...]) -> BusinessQuerySet:
    for word in text.split():
        hit = reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))
        businesses = businesses.filter(hit)
    return businesses.real()


def _plain_page(reader: User, text: str, columns: tuple[str, ...]) -> list[Business]:
    matches = _plain(Business.objects.for_user(reader), text, columns)
    if matches.order_by()[: COUNTED + 1].count() == 0:
        return []
    return list(matches.for_list().newest_first()[: PAGE_SIZE + 1])[:PAGE_SIZE]


def _ids(businesses: BusinessQuerySet) -> set[int]:
    return set(businesses.order_by().values_list("pk", flat=True))


def _last_page(name: str, text: str, reader: User) -> Measured:
    """The last page from the mark before it, as *Lebih lama* leads there."""
    filters = Filters(search=text)
    oldest = matching(Business.objects.for_user(reader), filters).order_by("created_at", "pk")
    mark = oldest[PAGE_SIZE]

    def last() -> BusinessPage:
        return business_page(reader, filters, after=mark.public_id)

    if last().older is not None or len(last().rows) != PAGE_SIZE:
        raise SystemExit(f"{name}: not the last page")
    ours, theirs = side_by_side(last, lambda: business_page(reader, filters), turns=TURNS * 3)
    say(f"{name}: last {ours * 1000:.1f} ms, first {theirs * 1000:.1f} ms")
    return Measured(name, ours, theirs, GOAL_PAGE)
