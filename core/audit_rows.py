"""The audit trail of many like rows at once: events as `core.audit.record_many` writes them, without instances.

What an event tells and hides is JSON from the beginning, written once for the column and for the MAC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from core import audit, bulk, keys
from core.fields import EncryptedTextField
from core.logs import current_request_id, masked_numbers
from core.models import AuditEvent, AuditSecret, User, Verb
from core.privacy import Privacy

_LIKE = (
    "at",
    "verb",
    "actor_id",
    "actor_name",
    "object_type",
    "reason",
    "batch",
    "request_id",
    "chain",
)
_OWN = ("object_id", "object_label", "district_id", "changes", "sequence", "secret_seal", "mac")


@dataclass(frozen=True, slots=True)
class Secret:
    """The plain values of an event, sealed and encrypted, on their way into the table."""

    seal: str
    ready: Any


@dataclass(slots=True)
class RowEvent:
    """One event about one row; `changes` is JSON with its keys in order."""

    object_id: int
    label: str
    district_id: int | None
    changes: str = "{}"
    secret: Secret | None = None


@transaction.atomic
def record_rows(
    verb: Verb,
    model: type[models.Model],
    events: Sequence[RowEvent],
    *,
    by: User | None,
    at: datetime,
    batch: UUID | None = None,
    reason: str = "",
) -> None:
    """Write one event for each row of one model, in their order."""
    if not events:
        return
    head = audit.take_free_chain()
    actor = (by.pk if by else None, str(by) if by else audit.SYSTEM, model._meta.label_lower)
    reason, request_id = masked_numbers(reason), current_request_id()
    loader = bulk.Loader(AuditEvent, _LIKE, late=_OWN)
    like = loader.ready([(at, str(verb), *actor, reason, batch, request_id, head.pk)])
    first = _members(at.timestamp(), str(verb), *actor)
    last = _members(reason, str(batch or ""), request_id)
    rows = []
    for event in events:
        head.length += 1
        pk, label = str(event.object_id), masked_numbers(event.label)[:200]
        seal = event.secret.seal if event.secret else ""
        about = f'"{pk}", {_members(label, event.district_id)}, {event.changes}'
        # As `audit.event_message` has it.
        message = f'["{head.last_mac}", {head.pk}, {head.length}, {first}, {about}, {last}, "{seal}"]'
        head.last_mac = keys.audit_mac(message.encode())
        changes = bulk.JSONText(event.changes)
        rows.append((pk, label, event.district_id, changes, head.length, seal, head.last_mac))
    loader.insert(like * len(rows), rows)
    _secrets().insert([event.secret.ready for event in events if event.secret])
    head.mac = keys.audit_mac(audit.head_message(head))
    head.save(update_fields=["length", "last_mac", "mac"])


def _members(*values: Any) -> str:
    return ", ".join(map(audit.message_json, values))


def hide(values: Sequence[str]) -> list[Secret | None]:
    """A secret of each JSON text, none of an empty one; asks the database nothing."""
    sealed = [audit.sealed_secret(text) for text in values if text]
    made = map(Secret, (seal for seal, _ in sealed), _secrets().ready(sealed))
    return [next(made) if text else None for text in values]


def _secrets() -> bulk.Loader:
    return bulk.Loader(AuditSecret, ("seal", "content"))


class NewRows:
    """What the events of new rows tell and hide, from their tuples: as `audit.field_changes` does of an instance."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        declared: dict[str, Privacy] = getattr(model, "privacy", {})
        self.shown: list[tuple[int, str, bool]] = []
        self.hidden: list[tuple[int, str]] = []
        for field in sorted(model._meta.concrete_fields, key=lambda field: field.name):
            if field.generated or not field.editable or field.primary_key or field.attname not in columns:
                continue
            place, is_secret = columns.index(field.attname), declared.get(field.name) is not Privacy.NONE
            start = f'"{field.name}": [null, '
            self.shown.append((place, f'{start}"{audit.MASK}"]' if is_secret else start, is_secret))
            if is_secret and not isinstance(field, EncryptedTextField):
                self.hidden.append((place, start))

    def changes(self, row: Sequence[Any]) -> str:
        """JSON for `RowEvent.changes`."""
        told = [
            text if is_secret else f"{text}{_plain(value)}]"
            for place, text, is_secret in self.shown
            if (value := row[place]) is not None and value != ""
        ]
        return f"{{{', '.join(told)}}}"

    def secrets(self, row: Sequence[Any]) -> str:
        """JSON for `hide`, or nothing."""
        told = [
            f"{start}{_plain(value)}]"
            for place, start in self.hidden
            if (value := row[place]) is not None and value != ""
        ]
        return f"{{{', '.join(told)}}}" if told else ""


def _plain(value: Any) -> str:
    if type(value) is int:
        return str(value)
    return audit.message_json(value if isinstance(value, (str, int)) else str(value))
