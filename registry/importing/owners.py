"""The importer of owners by themselves, without businesses."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from core import bulk, keys
from core.audit_rows import NewRows, RowEvent, hide, record_rows
from core.cleaning import CleaningError
from core.importing.headers import Form
from core.importing.importers import (
    ERROR,
    WARNING,
    Candidate,
    ColumnInfo,
    Conflict,
    Draft,
    Lost,
    Option,
    Problem,
    Target,
    Written,
    effective_differences,
)
from core.models import ImportBatch, ImportRow, Region, RowDecision, RowOutcome, User, Verb, Verdict
from core.permissions import Permission
from registry.identifiers import nik_warnings
from registry.importing import columns, undo
from registry.importing.changing import REASON, OwnerChanges
from registry.importing.columns import MASKED, Sheet, own_form
from registry.importing.differences import Names, in_words
from registry.importing.judging import HIDDEN_VALUE, NIK_TAKEN, comparable
from registry.importing.lookups import Places, offered
from registry.importing.rows import is_blank_text, same_words
from registry.matching import owner_key
from registry.models import Owner
from registry.resources import WORD, Column, OwnerResource

COLUMNS: Mapping[str, Column] = {
    **OwnerResource.fields,
    "district": Column("Kecamatan", "district__name", cell=WORD, aliases=("Kec",)),
}
FIELDS = ("code", "name", "national_id", "phone", "sex", "born_on", "address", "ward_id", "district_id")
AT = {name: place for place, name in enumerate(FIELDS)}
STORED = {
    "name": "name",
    "national_id": "national_id_index",
    "phone": "phone_index",
    "sex": "sex",
    "born_on": "born_on",
    "address": "address",
    "ward_id": "ward_id",
}
WRITTEN = (
    "id", "public_id", "name", "national_id", "national_id_index", "phone", "phone_index", "sex", "born_on",
    "address", "ward_id", "district_id", "version", "created_at", "updated_at", "name_key",
)  # fmt: skip
NO_SUCH_CODE = "Kode ini bukan kode pelaku usaha di wilayah Anda. Kosongkan untuk pelaku usaha baru."
_TOLD = NewRows(Owner, WRITTEN)
Known = dict[str, Any]


class OwnerImporter:
    label = "Pelaku usaha"
    permission = Permission.IMPORT_BUSINESSES
    options: Sequence[Option] = ()
    updates = True
    keeps_touched = False
    records_label = "Lihat pelaku usaha dari impor ini"

    def __init__(self, about: str = "") -> None:
        self.names = Names()

    @classmethod
    def targets(cls, *, day: date) -> Sequence[Target]:
        return [Target("", cls.label)]

    def columns(self) -> Sequence[ColumnInfo]:
        return columns.infos(COLUMNS)

    def forms(self) -> Sequence[Form]:
        return [own_form("Daftar pelaku usaha aplikasi ini", OwnerResource.fields)]

    def missing(self, columns: set[str]) -> str:
        if "code" in columns:
            return "" if len(columns) > 1 else "Berkas ini hanya berisi Kode; tidak ada yang dapat diubah."
        return "" if "name" in columns else "Kolom wajib tidak ada: Nama pelaku usaha."

    def session(self, batch: ImportBatch, *, by: User, at: datetime) -> OwnerSession:
        return OwnerSession(batch, by=by, at=at)

    def in_words(self, differences: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
        return in_words(COLUMNS, differences, self.names)

    def offered(self, column: str, *, user: User) -> Sequence[str]:
        return offered(column, user)

    def record_url(self, candidate: Candidate) -> str:
        return reverse("admin:registry_owner_change", args=[candidate.pk]) if candidate.pk else ""

    def records_url(self, batch: ImportBatch) -> str:
        return ""

    def conflicts(self, rows: Sequence[ImportRow]) -> Iterator[Conflict]:
        return undo.conflicts(rows)

    def undo(self, rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> set[int]:
        return undo.undo(rows, batch=batch, by=by, at=at)


class OwnerSession:
    def __init__(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        apart = ("code", "ward", "district")
        self.sheet = Sheet(batch, COLUMNS, FIELDS, today=timezone.localdate(at), apart=apart)
        self.places = Places(by)
        self.region_codes = frozenset(Region.objects.districts().values_list("code", flat=True))
        self.token = keys.tagger(context=f"import.{batch.public_id}")
        label = Owner._meta.label_lower
        self.index = {name: keys.indexer(context=f"{label}.{name}") for name in ("national_id", "phone")}

    def look_ahead(self, rows: Sequence[Sequence[str]]) -> None:
        self.sheet.look_ahead(rows)

    def styles(self) -> Mapping[str, str]:
        return self.sheet.styles

    def doubles(self) -> Iterator[tuple[int, Candidate]]:
        return iter(())

    # --- One row ----------------------------------------------------------------------------------
    def clean(self, number: int, cells: list[str]) -> Draft:
        draft = self.sheet.read(number, cells)
        values = draft.values
        if (text := self.sheet.text(draft, "code")) and not is_blank_text(text):
            try:
                values[AT["code"]] = str(UUID(text.strip().lstrip("'")))
            except ValueError:
                self.sheet.problem(draft, "code", NO_SUCH_CODE)
        if (ward := self.sheet.text(draft, "ward")) and not is_blank_text(ward):
            try:
                place = self.places.find(ward, self.sheet.text(draft, "district"))
                values[AT["ward_id"] : AT["ward_id"] + 2] = place
            except CleaningError as error:
                self.sheet.problem(draft, "ward", error.message)
        if nik := values[AT["national_id"]]:
            born = values[AT["born_on"]]
            day = date.fromisoformat(born) if born else None
            for reason in nik_warnings(nik, region_codes=self.region_codes, born_on=day):
                self.sheet.problem(draft, "national_id", reason, level=WARNING)
        draft.tokens = list(self._tokens(values))
        return draft

    def _tokens(self, values: list[Any]) -> Iterator[str]:
        if code := values[AT["code"]]:
            yield f"k{self.token(code)[:10]}:"
        if nik := values[AT["national_id"]]:
            yield f"n{self.token(nik)[:10]}:"
        elif (name := values[AT["name"]]) and not code:
            who = f"{same_words(name)}/{values[AT['phone']]}/{values[AT['ward_id']]}"
            yield f"d{self.token(who)[:10]}:"

    def clash(self, token: str, other: str, number: int) -> Problem | Candidate | None:
        if token.startswith("d"):
            return Candidate(f"Baris {number}", "nama, telepon, dan kelurahan sama", row=number)
        column, name = ("code", "Kode") if token.startswith("k") else ("national_id", "NIK")
        reason = f"{name} ini ada juga pada baris {number}."
        return Problem(ERROR, self.sheet.heading(column), "", reason)

    # --- Against the register ---------------------------------------------------------------------
    def judge(self, drafts: Sequence[Draft]) -> None:
        known = self._load(drafts)
        for draft in drafts:
            owner = self._match(draft, known)
            if owner is not None:
                self._compare(draft, owner, known)
                continue
            for field in draft.masked:
                self.sheet.problem(draft, field, MASKED)
            if not draft.values[AT["name"]]:
                self.sheet.problem(draft, "name", "Nama pelaku usaha wajib diisi.")
            draft.verdict = Verdict.ERROR if draft.has_errors else Verdict.NEW
            if draft.verdict == Verdict.NEW and draft.forced is None:
                self._ask(draft, known)

    def _load(self, drafts: Sequence[Draft]) -> Known:
        wanted = {
            "public_id__in": [code for draft in drafts if (code := draft.values[AT["code"]])],
            "pk__in": [draft.forced for draft in drafts if draft.forced],
            "national_id_index__in": self._indexes(drafts, "national_id"),
            "name_key__in": [owner_key(name) for draft in drafts if (name := draft.values[AT["name"]])],
        }
        rows: dict[int, dict[str, Any]] = {}
        for lookup, values in wanted.items():
            if values:
                found = Owner.objects.filter(**{lookup: values}).order_by("pk")
                rows |= {
                    row["pk"]: row for row in found.values("pk", "public_id", "version", *STORED.values())
                }
        seen = set(Owner.objects.for_user(self.by).filter(pk__in=rows).values_list("pk", flat=True))
        known: Known = {"pk": rows, "seen": seen, "code": {}, "nik": {}, "name": {}}
        for pk, row in rows.items():
            known["code"][str(row["public_id"])] = pk
            if row["national_id_index"]:
                known["nik"][row["national_id_index"]] = pk
            known["name"].setdefault(same_words(row["name"]), []).append(pk)
        return known

    def _indexes(self, drafts: Sequence[Draft], field: str) -> list[str]:
        index = self.index[field]
        return [index(value) for draft in drafts if (value := draft.values[AT[field]])]

    def _match(self, draft: Draft, known: Known) -> dict[str, Any] | None:
        values = draft.values
        pk: int | None
        if draft.forced is not None:
            pk = draft.forced
        elif code := values[AT["code"]]:
            pk = known["code"].get(code)
            if pk not in known["seen"]:
                self.sheet.problem(draft, "code", NO_SUCH_CODE)
                return None
        elif nik := values[AT["national_id"]]:
            pk = known["nik"].get(self.index["national_id"](nik))
            if pk is not None and pk not in known["seen"]:
                self.sheet.problem(draft, "national_id", NIK_TAKEN)
                return None
        else:
            pk = self._same(draft, known)
        found: dict[str, Any] | None = known["pk"].get(pk)
        return found

    def _same(self, draft: Draft, known: Known) -> int | None:
        """An owner of the same name from whom nothing else differs."""
        for pk in known["name"].get(same_words(draft.values[AT["name"]] or ""), ()):
            if pk in known["seen"] and not self._differences(draft, known["pk"][pk]):
                return int(pk)
        return None

    def _ask(self, draft: Draft, known: Known) -> None:
        """Somebody of this name with this telephone or kelurahan may be the same."""
        values = draft.values
        phone = self.index["phone"](values[AT["phone"]]) if values[AT["phone"]] else None
        for pk in known["name"].get(same_words(values[AT["name"]]), ()):
            row = known["pk"][pk]
            numbers_differ = bool(values[AT["national_id"]] and row["national_id_index"])
            is_alike = (phone and phone == row["phone_index"]) or (
                values[AT["ward_id"]] and values[AT["ward_id"]] == row["ward_id"]
            )
            if is_alike and not numbers_differ and pk in known["seen"]:
                reason = "nama dan nomor telepon atau kelurahan sama"
                draft.candidates.append(Candidate(row["name"], reason, pk, str(row["public_id"])))
                draft.verdict = Verdict.POSSIBLE_DUPLICATE

    def _compare(self, draft: Draft, owner: dict[str, Any], known: Known) -> None:
        draft.target, draft.target_version = owner["pk"], owner["version"]
        draft.differences = self._differences(draft, owner)
        for field, mask in draft.masked.items():
            if COLUMNS[field].show(Owner.objects.get(pk=owner["pk"]), False) != mask:
                self.sheet.problem(draft, field, MASKED)
        if "national_id" in draft.differences:
            other = known["nik"].get(self.index["national_id"](draft.values[AT["national_id"]]))
            if other not in (None, owner["pk"]):
                self.sheet.problem(draft, "national_id", NIK_TAKEN)
        effective = effective_differences(draft.differences, self.batch.policy)
        draft.verdict = Verdict.CHANGED if effective else Verdict.UNCHANGED
        if draft.has_errors:
            draft.verdict = Verdict.ERROR

    def _differences(self, draft: Draft, owner: dict[str, Any]) -> dict[str, list[Any]]:
        differences: dict[str, list[Any]] = {}
        for field, column in STORED.items():
            value, stored = draft.values[AT[field]], owner[column]
            if value is None:
                continue
            if field in self.index:
                if self.index[field](value) != stored:
                    differences[field] = [HIDDEN_VALUE if stored else None, HIDDEN_VALUE]
            elif comparable(stored) != value:
                differences[field] = [comparable(stored), value]
        return differences

    # --- Into the register ------------------------------------------------------------------------
    def prepare(self, rows: Sequence[ImportRow]) -> Callable[[], list[Written]]:
        return lambda: self._write(rows)

    def _write(self, rows: Sequence[ImportRow]) -> list[Written]:
        new: list[ImportRow] = []
        others: list[ImportRow] = []
        for row in rows:
            is_new = row.verdict == Verdict.NEW or row.decision == RowDecision.NEW
            (new if is_new else others).append(row)
        written = self._create(new) if new else []
        if others:
            written += OwnerChanges(self.batch, self.by, self.at).write(others)
        return written

    def _create(self, rows: Sequence[ImportRow]) -> list[Written]:
        values = {row.pk: row.stored_content[1] for row in rows}
        index = self.index["national_id"]
        niks = {row.pk: index(nik) for row in rows if (nik := values[row.pk][AT["national_id"]])}
        taken = set(
            Owner.objects.filter(national_id_index__in=niks.values()).values_list(
                "national_id_index", flat=True
            )
        )
        refused = [row for row in rows if niks.get(row.pk) in taken]
        good = [row for row in rows if niks.get(row.pk) not in taken]
        ids = bulk.take_ids(Owner, len(good))
        made = [self._owner(pk, values[row.pk], niks.get(row.pk)) for pk, row in zip(ids, good, strict=True)]
        try:
            bulk.insert(Owner, WRITTEN, sorted(made, key=lambda owner: owner[4] or ""))
        except IntegrityError as error:
            raise Lost({}) from error
        secrets = hide([_TOLD.secrets(owner) for owner in made])
        events = [
            RowEvent(owner[0], owner[2], owner[11], _TOLD.changes(owner), secret)
            for owner, secret in zip(made, secrets, strict=True)
        ]
        batch = self.batch.public_id
        record_rows(Verb.CREATED, Owner, events, by=self.by, at=self.at, batch=batch, reason=REASON)
        problem = Problem(ERROR, "NIK", "", NIK_TAKEN)
        return [
            *(Written(row, refused=problem) for row in refused),
            *(
                Written(row, RowOutcome.CREATED, target=pk, written=[["owner", pk, 1, True]])
                for pk, row in zip(ids, good, strict=True)
            ),
        ]

    def _owner(self, pk: int, values: list[Any], nik_index: str | None) -> tuple[Any, ...]:
        _, name, nik, phone, sex, born_on, address, ward, district = values
        phone_index = self.index["phone"](phone) if phone else None
        facts = (pk, uuid.uuid4(), name, nik, nik_index, phone, phone_index, sex or "", born_on)
        return (*facts, address or "", ward, district, 1, self.at, self.at, owner_key(name))
