"""Rows of the register as a file: exactly those of the list, and an event that says who took it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Value
from django.utils import timezone

from core import audit
from core.models import User, Verb
from core.permissions import Permission
from registry.actions import MIN_REASON_LENGTH, Incomplete
from registry.filters import Filters, for_download
from registry.models import Owner
from registry.models.businesses import BusinessQuerySet
from registry.models.owners import OwnerQuerySet
from registry.resources import BusinessResource, Column, OwnerResource
from registry.sidt import sidt_columns
from registry.spreadsheets import FORMATS
from registry.table_files import TooManyRows

CHUNK = 1_000  # rows in memory at a time
REGISTER, SIDT = "register", "sidt"
LAYOUT_CHOICES = [(REGISTER, "Kolom register, dapat diimpor kembali"), (SIDT, "Urutan kolom SIDT-KUMKM")]
Headed = Sequence[tuple[str, Column | None]]  # None: a column that stays empty


@dataclass(frozen=True)
class Wanted:
    """How a file is asked for; `full` is without masks, and has a reason."""

    file_format: str
    layout: str = REGISTER
    full: bool = False
    reason: str = ""


@dataclass(frozen=True)
class ExportedFile:
    """`content` is an open file on disk, at its beginning; it is gone once closed."""

    name: str
    content_type: str
    content: IO[bytes]
    rows: int


def export_businesses(
    *, filters: Filters, described: Sequence[tuple[str, str]], wanted: Wanted, by: User, at: datetime
) -> ExportedFile:
    """The businesses the user sees under `filters`; `described` names these for the audit trail."""
    told = "; ".join(f"{name}: {value}" for name, value in described) or "tanpa filter"
    return export_rows(
        rows=for_download(by, filters), told=told, wanted=wanted, by=by, at=at, searched=bool(filters.search)
    )


def export_rows(
    *,
    rows: BusinessQuerySet | OwnerQuerySet,
    told: str,
    wanted: Wanted,
    by: User,
    at: datetime,
    searched: bool = False,
) -> ExportedFile:
    """The rows, which the caller has narrowed to what the user may see; `told` says how, for the audit trail.

    The file is whole before the event is written, and the event is written before anybody gets the file.
    """
    if wanted.full and not by.can(Permission.EXPORT_PERSONAL_DATA):
        raise PermissionDenied
    if wanted.full and len(wanted.reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    content: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        written = _write(content, rows, wanted)
    except TooManyRows as error:
        raise Incomplete(str(error)) from error
    changes: dict[str, list[Any]] = {
        "baris": [None, written],
        "bentuk_berkas": [None, wanted.file_format.upper()],
        "susunan": [None, dict(LAYOUT_CHOICES)[wanted.layout]],
        "filter": [None, told],
        "data_pribadi": [None, "lengkap" if wanted.full else "tersamar"],
    }
    if searched:
        changes["cari"] = [None, audit.MASK]
    label = f"{rows.model._meta.verbose_name_plural}: {written} baris"
    audit.record(Verb.EXPORTED, by=by, at=at, label=label, changes=changes, reason=wanted.reason.strip())
    content.seek(0)
    stem = "pelaku-usaha" if rows.model is Owner else "umkm-sidt" if wanted.layout == SIDT else "umkm"
    name = f"{stem}-{timezone.localdate(at):%Y%m%d}.{wanted.file_format}"
    return ExportedFile(name, FORMATS[wanted.file_format].CONTENT_TYPE, content, written)


def headed(rows: BusinessQuerySet | OwnerQuerySet, layout: str) -> Headed:
    """Headings and columns of a file with these rows."""
    if layout == SIDT:
        return sidt_columns()
    resource = OwnerResource if rows.model is Owner else BusinessResource
    return [(column.column_name, column) for column in resource.fields.values()]


def _write(out: IO[bytes], rows: BusinessQuerySet | OwnerQuerySet, wanted: Wanted) -> int:
    """Row by row from one query, which sees one state of the register; how many rows were written."""
    columns = headed(rows, wanted.layout)
    written = 0

    def lines() -> Iterator[list[Any]]:
        nonlocal written
        yield [heading for heading, _ in columns]
        for line in cells(rows, [column for _, column in columns], full=wanted.full):
            written += 1
            yield line

    FORMATS[wanted.file_format]().write(out, lines())
    return written


def cells(
    rows: BusinessQuerySet | OwnerQuerySet, columns: Sequence[Column | None], *, full: bool
) -> Iterator[list[Any]]:
    """What the columns show of each row; no instance of a model is made for it."""
    showers = [str if column is None else column.shower(full=full) for column in columns]
    nothing = Value("")
    found = rows.values_list(*(nothing if column is None else column.selects for column in columns))
    for values in found.iterator(chunk_size=CHUNK):
        yield [
            "" if value is None or value == "" else show(value)
            for value, show in zip(values, showers, strict=True)
        ]
