"""Rows that differ from a record: unregistered ones are changed, of registered ones the change is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models
from django.db.models import Q

from core import audit
from core.fields import blind
from core.importing.importers import ERROR, Lost, Problem, Written, effective_differences
from core.models import ImportBatch, ImportRow, RowOutcome, User, Verb
from registry.actions import propose_changes
from registry.actions.holding import hold_nibs
from registry.importing.judging import NIB_TAKEN, NIK_TAKEN
from registry.importing.known import STORED
from registry.importing.rows import AT
from registry.models import Business, Owner

STALE = "Data ini sudah diubah orang lain sejak diperiksa. Periksa ulang baris ini."
REASON = "Impor daftar"
NOTHING_LEFT = "Tidak ada lagi yang berbeda menurut kebijakan yang dipilih."
_ATTRIBUTES = {field: path.removeprefix("owner__").removesuffix("_index") for field, path in STORED.items()}
_DATES, _DEGREES = {"owner_born_on", "started_on"}, {"latitude", "longitude"}
Wish = dict[str, Any]  # attribute to value


def write(rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> list[Written]:
    return Changes(batch, by, at).write(rows)


class Changes:
    """NIB are held, then records locked in the order of their keys, businesses before owners."""

    def __init__(self, batch: ImportBatch, by: User, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self.events: list[audit.Event] = []
        self.changed: dict[type[models.Model], dict[int, Any]] = {Business: {}, Owner: {}}
        self.proposed: dict[tuple[type[models.Model], int], tuple[Any, Wish]] = {}
        self.proposers: dict[tuple[str, int], list[Written]] = {}
        self.written: list[Written] = []

    def write(self, rows: Sequence[ImportRow]) -> list[Written]:
        hold_nibs(
            row.stored_content[1][AT["nib"]] for row in rows if "nib" in row.found.get("differences", ())
        )
        targets = sorted({row.target for row in rows if row.target})
        businesses = _locked(Business, _still_seen(Business.objects.filter(pk__in=targets), self.by))
        owners = _locked(Owner, sorted({b.owner_id for b in businesses.values() if b.owner_id}))
        numbered = Business.objects.filter(
            Q(pk__in=targets) | Q(owner__in=owners), registration__number__gt=""
        )
        registered = set(numbered.values_list("owner_id", "pk"))
        self.registered = {pk for _, pk in registered}
        self.owners_of_registered = {owner for owner, _ in registered}
        for row in rows:
            self._take(row, businesses, owners)
        self._store()
        self._propose()
        return self.written

    def _take(self, row: ImportRow, businesses: dict[int, Any], owners: dict[int, Any]) -> None:
        business = businesses.get(row.target or 0)
        if business is None or not self._is_as_judged(business, row):
            self._refuse(row, "Baris", STALE)
            return
        values = row.stored_content[1]
        policy = self.batch.policy
        differences = effective_differences(row.found.get("differences", {}), policy)
        if not differences:
            self._refuse(row, "Baris", NOTHING_LEFT)
            return
        owner = owners.get(business.owner_id or 0)
        of_business, of_owner = _wishes(differences, values)
        if (problem := self._taken(business, owner, of_business, of_owner)) is not None:
            self.written.append(Written(row, refused=problem))
            return
        done = Written(row, target=business.pk)
        self.written.append(done)
        if of_business:
            self._change(business, of_business, done, is_registered=business.pk in self.registered)
        if of_owner and owner is not None:
            self._change(owner, of_owner, done, is_registered=owner.pk in self.owners_of_registered)

    def _is_as_judged(self, business: Any, row: ImportRow) -> bool:
        return business.version == row.target_version or business.pk in self.changed[Business]

    def _taken(self, business: Any, owner: Any, of_business: Wish, of_owner: Wish) -> Problem | None:
        nib = of_business.get("nib")
        if nib and Business(pk=business.pk, owner_id=business.owner_id, nib=nib).nib_is_anothers():
            return Problem(ERROR, "NIB", "", NIB_TAKEN)
        if nik := of_owner.get("national_id"):
            others = Owner.objects.filter(**blind(Owner, "national_id", nik))
            if others.exclude(pk=owner.pk if owner else 0).exists():
                return Problem(ERROR, "NIK", "", NIK_TAKEN)
        return None

    def _change(self, record: Any, wish: Wish, done: Written, *, is_registered: bool) -> None:
        name = record._meta.model_name
        if is_registered:
            _, wished = self.proposed.setdefault((type(record), record.pk), (record, {}))
            wished.update(wish)
            done.outcome = RowOutcome.PROPOSED
            self.proposers.setdefault((name, record.pk), []).append(done)
            return
        old = copy(record)
        for attribute, value in wish.items():
            setattr(record, attribute, value)
        if not (changes := audit.field_changes(old, record)):
            return
        done.journal[name] = {attribute: _plain(getattr(old, attribute)) for attribute in wish}
        record.version, record.updated_at = old.version + 1, self.at
        self.changed[type(record)][record.pk] = record
        done.outcome = done.outcome or RowOutcome.CHANGED
        done.written.append([name, record.pk, record.version, False])
        secrets = audit.secret_changes(old, record)
        self.events.append(audit.Event(Verb.CHANGED, record, changes=changes, secrets=secrets, reason=REASON))

    def _propose(self) -> None:
        """Corrections of registered records wait for another person, the whole batch together."""
        if not self.proposed:
            return
        items = [(record, _by_field(record, wish)) for record, wish in self.proposed.values()]
        batch = self.batch.public_id
        proposed = propose_changes(items, by=self.by, at=self.at, reason=REASON, batch=batch)
        refused = {(str(record._meta.model_name), record.pk): why for record, why in proposed.refused}
        for key, why in refused.items():
            for done in self.proposers[key]:
                if not done.written:  # what was changed beside it stays
                    done.refused = Problem(ERROR, "Baris", "", why)

    def _store(self) -> None:
        for model, records in self.changed.items():
            if records:
                ordered = [records[pk] for pk in sorted(records)]
                fields = [*_editable(model), "district", "version", "updated_at"]
                try:
                    model._default_manager.bulk_update(ordered, fields, batch_size=250)
                except IntegrityError as error:
                    raise Lost({}) from error
        if self.events:
            audit.record_many(self.events, by=self.by, at=self.at, batch=self.batch.public_id)

    def _refuse(self, row: ImportRow, column: str, reason: str) -> None:
        self.written.append(Written(row, refused=Problem(ERROR, column, "", reason)))


class OwnerChanges(Changes):
    """Of rows about owners alone."""

    def write(self, rows: Sequence[ImportRow]) -> list[Written]:
        targets = {row.target for row in rows if row.target}
        owners = _locked(Owner, _still_seen(Owner.objects.filter(pk__in=targets), self.by))
        numbered = Business.objects.filter(owner__in=owners, registration__number__gt="")
        self.owners_of_registered = set(numbered.values_list("owner_id", flat=True))
        for row in rows:
            self._take_owner(row, owners)
        self._store()
        self._propose()
        return self.written

    def _take_owner(self, row: ImportRow, owners: dict[int, Any]) -> None:
        owner = owners.get(row.target or 0)
        if owner is None or owner.version != row.target_version:
            self._refuse(row, "Baris", STALE)
            return
        differences = effective_differences(row.found.get("differences", {}), self.batch.policy)
        if not differences:
            self._refuse(row, "Baris", NOTHING_LEFT)
            return
        wish = _wish_of_owner(differences, row.stored_content[1])
        if (problem := self._taken(Business(), owner, {}, wish)) is not None:
            self.written.append(Written(row, refused=problem))
            return
        done = Written(row, target=owner.pk)
        self.written.append(done)
        self._change(owner, wish, done, is_registered=owner.pk in self.owners_of_registered)


def _wish_of_owner(differences: dict[str, list[Any]], values: list[Any]) -> Wish:
    fields = ("code", "name", "national_id", "phone", "sex", "born_on", "address", "ward_id", "district_id")
    given = dict(zip(fields, values, strict=True))
    wish = {field: given[field] for field in differences}
    if "born_on" in wish:
        wish["born_on"] = date.fromisoformat(wish["born_on"])
    if "ward_id" in wish:
        wish["district_id"] = given["district_id"]
    return wish


def _wishes(differences: dict[str, list[Any]], values: list[Any]) -> tuple[Wish, Wish]:
    """Attributes of the business and of its owner with their new values."""
    of_business: Wish = {}
    of_owner: Wish = {}
    for field in differences:
        value = values[AT[field]]
        if field in _DATES:
            value = date.fromisoformat(value)
        elif field in _DEGREES:
            value = Decimal(value)
        (of_owner if field.startswith("owner_") else of_business)[_ATTRIBUTES[field]] = value
        if field == "ward_id":
            of_business["district_id"] = values[AT["district_id"]]
    return of_business, of_owner


def _by_field(record: Any, wish: Wish) -> Wish:
    """By the names of the fields; the kecamatan follows from the kelurahan."""
    names = {field.attname: field.name for field in record._meta.concrete_fields if field.editable}
    return {names[attribute]: value for attribute, value in wish.items() if attribute in names}


def _still_seen(rows: Any, by: User) -> list[int]:
    """Of the rows those in the area of who writes, which may have become smaller since they were judged."""
    return list(rows.filter(pk__in=rows.model.objects.for_user(by)).values_list("pk", flat=True))


def _locked(model: type[Any], pks: Sequence[int]) -> dict[int, Any]:
    rows = model.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows}


def _editable(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.generated and not field.primary_key
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
