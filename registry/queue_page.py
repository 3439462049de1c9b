"""A queue a page at a time, as cheap at its end as at its start.

A page begins after (or ends before) a row rather than at a distance from the start, and so misses nothing when
rows in front of it are decided meanwhile. The row it is named by may have left the queue since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class QueuePage(Generic[Row]):
    """`before` and `after` are the primary keys of rows to go on from, or None."""

    rows: list[Row]
    before: int | None = None
    after: int | None = None


def queue_page(
    rows: QuerySet[Row], asked: Mapping[str, str], *, by: str, size: int, newest_first: bool = False
) -> QueuePage[Row]:
    """The rows in the order of the column `by` and their primary key, from where the address says.

    `by` is a column that a row keeps when it leaves the queue, or "pk" alone.
    """
    order = [by, "pk"] if by != "pk" else ["pk"]
    if newest_first:
        order = [f"-{name}" for name in order]
    before, after = _number(asked.get("before")), _number(asked.get("after"))
    mark = _mark(rows, before or after, by)
    if mark is not None and before:
        found = list(_beyond(rows, mark, by, up=newest_first).order_by(*map(_turned, order))[: size + 1])
        if len(found) > size:  # else too near the start to fill a page: the first one instead
            part = found[size - 1 :: -1]
            return QueuePage(part, before=part[0].pk, after=part[-1].pk)
        mark = None
    if mark is not None:
        rows = _beyond(rows, mark, by, up=not newest_first)
    found = list(rows.order_by(*order)[: size + 1])
    part = found[:size]
    return QueuePage(
        part,
        before=part[0].pk if part and mark is not None else None,
        after=part[-1].pk if len(found) > size else None,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 19 else None


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _mark(rows: QuerySet[Row], pk: int | None, by: str) -> tuple[Any, int] | None:
    """Where in the order a row stands, whatever became of it; it tells no more than that."""
    if pk is None:
        return None
    place: Any = rows.model._base_manager.filter(pk=pk).values_list(by, flat=True).first()
    return None if place is None else (place, pk)


# The first condition leaves out the equals of the mark; the second one lets the index start at it.
def _beyond(rows: QuerySet[Row], mark: tuple[Any, int], by: str, *, up: bool) -> QuerySet[Row]:
    side = "gt" if up else "lt"
    if by == "pk":
        return rows.filter(**{f"pk__{side}": mark[1]})
    farther = Q(**{f"{by}__{side}": mark[0]}) | Q(**{f"pk__{side}": mark[1]})
    return rows.filter(farther, **{f"{by}__{side}e": mark[0]})
