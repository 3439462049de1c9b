"""Differences of a row as a page shows them: the headings of the columns, names for keys, dates as written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from core.models import Region
from registry.models import Sector
from registry.resources import Column

_COLUMN_OF = {"sector_id": "sector", "ward_id": "ward"}


class Names:
    """Of what keys stand for, read once for all rows of a page."""

    @cached_property
    def sectors(self) -> dict[int, str]:
        return {sector.pk: str(sector) for sector in Sector.objects.all()}

    @cached_property
    def wards(self) -> dict[int, str]:
        return dict(Region.objects.wards().values_list("pk", "name"))


def in_words(
    columns: Mapping[str, Column], differences: Mapping[str, Sequence[Any]], names: Names
) -> list[tuple[str, str, str]]:
    """Label, old and new value; personal numbers stay hidden, as they came."""
    shown = []
    for field, (old, new) in differences.items():
        column = columns[_COLUMN_OF.get(field, field)]
        shown.append(
            (str(column.column_name), _shown(column, field, old, names), _shown(column, field, new, names))
        )
    return shown


def _shown(column: Column, field: str, value: Any, names: Names) -> str:
    if value in (None, ""):
        return ""
    if column.mask is not None:
        return str(value)
    if field == "sector_id":
        return names.sectors[value]
    if field == "ward_id":
        return names.wards[value]
    if column.cell is not None and column.cell.is_day:
        value = date.fromisoformat(value)
    return str(column.shower(full=False)(value))
