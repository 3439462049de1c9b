"""Handing out the progress of the field, with an event that says who took it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.formats import format_datetime
from core.models import User, Verb
from registry.exports import ExportedFile
from registry.spreadsheets import SafeCSV, SafeXLSX
from surveys.fieldwork_progress import COLUMNS, OF_ENUMERATORS, FieldProgress, field_progress
from surveys.models import Wave

FORMATS: dict[str, type[SafeCSV | SafeXLSX]] = {"csv": SafeCSV, "xlsx": SafeXLSX}
HEADS = [
    "Tingkat",
    "Nama",
    *(label for _, label in COLUMNS),
    "Selesai",
    "Semestinya selesai",
    "Tertinggal (hari)",
    "Kiriman terakhir",
    "Ditahan",
]


@transaction.atomic
def export_progress(*, wave: Wave, file_format: str, by: User, at: datetime) -> ExportedFile:
    """The two tables of the page as one; `file_format` is a key of FORMATS."""
    rows = progress_rows(field_progress(wave, user=by, day=timezone.localdate(at)))
    writer, out = FORMATS[file_format](), BytesIO()
    writer.write(out, [HEADS, *rows])
    changes: dict[str, list[object]] = {"format": [None, file_format], "rows": [None, len(rows)]}
    record(Verb.EXPORTED, by=by, at=at, subject=wave, label=f"Kemajuan – {wave.title}", changes=changes)
    out.seek(0)
    return ExportedFile(
        name=f"kemajuan-{wave.code}-{timezone.localdate(at):%Y%m%d}.{file_format}",
        content_type=writer.CONTENT_TYPE,
        content=out,
        rows=len(rows),
    )


def progress_rows(progress: FieldProgress) -> list[list[str | int]]:
    """A line each kecamatan, their sum, and a line each enumerator."""
    rows: list[list[str | int]] = [
        ["Kecamatan", str(row.district), *row.cells, row.tally.settled, "", "", "", ""]
        for row in progress.districts
    ]
    rows.append(["Jumlah", "", *progress.total_cells, progress.total.settled, "", "", "", progress.held])
    blank = len(COLUMNS) - len(OF_ENUMERATORS)
    return rows + [
        [
            "Enumerator",
            str(row.enumerator),
            *[""] * blank,
            *row.cells,
            row.tally.settled,
            row.expected,
            row.days_behind,
            format_datetime(row.last_sent_at),
            row.held,
        ]
        for row in progress.enumerators
    ]
