"""Rows of a list of businesses into the register: a chunk in few statements, within the caller's transaction.

What needs no database is done before that transaction begins: on SQLite it keeps all others from writing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from core import bulk, keys
from core.audit_rows import NewRows, RowEvent, Secret, hide, record_rows
from core.importing.importers import ERROR, Lost, Problem, Written
from core.models import ImportBatch, ImportRow, RowDecision, RowOutcome, User, Verb, Verdict
from registry.actions.holding import hold_new_businesses, hold_nibs
from registry.importing import changing
from registry.importing.columns import SUBMIT_NEW
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
    "owner_id",
    "public_id",
    "name",
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
_NAME_KEY = BUSINESS_COLUMNS.index("name_key") - 2  # without the keys that come late
REGISTRATION_COLUMNS = ("business_id", "state", "number", "submitted_at", "submitted_by_id", "note")
REASON = "Impor daftar"
TWIN = "UMKM dengan nama, pelaku usaha, dan kelurahan ini masuk sejak baris ini diperiksa. Unggah lagi bila berbeda."
_OWNERS_TOLD = NewRows(Owner, OWNER_COLUMNS)
_BUSINESSES_TOLD = NewRows(Business, BUSINESS_COLUMNS)


def prepare(
    rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime
) -> Callable[[], list[Written]]:
    """What creates the new and changes what differs; it raises Lost for numbers that were taken meanwhile."""
    creation = _Creation(batch, by, at, [row for row in rows if _is_new(row)])
    others = [row for row in rows if not _is_new(row)]

    def write() -> list[Written]:
        written = creation.write()
        return written + (changing.write(others, batch=batch, by=by, at=at) if others else [])

    return write


def _is_new(row: ImportRow) -> bool:
    if row.verdict == Verdict.POSSIBLE_DUPLICATE:
        return row.decision == RowDecision.NEW
    return row.verdict == Verdict.NEW


@dataclass(slots=True)
class _Ready:
    """What a row becomes, without the keys that are given inside the transaction: its values, and them ready to store."""

    facts: tuple[Any, ...]
    stored: Any
    secret: Secret | None


@dataclass(slots=True)
class _New:
    row: ImportRow
    values: list[Any]
    nik: str | None  # its blind index
    owner: _Ready
    business: _Ready
    owner_id: int = 0

    def __getitem__(self, name: str) -> Any:
        return self.values[AT[name]]


class _Creation:
    """New businesses with their owners and registrations, in a fixed order of locks: NIK, then NIB."""

    def __init__(self, batch: ImportBatch, by: User, at: datetime, rows: Sequence[ImportRow]) -> None:
        self.batch, self.by, self.at = batch, by, at
        owner, business = Owner._meta.label_lower, Business._meta.label_lower
        self.nik_index = keys.indexer(context=f"{owner}.national_id")
        self.phone_index = keys.indexer(context=f"{owner}.phone")
        self.npwp_index = keys.indexer(context=f"{business}.npwp")
        self.owners = bulk.Loader(Owner, OWNER_COLUMNS[1:], late=OWNER_COLUMNS[:1])
        self.businesses = bulk.Loader(Business, BUSINESS_COLUMNS[2:], late=BUSINESS_COLUMNS[:2])
        self.rows = self._prepared(rows)

    def _prepared(self, rows: Sequence[ImportRow]) -> list[_New]:
        values = [row.stored_content[1] for row in rows]
        niks = [self.nik_index(nik) if (nik := cells[AT["owner_national_id"]]) else None for cells in values]
        owners = [self._owner(cells, nik) for cells, nik in zip(values, niks, strict=True)]
        of_owners = _ready(self.owners, owners, _OWNERS_TOLD)
        of_businesses = _ready(self.businesses, [self._business(cells) for cells in values], _BUSINESSES_TOLD)
        return list(map(_New, rows, values, niks, of_owners, of_businesses))

    def write(self) -> list[Written]:
        if not self.rows:
            return []
        hold_new_businesses()
        known = Known(self.by)
        known.load_owners(new.nik for new in self.rows if new.nik)
        known.load_businesses()
        taken_keys, twins = self._taken_keys(), self._twins()
        refused = [done for new in self.rows if (done := self._refusal(new, known, taken_keys, twins))]
        not_wanted = {done.row.pk for done in refused}
        good = [new for new in self.rows if new.row.pk not in not_wanted]
        makers = self._name_owners(good, known)
        self._insert_owners(makers)
        self._hold_nibs(good)
        return self._insert_businesses(good, {maker.owner_id for maker in makers}) + refused

    def _taken_keys(self) -> set[str]:
        wanted = [key for new in self.rows if (key := new["source_key"])]
        if not wanted:
            return set()
        found = Business.objects.filter(source=self.batch.source, source_key__in=wanted)
        return set(found.values_list("source_key", flat=True))

    def _twins(self) -> set[int]:
        rows = [(new.row, new.values, new.business.facts[_NAME_KEY]) for new in self.rows]
        return rows_with_twins(rows, self.batch)

    def _refusal(self, new: _New, known: Known, taken_keys: set[str], twins: set[int]) -> Written | None:
        """Whether somebody registered it since the row was judged."""
        owner = known.owners.get(new.nik or "")
        reason, column = "", "NIK"
        if owner is not None:
            reason = refuse_owner(owner.is_seen, owner.name, new["owner_name"])
            if not reason and known.has(owner, new["name"], new["ward_id"]):
                reason = ELSEWHERE
        elif not new["owner_name"]:
            reason = "Pemilik NIK ini tidak lagi terdaftar; isi nama pelaku usaha."
        if new["source_key"] in taken_keys:
            reason, column = ELSEWHERE, "Kunci pada sumber"
        if new.row.pk in twins:
            reason, column = TWIN, "Nama usaha"
        return Written(new.row, refused=Problem(ERROR, column, "", reason)) if reason else None

    def _name_owners(self, rows: Sequence[_New], known: Known) -> list[_New]:
        """Say of each row who its owner is, and which rows make theirs: the first of each NIK that is not known."""
        first: dict[str, _New] = {}
        makers = [
            new
            for new in rows
            if new.nik is None or (new.nik not in known.owners and first.setdefault(new.nik, new) is new)
        ]
        for maker, pk in zip(makers, bulk.take_ids(Owner, len(makers)), strict=True):
            maker.owner_id = pk
        for new in rows:
            if new.nik in known.owners:
                new.owner_id = known.owners[new.nik].pk
            elif new.nik is not None:
                new.owner_id = first[new.nik].owner_id
        return sorted(makers, key=lambda new: new.nik or "")  # as every other writer of many

    def _owner(self, values: list[Any], index: str | None) -> tuple[Any, ...]:
        phone = values[AT["owner_phone"]]
        name = values[AT["owner_name"]] or ""
        return (
            uuid.uuid4(),
            name,
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
            owner_key(name),
        )

    def _insert_owners(self, makers: Sequence[_New]) -> None:
        try:
            self.owners.insert([new.owner.stored for new in makers], [(new.owner_id,) for new in makers])
        except IntegrityError as error:
            raise Lost({}) from error  # whose NIK it was is seen when the chunk is tried again
        events = []
        for new in makers:
            told = _OWNERS_TOLD.changes((new.owner_id, *new.owner.facts))
            events.append(RowEvent(new.owner_id, new["owner_name"], None, told, new.owner.secret))
        self._tell(Owner, events)

    def _tell(self, model: type[Owner | Business], events: list[RowEvent]) -> None:
        batch = self.batch.public_id
        record_rows(Verb.CREATED, model, events, by=self.by, at=self.at, batch=batch, reason=REASON)

    def _hold_nibs(self, rows: Sequence[_New]) -> None:
        """Let nobody else write these NIB until commit, and refuse those of other owners."""
        mine = [(new, nib) for new in rows if (nib := new["nib"])]
        if not mine:
            return
        wanted = {nib for _, nib in mine}
        hold_nibs(wanted)
        taken: dict[str, set[int | None]] = {}
        # The condition of the index, which a database does not find in a long list by itself.
        found = Business.objects.filter(nib__in=wanted).exclude(nib="").order_by()
        for nib, owner, merged_into in found.values_list("nib", "owner_id", "merged_into_id"):
            if merged_into is None:
                taken.setdefault(nib, set()).add(owner)
        lost = [new.row.pk for new, nib in mine if taken.get(nib, set()) - {new.owner_id}]
        if lost:
            raise Lost(dict.fromkeys(lost, Problem(ERROR, "NIB", "", NIB_TAKEN)))

    def _insert_businesses(self, rows: Sequence[_New], new_owners: set[int]) -> list[Written]:
        ids = bulk.take_ids(Business, len(rows))
        late = [(pk, new.owner_id) for pk, new in zip(ids, rows, strict=True)]
        self.businesses.insert([new.business.stored for new in rows], late)
        self._insert_registrations(ids)
        events, written = [], []
        for (pk, owner), new in zip(late, rows, strict=True):
            told = _BUSINESSES_TOLD.changes((pk, owner, *new.business.facts))
            events.append(RowEvent(pk, new["name"], new["district_id"], told, new.business.secret))
            done = Written(new.row, RowOutcome.CREATED, target=pk, written=[["business", pk, 1, True]])
            if owner in new_owners:
                done.written.append(["owner", owner, 1, True])
            written.append(done)
        self._tell(Business, events)
        return written

    def _business(self, values: list[Any]) -> tuple[Any, ...]:
        npwp, key = values[AT["npwp"]], values[AT["source_key"]]
        copied = ["" if values[AT[name]] is None and name in _TEXTS else values[AT[name]] for name in _COPIED]
        return (
            uuid.uuid4(),
            values[AT["name"]],
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
        if SUBMIT_NEW in self.batch.options:
            facts = (str(RegistrationState.SUBMITTED), "", self.at, self.by.pk, "")
        loader = bulk.Loader(Registration, REGISTRATION_COLUMNS[1:], late=REGISTRATION_COLUMNS[:1])
        loader.insert(loader.ready([facts]) * len(businesses), [(pk,) for pk in businesses])


def _ready(loader: bulk.Loader, rows: Sequence[tuple[Any, ...]], told: NewRows) -> Iterable[_Ready]:
    late = (None,) * len(loader.late)
    secrets = hide([told.secrets((*late, *row)) for row in rows])
    return map(_Ready, rows, loader.ready(rows), secrets)
