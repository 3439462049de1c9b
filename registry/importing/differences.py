"""Differences of a row as a page shows them: the headings of the columns, names for keys, dates as written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.models import Region
from registry.models import Sector
from registry.resources import Column

_COLUMN_OF = {"sector_id": "sector", "ward_id": "ward"}


def in_words(
    columns: Mapping[str, Column], differences: Mapping[str, Sequence[Any]]
) -> list[tuple[str, str, str]]:
    """Label, old and new value; personal numbers stay hidden, as they came."""
    shown = []
    for field, (old, new) in differences.items():
        column = columns[_COLUMN_OF.get(field, field)]
        shown.append((str(column.column_name), _shown(column, field, old), _shown(column, field, new)))
    return shown


def _shown(column: Column, field: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if column.mask is not None:
        return str(value)
    if field == "sector_id":
        return str(Sector.objects.get(pk=value))
    if field == "ward_id":
        return Region.objects.get(pk=value).name
    if column.cell is not None and column.cell.is_day:
        value = date.fromisoformat(value)
    return str(column.shower(full=False)(value))
