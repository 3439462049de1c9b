"""The list of businesses as a file: exactly the rows of the list, and an event that says who took it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core import audit
from core.models import User, Verb
from core.permissions import Permission
from registry.actions import MIN_REASON_LENGTH, Incomplete
from registry.filters import Filters, for_download
from registry.models import Business
from registry.models.businesses import BusinessQuerySet
from registry.models.owners import OwnerQuerySet
from registry.resources import BusinessResource, Column
from registry.spreadsheets import FORMATS

CHUNK = 1_000  # rows in memory at a time


@dataclass(frozen=True)
class ExportedFile:
    """`content` is an open file on disk, at its beginning; it is gone once closed."""

    name: str
    content_type: str
    content: IO[bytes]
    rows: int


def export_businesses(
    *,
    filters: Filters,
    described: Sequence[tuple[str, str]],
    file_format: str,
    by: User,
    at: datetime,
    full: bool = False,
    reason: str = "",
) -> ExportedFile:
    """The businesses the user sees under `filters`; `described` names these for the audit trail.

    The file is whole before the event is written, and the event is written before anybody gets the file.
    """
    if full and not by.can(Permission.EXPORT_PERSONAL_DATA):
        raise PermissionDenied
    if full and len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    content: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    written = _write(content, for_download(by, filters), file_format, full=full)
    changes: dict[str, list[Any]] = {
        "baris": [None, written],
        "bentuk_berkas": [None, file_format.upper()],
        "filter": [None, "; ".join(f"{name}: {value}" for name, value in described) or "tanpa filter"],
        "data_pribadi": [None, "lengkap" if full else "tersamar"],
    }
    if filters.search:
        changes["cari"] = [None, audit.MASK]
    label = f"{Business._meta.verbose_name_plural}: {written} baris"
    audit.record(Verb.EXPORTED, by=by, at=at, label=label, changes=changes, reason=reason.strip())
    content.seek(0)
    name = f"umkm-{timezone.localdate(at):%Y%m%d}.{file_format}"
    return ExportedFile(name, FORMATS[file_format].CONTENT_TYPE, content, written)


def _write(out: IO[bytes], businesses: BusinessQuerySet, file_format: str, *, full: bool) -> int:
    """Row by row from one query, which sees one state of the register; how many rows were written."""
    columns = BusinessResource().get_export_fields()
    written = 0

    def lines() -> Iterator[list[Any]]:
        nonlocal written
        yield [column.column_name for column in columns]
        for line in cells(businesses, columns, full=full):
            written += 1
            yield line

    FORMATS[file_format]().write(out, lines())
    return written


def cells(
    rows: BusinessQuerySet | OwnerQuerySet, columns: Sequence[Column], *, full: bool
) -> Iterator[list[Any]]:
    """What the columns show of each row; no instance of a model is made for it."""
    showers = [column.shower(full=full) for column in columns]
    found = rows.values_list(*(column.selects for column in columns))
    for values in found.iterator(chunk_size=CHUNK):
        yield [
            "" if value is None or value == "" else show(value)
            for value, show in zip(values, showers, strict=True)
        ]
