"""Writing proposed values into their records, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from core import bulk
from core.fields import DerivedField, index_of
from core.models import Region
from registry.actions.errors import AlreadyTaken
from registry.actions.holding import hold_nibs
from registry.models import Business, ChangeProposal, Owner, Record
from registry.models.proposals import as_json, from_json

CHANGED_SINCE = "Data yang diusulkan sudah diubah sejak usulan ini dibuat."
NIB_TAKEN = "NIB ini sudah dipakai UMKM milik pelaku usaha lain."
NATIONAL_ID_TAKEN = "NIK ini sudah terdaftar pada pelaku usaha lain."
Refused = list[tuple[ChangeProposal, str]]


def apply(proposals: Sequence[ChangeProposal], *, at: datetime) -> tuple[list[ChangeProposal], Refused]:
    """Of locked proposals those written into their records, and those that could not be, with the reason.

    NIB are held first, then the records locked, businesses before owners and each in the order of their pk.
    """
    applied: list[ChangeProposal] = []
    refused: Refused = []
    for model in (Business, Owner):
        own = [proposal for proposal in proposals if proposal.subject is model]
        if own:
            _apply_to(model, own, applied, refused, at=at)
    return applied, refused


def _apply_to(
    model: type[Record],
    proposals: Sequence[ChangeProposal],
    applied: list[ChangeProposal],
    refused: Refused,
    *,
    at: datetime,
) -> None:
    manager: Any = model._default_manager
    pks = [proposal.business_id or proposal.owner_id for proposal in proposals]
    taken = _Taken(proposals)
    records = {row.pk: row for row in manager.filter(pk__in=pks).select_for_update().order_by("pk")}
    written: set[str] = set()
    for proposal in proposals:
        record = records[proposal.business_id or proposal.owner_id]
        # The proposal tells of the record as it is now.
        setattr(proposal, "business" if model is Business else "owner", record)
        refusal = _refusal(proposal, record, taken)
        if refusal:
            refused.append((proposal, refusal))
            continue
        for changed, _, new in proposal.fields():
            setattr(record, changed.attname, from_json(changed, new))
            written.add(changed.name)
        record.version, record.updated_at = record.version + 1, at
        applied.append(proposal)
    rows = [proposal.record for proposal in applied if proposal.subject is model]
    if "ward" in written:
        _place(rows)
        written.add("district")
    if rows:
        try:
            with transaction.atomic():
                _write(model, rows, written | {"version", "updated_at"})
        except IntegrityError as error:  # somebody was faster than the check
            raise AlreadyTaken(NATIONAL_ID_TAKEN) from error


def _write(model: type[Record], records: Sequence[Record], names: set[str]) -> None:
    """The named fields, and what is derived from them."""
    fields = model._meta.concrete_fields
    derived = [field for field in fields if isinstance(field, DerivedField) and field.source in names]
    for record in records:
        for field in derived:
            field.pre_save(record, add=False)
    columns = [field.attname for field in fields if field.name in names or field in derived]
    rows = ([*(getattr(record, column) for column in columns), record.pk] for record in records)
    bulk.update(model, columns, rows)


def _refusal(proposal: ChangeProposal, record: Record, taken: _Taken) -> str:
    if proposal.base_version != record.version:
        for changed, old, _ in proposal.fields():
            if as_json(changed, getattr(record, changed.attname)) != old:
                return CHANGED_SINCE
    new = {changed.name: value for changed, _, value in proposal.fields()}
    if isinstance(record, Business):
        owner, nib = new.get("owner", record.owner_id), new.get("nib", record.nib)
        if {"nib", "owner"} & set(new) and nib:
            if nib not in taken.held:  # it came to the record since the proposals were read
                return CHANGED_SINCE
            if taken.nib(nib, record.pk, owner):
                return NIB_TAKEN
    elif new.get("national_id") and taken.national_id(new["national_id"], record.pk):
        return NATIONAL_ID_TAKEN
    return ""


class _Taken:
    """Numbers that belong to others, asked for once for all proposals, and kept in step with them."""

    def __init__(self, proposals: Sequence[ChangeProposal]) -> None:
        self.nibs: dict[str, dict[int, int | None]] = defaultdict(dict)
        self.national_ids: dict[str | None, int] = {}
        changes = [(proposal, proposal.changes) for proposal in proposals]
        nibs = {new["nib"][1] for _, new in changes if new.get("nib", [None, None])[1]}
        nibs |= set(
            Business.objects.filter(pk__in=[one.business_id for one, new in changes if "owner" in new])
            .exclude(nib="")
            .values_list("nib", flat=True)
        )
        hold_nibs(nibs)
        self.held = nibs
        rows = Business.objects.standing().filter(nib__in=nibs)
        for pk, nib, owner in rows.values_list("pk", "nib", "owner"):
            self.nibs[nib][pk] = owner
        wanted = [new["national_id"][1] for _, new in changes if new.get("national_id", [None, None])[1]]
        indexes = [index_of(Owner, "national_id", number) for number in wanted]
        known = Owner.objects.filter(national_id_index__in=indexes)
        self.national_ids.update(known.values_list("national_id_index", "pk"))

    def nib(self, nib: str, pk: int, owner: int | None) -> bool:
        """Whether a business of another owner has it; else it is this one's from now on."""
        others = {other for key, other in self.nibs[nib].items() if key != pk}
        if others - {owner} or (others and owner is None):
            return True
        self.nibs[nib][pk] = owner
        return False

    def national_id(self, number: str, pk: int) -> bool:
        index = index_of(Owner, "national_id", number)
        return self.national_ids.setdefault(index, pk) != pk


def _place(records: Sequence[Record]) -> None:
    """The kecamatan follows the kelurahan."""
    wards = Region.objects.in_bulk([record.ward_id for record in records if record.ward_id])
    for record in records:
        record.district_id = wards[record.ward_id].parent_id if record.ward_id else None
