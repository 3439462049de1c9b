"""The importer of interviews: one wave, its questionnaire, a line for each business."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.formats import format_date
from core.importing.headers import Form
from core.importing.importers import (
    ERROR,
    Candidate,
    ColumnInfo,
    Conflict,
    Draft,
    Option,
    Problem,
    Target,
    Written,
)
from core.models import ImportBatch, ImportRow, User
from core.permissions import Permission
from registry.importing.lookups import offered as places_offered
from surveys.importing import columns, undo, writing
from surveys.importing.columns import InterviewSheet, of_question
from surveys.importing.judging import BLANK_DECLINES, NAMING, Judge
from surveys.models import Wave
from surveys.questionnaire import Definition, Item
from surveys.questions import METHODS, MODE

TWICE = "UMKM ini ada juga pada baris {row}."


class InterviewImporter:
    permission = Permission.IMPORT_RESPONSES
    options: Sequence[Option] = (
        Option(
            BLANK_DECLINES,
            "Sel kosong berarti Tidak menjawab",
            "Tanpa ini, pertanyaan wajib yang kosong ditolak sebagai belum diisi.",
        ),
    )
    updates = False
    keeps_touched = True
    records_label = "Lihat wawancara gelombang ini"

    def __init__(self, about: str = "") -> None:
        self.about = about

    @classmethod
    def targets(cls, *, day: date) -> Sequence[Target]:
        """Waves that have begun: a list on paper is often typed after the last day of its wave."""
        begun = Wave.objects.filter(
            is_reconstruction=False, period_start__lte=day, questionnaires__isnull=False
        )
        return [
            Target(
                str(wave.pk), f"Wawancara: {wave.title}", reverse("surveys:import-template", args=[wave.code])
            )
            for wave in begun.distinct().newest_first()
        ]

    @cached_property
    def wave(self) -> Wave:
        return Wave.objects.get(pk=int(self.about))

    @property
    def label(self) -> str:
        return f"Wawancara: {self.wave.title}"

    @cached_property
    def definition(self) -> Definition:
        return self.wave.questionnaires.latest("number").definition

    @cached_property
    def items(self) -> dict[str, Item]:
        """Of all versions, as the newest has each."""
        versions = self.wave.questionnaires.order_by("number")
        return {item.code: item for version in versions for item in version.definition}

    def columns(self) -> Sequence[ColumnInfo]:
        return columns.infos(columns.columns_of(self.definition))

    def forms(self) -> Sequence[Form]:
        return [columns.own_form(self.definition)]

    def missing(self, columns_: set[str]) -> str:
        named = {columns.NAME, columns.WARD} <= columns_
        if not named and not columns_ & {columns.BUSINESS, columns.NUMBER, columns.NIB}:
            return "Kolom UMKM tidak ada: pilih Nomor registrasi, NIB, ID UMKM, atau Nama usaha dengan Kelurahan."
        needed = {
            columns.DAY: "Tanggal wawancara",
            **{of_question(question.code): question.label for question in (METHODS, MODE)},
        }
        lacking = [header for name, header in needed.items() if name not in columns_]
        return f"Kolom wajib tidak ada: {', '.join(lacking)}." if lacking else ""

    def session(self, batch: ImportBatch, *, by: User, at: datetime) -> InterviewSession:
        return InterviewSession(self, batch, by=by, at=at)

    def in_words(self, differences: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
        return [
            (self._label(code), self._shown(code, old), self._shown(code, new))
            for code, (old, new) in differences.items()
        ]

    def _label(self, code: str) -> str:
        return "Tanggal wawancara" if code == columns.DAY else self.items[code].label

    def _shown(self, code: str, value: Any) -> str:
        if not value:
            return ""
        if code == columns.DAY:
            return format_date(date.fromisoformat(value))
        labels = dict(self.items[code].offered)
        return "; ".join(labels.get(one, one) for one in ([value] if isinstance(value, str) else value))

    def offered(self, column: str, *, user: User) -> Sequence[str]:
        item = next((item for item in self.definition if of_question(item.code) == column), None)
        if item is not None:
            return [label for _, label in item.offered] if item.choices else ()
        return places_offered(column, user)

    def record_url(self, candidate: Candidate) -> str:
        return reverse("surveys:response-detail", args=[candidate.public_id]) if candidate.public_id else ""

    def records_url(self, batch: ImportBatch) -> str:
        return f"{reverse('surveys:wave-businesses', args=[self.wave.code])}?status=done"

    def conflicts(self, rows: Sequence[ImportRow]) -> Iterator[Conflict]:
        return undo.conflicts(rows)

    def undo(self, rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> set[int]:
        return undo.undo(rows, batch=batch, by=by, at=at)


class InterviewSession:
    def __init__(self, of_kind: InterviewImporter, batch: ImportBatch, *, by: User, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self.wave = of_kind.wave
        self.sheet = InterviewSheet(batch, of_kind.definition, today=timezone.localdate(at))
        self.judge_of_rows = Judge(batch, self.wave, self.sheet, by=by, at=at)

    def look_ahead(self, rows: Sequence[Sequence[str]]) -> None:
        self.sheet.look_ahead(rows)

    def styles(self) -> Mapping[str, str]:
        return self.sheet.styles

    def clean(self, number: int, cells: list[str]) -> Draft:
        return self.sheet.read(number, cells)

    def judge(self, drafts: Sequence[Draft]) -> None:
        self.judge_of_rows.judge(drafts)

    def doubles(self) -> Iterator[tuple[int, Candidate]]:
        return iter(())

    def clash(self, token: str, other: str, number: int) -> Problem | Candidate | None:
        column = NAMING[int(token.partition(":")[2])]
        return Problem(ERROR, self.sheet.heading(column), "", TWICE.format(row=number))

    def prepare(self, rows: Sequence[ImportRow]) -> Callable[[], list[Written]]:
        versions = self.judge_of_rows.versions
        return writing.prepare(
            rows, batch=self.batch, wave=self.wave, versions=versions, by=self.by, at=self.at
        )
