"""Taking an import of businesses back: what it made is removed, what it changed gets its old values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from core import audit
from core.audit_rows import RowEvent, record_rows
from core.importing.importers import Conflict
from core.models import AuditEvent, ImportBatch, ImportRow, RowOutcome, User, Verb
from registry.actions import withdraw_batch
from registry.importing.columns import SUBMIT_NEW
from registry.models import Business, Owner, Registration, RegistrationState

MODELS: dict[str, Any] = {"business": Business, "owner": Owner}
EDITED, MOVED_ON, USED = "diubah", "pendaftarannya sudah diproses", "sudah dipakai data lain"
Key = tuple[str, int]


def conflicts(rows: Sequence[ImportRow]) -> Iterator[Conflict]:
    """Records of the rows that somebody touched since; one for each row."""
    if not rows:
        return
    batch = rows[0].batch
    touched = _touched(rows, batch)
    if not touched:
        return
    labels = _labels(touched)
    last = _last_events(touched, batch)
    for row in rows:
        for name, pk, *_ in row.written:
            if why := touched.get((name, pk)):
                label, url = labels.get((name, pk), ("(sudah dihapus)", ""))
                event = last.get((name, pk))
                who, at = (event.actor_name, event.at) if event else ("", None)
                yield Conflict(row.number, label, url, who, at, why)
                break


def undo(rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> set[int]:
    """Take the rows back inside the caller's transaction; the keys of rows that were touched meanwhile."""
    for model in (Business, Owner):
        pks = sorted({pk for row in rows for name, pk, *_ in row.written if MODELS[name] is model})
        list(model.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",)).only("pk"))
    touched = _touched(rows, batch)
    kept = {row.pk for row in rows if any((name, pk) in touched for name, pk, *_ in row.written)}
    good = [row for row in rows if row.pk not in kept]
    _remove([row for row in good if row.outcome == RowOutcome.CREATED], batch=batch, by=by, at=at)
    _restore([row for row in good if row.journal], batch=batch, by=by, at=at)
    if any(row.outcome == RowOutcome.PROPOSED for row in rows):
        # of a row at most its business and its owner
        withdraw_batch(batch=batch.public_id, by=by, at=at, at_most=2 * len(rows))
    return kept


def _touched(rows: Sequence[ImportRow], batch: ImportBatch) -> dict[Key, str]:
    """Records that are no longer as the import left them, with what happened to them."""
    wanted: dict[Key, int] = {}
    made: set[Key] = set()
    for row in rows:
        for name, pk, version, is_new in row.written:
            wanted[name, pk] = max(version, wanted.get((name, pk), 0))
            if is_new:
                made.add((name, pk))
    touched: dict[Key, str] = {}
    for name, model in MODELS.items():
        pks = [pk for kind, pk in wanted if kind == name]
        versions = dict(model.objects.filter(pk__in=pks).values_list("pk", "version"))
        for pk in pks:
            if versions.get(pk) != wanted[name, pk]:
                touched[name, pk] = EDITED
    businesses = [pk for kind, pk in made if kind == "business"]
    left_as = RegistrationState.SUBMITTED if SUBMIT_NEW in batch.options else RegistrationState.DRAFT
    moved = Registration.objects.filter(business__in=businesses).exclude(state=left_as)
    touched |= {("business", pk): MOVED_ON for pk in moved.values_list("business_id", flat=True)}
    touched |= dict.fromkeys(_registered(wanted), MOVED_ON)
    touched |= {("business", pk): USED for pk in _used(Business, businesses, but={Registration})}
    owners = [pk for kind, pk in made if kind == "owner"]
    others = Business.objects.filter(owner__in=owners).exclude(pk__in=businesses)
    return touched | {("owner", pk): USED for pk in others.values_list("owner_id", flat=True)}


def _registered(keys: Iterable[Key]) -> Iterator[Key]:
    """Those that got a number since: a second person approved what stands there, so it is corrected by proposals."""
    for name, path in (("business", "business"), ("owner", "business__owner")):
        pks = [pk for kind, pk in keys if kind == name]
        numbered = Registration.objects.numbered().filter(**{f"{path}__in": pks})
        yield from ((name, pk) for pk in numbered.values_list(f"{path}_id", flat=True))


def _used(model: type[models.Model], pks: Sequence[int], *, but: set[type[models.Model]]) -> set[int]:
    """Rows that others refer to in a way that forbids their removal."""
    used: set[int] = set()
    for relation in model._meta.related_objects:
        protected = getattr(relation, "on_delete", None) in (models.PROTECT, models.RESTRICT)
        if protected and relation.related_model not in but:
            name = relation.field.attname
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": pks})
            used |= set(rows.values_list(name, flat=True))
    return used


def _labels(touched: dict[Key, str]) -> dict[Key, tuple[str, str]]:
    labels: dict[Key, tuple[str, str]] = {}
    pks = [pk for name, pk in touched if name == "business"]
    for business in Business.objects.filter(pk__in=pks).only("name", "public_id"):
        labels["business", business.pk] = (business.name, business.get_absolute_url())
    pks = [pk for name, pk in touched if name == "owner"]
    for owner in Owner.objects.filter(pk__in=pks).only("name"):
        labels["owner", owner.pk] = (owner.name, "")
    return labels


def _last_events(touched: dict[Key, str], batch: ImportBatch) -> dict[Key, AuditEvent]:
    """The newest event about each that is not of the import itself."""
    last: dict[Key, AuditEvent] = {}
    for name, model in (*MODELS.items(), ("registration", Registration)):
        kind = "business" if name == "registration" else name
        pks = {str(pk): pk for key, pk in touched if key == kind}
        if name == "registration":
            found = Registration.objects.filter(business__in=pks.values()).values_list("pk", "business_id")
            pks = {str(pk): business for pk, business in found}
        events = AuditEvent.objects.filter(object_type=model._meta.label_lower, object_id__in=list(pks))
        for event in events.exclude(batch=batch.public_id).order_by("at", "pk"):
            key = (kind, pks[event.object_id])
            if key not in last or last[key].at <= event.at:
                last[key] = event
    return last


def _remove(rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> None:
    made = [(name, pk) for row in rows for name, pk, _, is_new in row.written if is_new]
    for name, model in MODELS.items():
        pks = sorted(pk for kind, pk in made if kind == name)
        if name == "owner":
            pks = sorted(set(pks) - set(_owners_in_use(pks)))
        if not pks:
            continue
        found = model.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "name", "district_id")
        events = [RowEvent(pk, label, district) for pk, label, district in found]
        record_rows(Verb.UNDONE, model, events, by=by, at=at, batch=batch.public_id, reason=REASON)
        model.objects.filter(pk__in=pks).delete()


def _owners_in_use(pks: Sequence[int]) -> Iterator[int]:
    yield from Business.objects.filter(owner__in=pks).values_list("owner_id", flat=True)


def _restore(rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> None:
    """The last change of a record is taken back first, where several rows changed it."""
    journals: dict[Key, dict[str, Any]] = {}
    for row in reversed(rows):
        for name, pk, *_ in row.written:
            journal = json.loads(row.journal or "{}").get(name)
            if journal:
                journals.setdefault((name, pk), {}).update(journal)
    for name, model in MODELS.items():
        pks = sorted(pk for kind, pk in journals if kind == name)
        records = {record.pk: record for record in model.objects.filter(pk__in=pks)}
        events = []
        for pk in pks:
            record, old = records[pk], model.objects.get(pk=pk)
            for attribute, value in journals[name, pk].items():
                setattr(record, attribute, _typed(model, attribute, value))
            record.version, record.updated_at = old.version + 1, at
            changes, secrets = audit.field_changes(old, record), audit.secret_changes(old, record)
            events.append(audit.Event(Verb.UNDONE, record, changes=changes, secrets=secrets, reason=REASON))
        if pks:
            fields = {
                _field(model, name).name
                for key in journals
                for name in journals[key]
                if key[0] == model._meta.model_name
            }
            ordered = [records[pk] for pk in pks]
            model.objects.bulk_update(ordered, [*sorted(fields), "version", "updated_at"], batch_size=250)
            audit.record_many(events, by=by, at=at, batch=batch.public_id)


def _field(model: type[models.Model], attribute: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.attname == attribute)


def _typed(model: type[models.Model], attribute: str, value: Any) -> Any:
    field = _field(model, attribute)
    if value is None:
        return None
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(field, models.DecimalField) else value


REASON = "Impor diurungkan"
