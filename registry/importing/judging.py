"""The verdict of rows of businesses: which record each is about, how it differs, what it may double.

A row is about the record that has its code; else its key at the source; else its NIB and name with the same
owner; else its NIK and name in the same kelurahan. Without any of these numbers a record with the same name,
owner and kelurahan is the same only when nothing else differs; otherwise somebody has to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from core import keys
from core.importing.importers import Draft, effective_differences
from core.models import ImportBatch, User, Verdict
from registry.importing.columns import MASKED, Sheet
from registry.importing.known import HASHED, STORED, Known, KnownBusiness
from registry.importing.rows import AT, same_words
from registry.models import Business

ELSEWHERE = "UMKM ini sudah terdaftar."
NIK_TAKEN = "NIK ini sudah terdaftar."
NIB_TAKEN = "NIB ini sudah dipakai UMKM milik pelaku usaha lain."
NO_SUCH_CODE = "Kode ini bukan kode UMKM di wilayah Anda. Kosongkan untuk mendaftarkan UMKM baru."
RECONSTRUCTION = "Baris rekonstruksi, bukan data survei: tidak dapat diubah."
REQUIRED = {
    "name": "Nama usaha wajib diisi.",
    "owner_name": "Isi nama pelaku usaha, atau NIK yang sudah terdaftar.",
    "sector": "Jenis usaha wajib diisi.",
    "ward": "Kelurahan wajib diisi.",
}
_VALUE_OF = {"sector": "sector_id", "ward": "ward_id"}
CHUNK_OF_ROWS = 2_000  # the same numbers are asked for several times in a chunk
HIDDEN_VALUE = "••••"
_COMPARED = [(field, AT[field], field in HASHED) for field in STORED]


class Judge:
    def __init__(self, batch: ImportBatch, sheet: Sheet, *, by: User) -> None:
        self.batch, self.sheet, self.by = batch, sheet, by
        self.source = batch.source
        self.index = {
            field: lru_cache(maxsize=CHUNK_OF_ROWS)(
                keys.indexer(context=f"{model._meta.label_lower}.{source}")
            )
            for field, (model, source) in HASHED.items()
        }

    def judge(self, drafts: Sequence[Draft]) -> None:
        known = self._load(drafts)
        unsure: list[Draft] = []
        for draft in drafts:
            found = self._match(draft, known)
            if found is not None:
                self._compare(draft, found, known)
            elif draft.forced is None and not draft.values[AT["owner_national_id"]]:
                unsure.append(draft)
            else:
                self._new(draft, known)
        self._look_for_same_words(unsure, known)

    def _load(self, drafts: Sequence[Draft]) -> Known:
        known = Known(self.by)
        index = self.index["owner_national_id"]
        known.load_owners(index(nik) for draft in drafts if (nik := draft.values[AT["owner_national_id"]]))
        known.load_businesses(
            codes=_given(drafts, "code"),
            source=self.source,
            source_keys=_given(drafts, "source_key"),
            nibs=_given(drafts, "nib"),
            pks=[draft.forced for draft in drafts if draft.forced],
        )
        return known

    # --- Which record -----------------------------------------------------------------------------
    def _match(self, draft: Draft, known: Known) -> KnownBusiness | None:
        if draft.forced is not None:
            return known.by_pk.get(draft.forced)
        values = draft.values
        if code := values[AT["code"]]:
            found = known.by_code.get(UUID(code))
            if found is None or not known.sees(found):
                self.sheet.problem(draft, self._code_column(), NO_SUCH_CODE)
                return None
            return found
        if key := values[AT["source_key"]]:
            found = known.by_source.get((self.source, key))
            if found is not None:
                return self._if_seen(draft, found, known, "source_key")
        return self._by_nib(draft, known) or self._by_nik(draft, known)

    def _code_column(self) -> str:
        return "code" if "code" in self.sheet.places else "source_key"

    def _if_seen(self, draft: Draft, found: KnownBusiness, known: Known, column: str) -> KnownBusiness | None:
        if known.sees(found):
            return found
        self.sheet.problem(draft, column, ELSEWHERE)
        return None

    def _by_nib(self, draft: Draft, known: Known) -> KnownBusiness | None:
        nib = draft.values[AT["nib"]]
        for business in known.by_nib.get(nib, ()) if nib else ():
            if self._same_owner(draft, business) and _same_name(draft, business):
                return self._if_seen(draft, business, known, "nib")
        return None

    def _by_nik(self, draft: Draft, known: Known) -> KnownBusiness | None:
        nik = draft.values[AT["owner_national_id"]]
        owner = known.owners.get(self.index["owner_national_id"](nik)) if nik else None
        if owner is None:
            return None
        ward = draft.values[AT["ward_id"]]
        for business in known.of_owner.get(owner.pk, ()):
            if _same_name(draft, business) and business.value("ward_id") == ward:
                return self._if_seen(draft, business, known, "owner_national_id")
        return None

    def _same_owner(self, draft: Draft, business: KnownBusiness) -> bool:
        nik, index = draft.values[AT["owner_national_id"]], business.value("owner_national_id")
        if nik and index:
            return bool(self.index["owner_national_id"](nik) == index)
        name = draft.values[AT["owner_name"]]
        if not name:
            return bool(nik is None)
        return same_words(name) == same_words(business.value("owner_name") or "")

    # --- How it differs ---------------------------------------------------------------------------
    def _compare(self, draft: Draft, found: KnownBusiness, known: Known) -> None:
        draft.target, draft.target_version = found.pk, found.version
        if found.is_reconstruction:
            self.sheet.problem(draft, "name", RECONSTRUCTION)
        draft.differences = self.differences(draft, found)
        self._check_masks(draft, found)
        if "nib" in draft.differences:
            self._check_nib(draft, known, found.owner_id, found.pk)
        if "owner_national_id" in draft.differences:
            self._check_nik(draft, known, found.owner_id)
        if found.owner_id is None and any(field.startswith("owner_") for field in draft.differences):
            self.sheet.problem(draft, "owner_name", "UMKM ini belum punya pelaku usaha; isi lewat formulir.")
        if draft.has_errors:
            draft.verdict = Verdict.ERROR
        else:
            effective = effective_differences(draft.differences, self.batch.policy)
            draft.verdict = Verdict.CHANGED if effective else Verdict.UNCHANGED

    def differences(self, draft: Draft, found: KnownBusiness) -> dict[str, list[Any]]:
        """Field to old and new value, of values that are given and differ; personal numbers hidden."""
        differences: dict[str, list[Any]] = {}
        values = draft.values
        for (field, place, is_hashed), stored in zip(_COMPARED, found.stored, strict=True):
            value = values[place]
            if value is None or value == stored:
                continue
            if is_hashed:
                if self.index[field](value) != stored:
                    differences[field] = [HIDDEN_VALUE if stored else None, HIDDEN_VALUE]
            elif (plain := comparable(stored)) != value:
                differences[field] = [plain, value]
        return differences

    def _check_masks(self, draft: Draft, found: KnownBusiness) -> None:
        """A number that came back as we masked it is unchanged; any other mask says nothing."""
        for field, mask in draft.masked.items():
            column = self.sheet.columns[field]
            record = Business.objects.select_related("owner").get(pk=found.pk)
            if column.show(record, False) != mask:
                self.sheet.problem(draft, field, MASKED)

    def _check_nib(self, draft: Draft, known: Known, owner_pk: int | None, pk: int | None) -> None:
        for business in known.by_nib.get(draft.values[AT["nib"]], ()):
            if business.pk != pk and (owner_pk is None or business.owner_id != owner_pk):
                self.sheet.problem(draft, "nib", NIB_TAKEN)
                return

    def _check_nik(self, draft: Draft, known: Known, owner_pk: int | None) -> None:
        owner = known.owners.get(self.index["owner_national_id"](draft.values[AT["owner_national_id"]]))
        if owner is not None and owner.pk != owner_pk:
            self.sheet.problem(draft, "owner_national_id", NIK_TAKEN)

    # --- A new one --------------------------------------------------------------------------------
    def _new(self, draft: Draft, known: Known) -> None:
        values = draft.values
        owner_pk = self._owner_of_new(draft, known)
        if values[AT["nib"]]:
            self._check_nib(draft, known, owner_pk, None)
        for field in draft.masked:
            self.sheet.problem(draft, field, MASKED)
        refused = {problem.column for problem in draft.problems if problem.level == "error"}
        for column, reason in REQUIRED.items():
            missing = not values[AT[_VALUE_OF.get(column, column)]]
            if missing and self.sheet.heading(column) not in refused:
                if column == "owner_name" and owner_pk is not None:
                    continue
                self.sheet.problem(draft, column, reason)
        draft.verdict = Verdict.ERROR if draft.has_errors else Verdict.NEW

    def _owner_of_new(self, draft: Draft, known: Known) -> int | None:
        """The owner a new business links to, by NIK; a NIK under another name is refused."""
        nik, name = draft.values[AT["owner_national_id"]], draft.values[AT["owner_name"]]
        owner = known.owners.get(self.index["owner_national_id"](nik)) if nik else None
        if owner is None:
            return None
        reason = refuse_owner(owner.is_seen, owner.name, name)
        if reason:
            self.sheet.problem(draft, "owner_national_id", reason)
        return owner.pk

    def _look_for_same_words(self, drafts: Sequence[Draft], known: Known) -> None:
        """Rows without any number that led to a record."""
        named = [draft for draft in drafts if draft.values[AT["name"]] and draft.values[AT["ward_id"]]]
        known.load_names([draft.values[AT["name"]] for draft in named])
        for draft in drafts:
            if not self._same_words(draft, known):
                self._new(draft, known)

    def _same_words(self, draft: Draft, known: Known) -> bool:
        """Whether a record with name, owner and kelurahan of the row settles what the row is."""
        name, ward = draft.values[AT["name"]], draft.values[AT["ward_id"]]
        same = [
            business
            for business in known.by_name.get((name, ward), ())
            if self._same_owner(draft, business) and known.sees(business)
        ]
        for business in same:
            if not self.differences(draft, business):
                self._compare(draft, business, known)
                return True
        return False


def refuse_owner(is_seen: bool, known_name: str, name: str | None) -> str:
    """Why a business may not be linked to the owner of its NIK, or nothing."""
    if not is_seen:
        return f"{NIK_TAKEN} Minta administrator menautkan UMKM ini."
    if name and same_words(name) != same_words(known_name):
        return f"NIK ini sudah terdaftar atas nama “{known_name}”."
    return ""


def comparable(stored: Any) -> Any:
    if isinstance(stored, date):
        return stored.isoformat()
    return str(stored) if isinstance(stored, Decimal) else stored


def _given(drafts: Sequence[Draft], field: str) -> list[str]:
    place = AT[field]
    return [value for draft in drafts if (value := draft.values[place])]


def _same_name(draft: Draft, business: KnownBusiness) -> bool:
    name = draft.values[AT["name"]]
    stored: str = business.value("name")
    return not name or name == stored or same_words(name) == same_words(stored)
