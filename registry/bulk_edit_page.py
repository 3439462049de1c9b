"""A bulk edit as its page shows it: how many rows came to what, and the rows of one outcome, old beside new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from core.formats import NO_VALUE
from core.models import Region
from registry.models import BulkEdit, BulkEditRow, Business, Outcome, Sector

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """`values` are what the business holds now beside what is wanted, field by field."""

    business: Business
    is_registered: bool
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class OutcomeCount:
    outcome: Outcome
    count: int
    is_shown: bool


@dataclass(frozen=True)
class BulkEditPage:
    """`wanted` are label and new value of what is changed; `lines` those of the `shown` outcome."""

    wanted: list[tuple[str, str]]
    outcomes: list[OutcomeCount]
    shown: Outcome | None
    page: Page[BulkEditRow]
    lines: list[Line]
    proposals: int  # waiting rows that will become proposals

    @property
    def is_waiting(self) -> bool:
        return self.shown == Outcome.WAITING

    @property
    def waiting(self) -> int:
        return next((one.count for one in self.outcomes if one.outcome == Outcome.WAITING), 0)


def bulk_edit_page(edit: BulkEdit, *, outcome: str, number: str | None) -> BulkEditPage:
    counts = edit.counts()
    found = [one for one in Outcome if counts.get(one)]
    shown = next((one for one in found if one == outcome), found[0] if found else None)
    rows = edit.rows.filter(outcome=shown or "").order_by("business_id")
    related = [f"business__{name}" for name in ("sector", "ward") if name in edit.values]
    page = Paginator(
        rows.select_related("business", "business__registration", *related).defer(
            "business__npwp", "business__products"
        ),
        PAGE_SIZE,
    ).get_page(number)
    wanted = _wanted(edit)
    waiting = edit.rows.waiting()
    # A business may have left the area since, or the user.
    mine = Business.objects.in_area_of(edit.created_by).filter(pk__in=[row.business_id for row in page])
    seen = set(mine.values_list("pk", flat=True))
    return BulkEditPage(
        wanted,
        [OutcomeCount(one, counts[one], one == shown) for one in found],
        shown,
        page,
        [_line(row, edit, wanted) for row in page if row.business_id in seen],
        waiting.filter(business__registration__number__gt="").count() if edit.is_preview else 0,
    )


def _wanted(edit: BulkEdit) -> list[tuple[str, str]]:
    shown = []
    for name, value in edit.values.items():
        if name == "sector":
            value = Sector.objects.get(pk=value)
        elif name == "ward":
            value = Region.objects.get(pk=value)
        shown.append((_label(name), _word(name, value)))
    return shown


def _label(name: str) -> str:
    label = str(Business._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    choices = dict(getattr(Business._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))


def _line(row: BulkEditRow, edit: BulkEdit, wanted: list[tuple[str, str]]) -> Line:
    business = row.business
    registration = getattr(business, "registration", None)
    values = [
        (_word(name, getattr(business, name)), new)
        for name, (_, new) in zip(edit.values, wanted, strict=True)
    ]
    return Line(business, registration is not None and bool(registration.number), values)
