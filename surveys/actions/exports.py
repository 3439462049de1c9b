"""Handing out the interviews of a wave, with an event that says who took how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.audit import record
from core.models import User, Verb
from core.permissions import Permission
from registry.actions import MIN_REASON_LENGTH, Incomplete
from registry.exports import ExportedFile
from registry.spreadsheets import SafeCSV, SafeXLSX, typed
from registry.table_files import Sheet, TooManyRows, write_book
from surveys.models import Wave
from surveys.results import about, codes, sav, table
from surveys.results.reading import Results, Wanted

ACCEPTED = Wanted()
SAV_TYPE = "application/x-spss-sav"


@dataclass(frozen=True)
class FileFormat:
    """`write` gives how many interviews, or rows of the code book, stand in the file."""

    label: str
    stem: str
    suffix: str
    content_type: str
    write: Callable[[IO[bytes], Results, datetime], int]


def export_responses(
    *, wave: Wave, file_format: str, by: User, at: datetime, wanted: Wanted = ACCEPTED, reason: str = ""
) -> ExportedFile:
    """The interviews of the wave in the user's area; `file_format` is a key of FORMATS.

    What people wrote freely goes only to holders of the permission, with a reason. The file is whole before the
    event is written, and the event is written before anybody gets the file. Raises Incomplete.
    """
    if wanted.with_text and not by.can(Permission.EXPORT_PERSONAL_DATA):
        raise PermissionDenied
    if wanted.with_text and len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    chosen = FORMATS[file_format]
    content: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        rows = chosen.write(content, Results(wave, by, wanted), at)
    except TooManyRows as error:
        raise Incomplete("Terlalu banyak baris untuk satu lembar kerja; unduh sebagai CSV.") from error
    changes: dict[str, list[Any]] = {
        "format": [None, file_format],
        "rows": [None, rows],
        "keadaan": [None, "semua" if wanted.all_states else "diterima"],
        "teks_bebas": [None, "ya" if wanted.with_text else "tidak"],
    }
    record(Verb.EXPORTED, by=by, at=at, subject=wave, changes=changes, reason=reason.strip())
    content.seek(0)
    name = f"{chosen.stem}-{wave.code}-{timezone.localdate(at):%Y%m%d}.{chosen.suffix}"
    return ExportedFile(name, chosen.content_type, content, rows)


class _Counted:
    """Rows that know how many of them have gone by."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def _later(rows: Callable[[], Iterable[Sequence[Any]]]) -> Iterator[Sequence[Any]]:
    """Asked for only when their turn comes."""
    yield from rows()


def _xlsx(out: IO[bytes], results: Results, at: datetime) -> int:
    lines = _Counted(table.lines(results))
    sheets = [
        Sheet("Data", typed(lines)),
        Sheet("Buku kode", typed(codes.rows_of(results))),
        Sheet("Tentang", typed(_later(lambda: about.rows_of(results, n=lines.count - 1, at=at)))),
    ]
    write_book(out, sheets)
    return lines.count - 1


def _csv(out: IO[bytes], results: Results, at: datetime) -> int:
    lines = _Counted(table.lines(results))
    SafeCSV().write(out, lines)
    return lines.count - 1


def _sav(out: IO[bytes], results: Results, at: datetime) -> int:
    return sav.write(out, results, at=at)


def _codebook(out: IO[bytes], results: Results, at: datetime) -> int:
    lines = _Counted(codes.rows_of(results))
    SafeCSV().write(out, lines)
    return lines.count - 1


FORMATS: dict[str, FileFormat] = {
    "xlsx": FileFormat("XLSX dengan buku kode", "wawancara", "xlsx", SafeXLSX.CONTENT_TYPE, _xlsx),
    "csv": FileFormat("CSV", "wawancara", "csv", SafeCSV.CONTENT_TYPE, _csv),
    "sav": FileFormat("SAV (SPSS, PSPP)", "wawancara", "sav", SAV_TYPE, _sav),
    "codebook": FileFormat("Buku kode (CSV)", "buku-kode", "csv", SafeCSV.CONTENT_TYPE, _codebook),
}
