"""The importer of businesses with their owners: our own lists, those of SIDT, and any other by its headings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from core.importing.headers import Form
from core.importing.importers import (
    Candidate,
    ColumnInfo,
    Conflict,
    Draft,
    Option,
    Problem,
    Target,
    Written,
)
from core.models import ImportBatch, ImportRow, User, Verdict
from core.permissions import Permission
from registry.importing import columns, undo, writing
from registry.importing.columns import SUBMIT_NEW
from registry.importing.differences import Names, in_words
from registry.importing.judging import Judge
from registry.importing.lookups import offered
from registry.importing.matches import Doubles
from registry.importing.rows import CLASHES, COLUMNS, ERROR, Reader, business_forms

NEEDED = {"name": "Nama usaha", "ward": "Kelurahan"}
SECTOR_OR_CODE = {"sector", "kbli_code"}


class BusinessImporter:
    label = "UMKM dengan pelaku usahanya"
    permission = Permission.IMPORT_BUSINESSES
    options: Sequence[Option] = (
        Option(SUBMIT_NEW, "Ajukan yang baru untuk diverifikasi", "Tanpa ini, UMKM baru masuk sebagai draf."),
    )
    updates = True
    keeps_touched = False
    records_label = "Lihat UMKM dari impor ini"

    def __init__(self, about: str = "") -> None:
        self.names = Names()

    @classmethod
    def targets(cls, *, day: date) -> Sequence[Target]:
        return [Target("", cls.label)]

    def columns(self) -> Sequence[ColumnInfo]:
        return columns.infos(COLUMNS)

    def forms(self) -> Sequence[Form]:
        return business_forms()

    def missing(self, columns: set[str]) -> str:
        """With a code a file may have any columns; without, those a registration needs."""
        if "code" in columns:
            return "" if len(columns) > 1 else "Berkas ini hanya berisi Kode; tidak ada yang dapat diubah."
        lacking = [header for name, header in NEEDED.items() if name not in columns]
        if not columns & SECTOR_OR_CODE:
            lacking.append("Jenis usaha (atau Kode KBLI)")
        if not columns & {"owner_name", "owner_national_id"}:
            lacking.append("Nama pelaku usaha (atau NIK)")
        return f"Kolom wajib tidak ada: {', '.join(lacking)}." if lacking else ""

    def session(self, batch: ImportBatch, *, by: User, at: datetime) -> BusinessSession:
        return BusinessSession(batch, by=by, at=at)

    def in_words(self, differences: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
        return in_words(COLUMNS, differences, self.names)

    def offered(self, column: str, *, user: User) -> Sequence[str]:
        return offered(column, user)

    def record_url(self, candidate: Candidate) -> str:
        return reverse("registry:business-detail", args=[candidate.public_id]) if candidate.public_id else ""

    def records_url(self, batch: ImportBatch) -> str:
        return f"{reverse('registry:business-list')}?batch={batch.public_id}"

    def conflicts(self, rows: Sequence[ImportRow]) -> Iterator[Conflict]:
        return undo.conflicts(rows)

    def undo(self, rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> set[int]:
        return undo.undo(rows, batch=batch, by=by, at=at)


class BusinessSession:
    def __init__(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self.reader = Reader(batch, by=by, at=at)
        self.judge_of_rows = Judge(batch, self.reader.sheet, by=by)
        self.doubles_of_rows = Doubles(by, self.judge_of_rows.index)

    def look_ahead(self, rows: Sequence[Sequence[str]]) -> None:
        self.reader.sheet.look_ahead(rows)

    def styles(self) -> Mapping[str, str]:
        return self.reader.sheet.styles

    def clean(self, number: int, cells: list[str]) -> Draft:
        return self.reader.read(number, cells)

    def judge(self, drafts: Sequence[Draft]) -> None:
        self.judge_of_rows.judge(drafts)
        for draft in drafts:
            if draft.verdict == Verdict.NEW and draft.forced is None:
                self.doubles_of_rows.add(draft)

    def doubles(self) -> Iterator[tuple[int, Candidate]]:
        return self.doubles_of_rows.found()

    def clash(self, token: str, other: str, number: int) -> Problem | Candidate | None:
        if token.startswith("d"):
            return Candidate(f"Baris {number}", "nama usaha, pelaku usaha, dan kelurahan sama", row=number)
        column, equal, different = CLASHES[token[0]]
        reason = equal if token == other else different
        if not reason:
            return None
        return Problem(ERROR, self.reader.sheet.heading(column), "", reason.format(row=number))

    def prepare(self, rows: Sequence[ImportRow]) -> Callable[[], list[Written]]:
        return writing.prepare(rows, batch=self.batch, by=self.by, at=self.at)
