"""Rows of a list of businesses into the register: a chunk in few statements, within the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from core import bulk, keys
from core.audit_rows import RowEvent, created_row, record_rows
from core.importing.importers import ERROR, Lost, Problem, Written
from core.models import ImportBatch, ImportRow, RowDecision, RowOutcome, User, Verb, Verdict
from registry.actions.holding import hold_new_businesses, hold_nibs
from registry.importing import changing
from registry.importing.judging import ELSEWHERE, NIB_TAKEN, refuse_owner
from registry.importing.known import Known
from registry.importing.rows import AT
from registry.importing.twins import rows_with_twins
from registry.matching import business_keys, owner_key
from registry.models import Business, BusinessStatus, Owner, Registration, RegistrationState

OWNER_COLUMNS = (
    "id",
    "public_id",
    "name",
    "national_id",
    "national_id_index",
    "phone",
    "phone_index",
    "sex",
    "born_on",
    "address",
    "version",
    "created_at",
    "updated_at",
    "name_key",
)
# Of a row, in the order in which they stand in the table's columns below.
_COPIED = (
    "products",
    "legal_form",
    "nib",
    "npwp",
    "address",
    "latitude",
    "longitude",
    "started_on",
    "net_assets",
    "business_capital",
    "annual_sales",
    "workers_male",
    "workers_female",
    "branch",
    "micro_kind",
)
_TEXTS = {"products", "legal_form", "nib", "address", "micro_kind"}
BUSINESS_COLUMNS = (
    "id",
    "public_id",
    "name",
    "owner_id",
    "sector_id",
    "ward_id",
    "district_id",
    "kbli_code",
    "npwp_index",
    *(name if name != "branch" else "is_branch_or_subsidiary" for name in _COPIED),
    "status",
    "is_reconstruction",
    "source",
    "source_key",
    "version",
    "created_at",
    "updated_at",
    "name_key",
    "initials_key",
)
REGISTRATION_COLUMNS = ("business_id", "state", "number", "submitted_at", "submitted_by_id", "note")
REASON = "Impor daftar"
TWIN = "UMKM dengan nama, pelaku usaha, dan kelurahan ini masuk sejak baris ini diperiksa. Unggah lagi bila berbeda."
_OWNER_TOLD = created_row(Owner, OWNER_COLUMNS)
_BUSINESS_TOLD = created_row(Business, BUSINESS_COLUMNS)


def write(rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> list[Written]:
    """Create what is new and change what differs; raises Lost for numbers that were taken meanwhile."""
    new = [row for row in rows if _is_new(row)]
    others = [row for row in rows if not _is_new(row)]
    written = _Creation(batch, by, at).write(new) if new else []
    return written + (changing.write(others, batch=batch, by=by, at=at) if others else [])


def _is_new(row: ImportRow) -> bool:
    if row.verdict == Verdict.POSSIBLE_DUPLICATE:
        return row.decision == RowDecision.NEW
    return row.verdict == Verdict.NEW


class _Creation:
    """New businesses with their owners and registrations, in a fixed order of locks: NIK, then NIB."""

    def __init__(self, batch: ImportBatch, by: User, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        owner, business = Owner._meta.label_lower, Business._meta.label_lower
        self.nik_index = keys.indexer(context=f"{owner}.national_id")
        self.phone_index = keys.indexer(context=f"{owner}.phone")
        self.npwp_index = keys.indexer(context=f"{business}.npwp")
        self.refused: list[Written] = []

    def write(self, rows: Sequence[ImportRow]) -> list[Written]:
        hold_new_businesses()
        values = {row.pk: row.stored_content[1] for row in rows}
        rows = self._without_twins(rows, values)
        indexes = {
            row.pk: self.nik_index(nik) for row in rows if (nik := values[row.pk][AT["owner_national_id"]])
        }
        known = Known(self.by)
        known.load_owners(indexes.values())
        known.load_businesses()
        taken_keys = self._taken_keys(values.values())
        good = [row for row in rows if not self._is_refused(row, values, indexes, known, taken_keys)]
        owners, new_owners = self._owners(good, values, indexes, known)
        self._insert_owners(new_owners)
        self._hold_nibs(good, values, owners)
        written = self._insert_businesses(good, values, owners, {row[0] for row in new_owners})
        return written + self.refused

    def _without_twins(self, rows: Sequence[ImportRow], values: dict[int, list[Any]]) -> list[ImportRow]:
        twins = rows_with_twins(rows, values, self.batch)
        problem = Problem(ERROR, "Nama usaha", "", TWIN)
        self.refused += [Written(row, refused=problem) for row in rows if row.pk in twins]
        return [row for row in rows if row.pk not in twins]

    def _taken_keys(self, all_values: Any) -> set[str]:
        wanted = [value for values in all_values if (value := values[AT["source_key"]])]
        if not wanted:
            return set()
        found = Business.objects.filter(source=self.batch.source, source_key__in=wanted)
        return set(found.values_list("source_key", flat=True))

    def _is_refused(
        self,
        row: ImportRow,
        values: dict[int, list[Any]],
        indexes: dict[int, str],
        known: Known,
        taken_keys: set[str],
    ) -> bool:
        """Whether somebody registered it since the row was judged; then it says so in `refused`."""
        cells = values[row.pk]
        owner = known.owners.get(indexes.get(row.pk, ""))
        reason, column = "", "NIK"
        if owner is not None:
            reason = refuse_owner(owner.is_seen, owner.name, cells[AT["owner_name"]])
            if not reason and known.has(owner, cells[AT["name"]], cells[AT["ward_id"]]):
                reason = ELSEWHERE
        elif not cells[AT["owner_name"]]:
            reason = "Pemilik NIK ini tidak lagi terdaftar; isi nama pelaku usaha."
        if cells[AT["source_key"]] in taken_keys:
            reason, column = ELSEWHERE, "Kunci pada sumber"
        if reason:
            self.refused.append(Written(row, refused=Problem(ERROR, column, "", reason)))
        return bool(reason)

    def _owners(
        self,
        rows: Sequence[ImportRow],
        values: dict[int, list[Any]],
        indexes: dict[int, str],
        known: Known,
    ) -> tuple[dict[int, int], list[tuple[Any, ...]]]:
        """The owner of each row, and the rows of those that are to be made; one for each NIK."""
        owners: dict[int, int] = {}
        first: dict[str, ImportRow] = {}
        makers: list[ImportRow] = []
        for row in rows:
            index = indexes.get(row.pk)
            if index and index in known.owners:
                owners[row.pk] = known.owners[index].pk
            elif index is None or first.setdefault(index, row) is row:
                makers.append(row)
        ids = dict(zip((row.pk for row in makers), bulk.take_ids(Owner, len(makers)), strict=True))
        for row in rows:
            if row.pk not in owners:
                maker = row if row.pk in ids else first[indexes[row.pk]]
                owners[row.pk] = ids[maker.pk]
        made = [self._owner(ids[row.pk], values[row.pk], indexes.get(row.pk)) for row in makers]
        made.sort(key=lambda owner: owner[4] or "")  # as every other writer of many: by the index
        return owners, made

    def _owner(self, pk: int, values: list[Any], index: str | None) -> tuple[Any, ...]:
        phone = values[AT["owner_phone"]]
        return (
            pk,
            uuid.uuid4(),
            values[AT["owner_name"]],
            values[AT["owner_national_id"]],
            index,
            phone,
            self.phone_index(phone) if phone else None,
            values[AT["owner_sex"]] or "",
            values[AT["owner_born_on"]],
            values[AT["owner_address"]] or "",
            1,
            self.at,
            self.at,
            owner_key(values[AT["owner_name"]]),
        )

    def _insert_owners(self, owners: list[tuple[Any, ...]]) -> None:
        try:
            bulk.insert(Owner, OWNER_COLUMNS, owners)
        except IntegrityError as error:
            raise Lost({}) from error  # whose NIK it was is seen when the chunk is tried again
        events = [RowEvent(owner[0], owner[2], None, *_OWNER_TOLD(owner)) for owner in owners]
        self._tell(Owner, events)

    def _tell(self, model: type[Owner | Business], events: list[RowEvent]) -> None:
        batch = self.batch.public_id
        record_rows(Verb.CREATED, model, events, by=self.by, at=self.at, batch=batch, reason=REASON)

    def _hold_nibs(
        self, rows: Sequence[ImportRow], values: dict[int, list[Any]], owners: dict[int, int]
    ) -> None:
        """Let nobody else write these NIB until commit, and refuse those of other owners."""
        mine = {row.pk: nib for row in rows if (nib := values[row.pk][AT["nib"]])}
        hold_nibs(mine.values())
        taken: dict[str, set[int | None]] = {}
        found = Business.objects.standing().filter(nib__in=set(mine.values()))
        for nib, owner in found.values_list("nib", "owner_id"):
            taken.setdefault(nib, set()).add(owner)
        lost = {pk for pk, nib in mine.items() if taken.get(nib, set()) - {owners[pk]}}
        if lost:
            raise Lost({pk: Problem(ERROR, "NIB", "", NIB_TAKEN) for pk in lost})

    def _insert_businesses(
        self,
        rows: Sequence[ImportRow],
        values: dict[int, list[Any]],
        owners: dict[int, int],
        new_owners: set[int],
    ) -> list[Written]:
        ids = bulk.take_ids(Business, len(rows))
        made = [self._business(pk, owners[row.pk], values[row.pk]) for pk, row in zip(ids, rows, strict=True)]
        bulk.insert(Business, BUSINESS_COLUMNS, made)
        self._insert_registrations(ids)
        events = [
            RowEvent(business[0], business[2], business[6], *_BUSINESS_TOLD(business)) for business in made
        ]
        self._tell(Business, events)
        written = []
        for pk, row in zip(ids, rows, strict=True):
            done = Written(row, RowOutcome.CREATED, target=pk, written=[["business", pk, 1, True]])
            if (owner := owners[row.pk]) in new_owners:
                done.written.append(["owner", owner, 1, True])
            written.append(done)
        return written

    def _business(self, pk: int, owner: int, values: list[Any]) -> tuple[Any, ...]:
        npwp, key = values[AT["npwp"]], values[AT["source_key"]]
        copied = ["" if values[AT[name]] is None and name in _TEXTS else values[AT[name]] for name in _COPIED]
        return (
            pk,
            uuid.uuid4(),
            values[AT["name"]],
            owner,
            values[AT["sector_id"]],
            values[AT["ward_id"]],
            values[AT["district_id"]],
            values[AT["kbli_code"]] or "",
            self.npwp_index(npwp) if npwp else None,
            *copied,
            str(BusinessStatus.ACTIVE),
            False,
            self.batch.source if key else "",
            key or "",
            1,
            self.at,
            self.at,
            *business_keys(values[AT["name"]]),
        )

    def _insert_registrations(self, businesses: Sequence[int]) -> None:
        """Drafts, or, as was chosen openly at upload, submitted: never registered without a second person."""
        facts: tuple[Any, ...] = (str(RegistrationState.DRAFT), "", None, None, "")
        if self.batch.submit_new:
            facts = (str(RegistrationState.SUBMITTED), "", self.at, self.by.pk, "")
        bulk.insert(Registration, REGISTRATION_COLUMNS, [(pk, *facts) for pk in businesses])
