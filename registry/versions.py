"""What a record held at an earlier moment, read backwards from today through its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models

from core.audit import MASK, Changes, secrets_of
from core.audit_lines import shown_value
from core.fields import EncryptedTextField
from core.formats import JAKARTA, NO_VALUE
from core.models import AuditEvent, User, Verb
from registry.actions.proposals import proposable
from registry.models import Record
from registry.models.proposals import AnyField, as_json, from_json

# Events that tell of fields without having written them.
NOT_WRITTEN = (
    Verb.CHANGE_PROPOSED,
    Verb.CHANGE_REFUSED,
    Verb.CHANGE_WITHDRAWN,
    Verb.CHANGE_OUTDATED,
    Verb.REVEALED,
    Verb.EXPORTED,
    Verb.PRINTED,
)
NOT_KEPT = "Nilai lama nomor ini tidak disimpan."
ERASED = "Nilai lamanya sudah dihapus dari riwayat."
GONE = "Nilai lamanya tidak ada lagi, atau di luar wilayah kerja Anda."


@dataclass(frozen=True)
class FieldChange:
    """A field that others changed: its last new value, and by whom and when."""

    old: Any  # as JSON holds it; UNKNOWN where it was not kept
    by: str
    at: datetime


class _Unknown:
    """An old value that is masked and of which no plain value is kept."""


UNKNOWN = _Unknown()


def written(record: Record) -> models.QuerySet[AuditEvent]:
    """The events that wrote the record's own fields, newest first."""
    return AuditEvent.objects.about(record).exclude(verb__in=NOT_WRITTEN)


def changes_after(record: Record, moment: datetime) -> dict[str, FieldChange]:
    """By name each field that was written after `moment`, with the value it had then."""
    return _undone(record, written(record).filter(at__gt=moment))


def _undone(record: Record, events: Iterable[AuditEvent]) -> dict[str, FieldChange]:
    """Events newest first: the oldest of them has the value from before all, the newest who wrote last."""
    events, names = list(events), proposable(type(record))
    plain = secrets_of(events)
    found: dict[str, FieldChange] = {}
    for event in events:
        for name, (old, _) in _plainly(event, plain).items():
            if name in names:
                last = found.get(name)
                by, at = (last.by, last.at) if last else (event.actor_name, event.at)
                found[name] = FieldChange(UNKNOWN if old == MASK else old, by, at)
    return found


def lines_changed_after(record: Record, moment: datetime) -> list[tuple[str, FieldChange, str]]:
    """Permits, accounts and what else hangs on the record: label, the change, and the new words."""
    events = list(written(record).filter(at__gt=moment))
    plain, names = secrets_of(events), {column.name for column in record._meta.get_fields()}
    return [
        (name, FieldChange(old or NO_VALUE, event.actor_name, event.at), new or NO_VALUE)
        for event in events
        for name, (old, new) in _plainly(event, plain).items()
        if name not in names
    ]


def _plainly(event: AuditEvent, plain: dict[str, Changes]) -> Changes:
    return {**event.changes, **plain.get(event.secret_seal, {})}


@dataclass(frozen=True)
class Difference:
    name: str
    label: str
    now: str
    then: str
    value: Any  # as JSON holds it


@dataclass(frozen=True)
class Version:
    """An earlier state: what of it differs from today, and what of it cannot come back, with the reason."""

    record: Record
    differences: list[Difference] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)  # label and reason

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Of the named fields the earlier values, as the instance holds them."""
        chosen = set(names)
        return {
            difference.name: from_json(_field(self.record, difference.name), difference.value)
            for difference in self.differences
            if difference.name in chosen
        }


def version_after(record: Record, event: AuditEvent, *, reader: User) -> Version:
    """The state that an event of the record left behind."""
    newer = written(record).filter(models.Q(at__gt=event.at) | models.Q(at=event.at, pk__gt=event.pk))
    return _version(record, _undone(record, newer), reader)


def version_before(record: Record, event: AuditEvent, *, reader: User) -> Version:
    """The state that an event of the record found."""
    since = written(record).filter(models.Q(at__gt=event.at) | models.Q(at=event.at, pk__gte=event.pk))
    return _version(record, _undone(record, since), reader)


def version_on(record: Record, day: date, *, reader: User) -> Version:
    """The state at the end of a day in Jakarta."""
    end = datetime.combine(day + timedelta(days=1), time.min, JAKARTA)
    return _version(record, _undone(record, written(record).filter(at__gte=end)), reader)


def _version(record: Record, changes: dict[str, FieldChange], reader: User) -> Version:
    version = Version(record)
    for name, change in changes.items():
        column = _field(record, name)
        now, label = as_json(column, getattr(record, column.attname)), _label(column)
        if isinstance(change.old, _Unknown):
            encrypted = isinstance(column, EncryptedTextField)
            version.left_out.append((label, NOT_KEPT if encrypted else ERASED))
            continue
        then = as_json(column, from_json(column, change.old))
        if then == now:
            continue
        if not _is_there(column, then, reader):
            version.left_out.append((label, GONE))
            continue
        was, will = (shown_value(column, value, reader=reader) for value in (now, then))
        version.differences.append(Difference(name, label, was, will, then))
    return version


def _is_there(column: AnyField, value: Any, reader: User) -> bool:
    """Whether a relation's old row can still be chosen, and by this reader."""
    if value is None or not isinstance(column, models.ForeignKey):
        return True
    rows: Any = column.related_model._default_manager.all()
    rows = rows.for_user(reader) if hasattr(rows, "for_user") else rows
    return bool(rows.filter(pk=value).exists())


def _field(record: Record, name: str) -> AnyField:
    options: Any = record._meta
    column: AnyField = options.get_field(name)
    return column


def _label(column: AnyField) -> str:
    label = str(column.verbose_name)
    return label[:1].upper() + label[1:]
