"""The audit trail of many like rows at once: events as `core.audit.record_many` writes them, without instances."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
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

_EVENT = (
    "at",
    "verb",
    "actor_id",
    "actor_name",
    "object_type",
    "object_id",
    "object_label",
    "district_id",
    "changes",
    "reason",
    "batch",
    "request_id",
    "chain",
    "sequence",
    "secret_seal",
    "mac",
)
Told = tuple[dict[str, list[Any]], dict[str, list[Any]]]  # changes and secrets


@dataclass(slots=True)
class RowEvent:
    """One event about one row; `changes` and `secrets` as in `core.audit.Event`."""

    object_id: int
    label: str
    district_id: int | None
    changes: dict[str, list[Any]]
    secrets: dict[str, list[Any]]


# What `audit.event_message` reads of an event.
_Line = namedtuple("_Line", _EVENT[:-1])  # type: ignore[misc]  # its names are those of the columns


@transaction.atomic
def record_rows(
    verb: Verb,
    model: type[models.Model],
    events: Iterable[RowEvent],
    *,
    by: User | None,
    at: datetime,
    batch: UUID | None = None,
    reason: str = "",
) -> None:
    """Write one event for each row of one model, in their order."""
    head = audit.take_free_chain()
    actor = (by.pk if by else None, str(by) if by else "sistem", model._meta.label_lower)
    rest = (masked_numbers(reason), batch, current_request_id(), head.pk)
    rows: list[tuple[Any, ...]] = []
    hidden: list[tuple[str, str]] = []
    for event in events:
        seal = ""
        if event.secrets:
            seal, _ = secret = audit.secret_of(event.secrets)
            hidden.append(secret)
        head.length += 1
        about = (str(event.object_id), masked_numbers(event.label)[:200], event.district_id, event.changes)
        line = _Line._make((at, str(verb), *actor, *about, *rest, head.length, seal))
        head.last_mac = keys.audit_mac(audit.event_message(line, head.last_mac))
        rows.append((*line, head.last_mac))
    if rows:
        bulk.insert(AuditEvent, _EVENT, rows)
        bulk.insert(AuditSecret, ("seal", "content"), hidden)
        head.mac = keys.audit_mac(audit.head_message(head))
        head.save(update_fields=["length", "last_mac", "mac"])


def created_row(model: type[models.Model], columns: Sequence[str]) -> Callable[[Sequence[Any]], Told]:
    """What the event of a new row tells and hides, from its tuple: as `field_changes` does of an instance."""
    declared: dict[str, Privacy] = getattr(model, "privacy", {})
    told: list[tuple[int, str, bool, bool]] = []
    for field in model._meta.concrete_fields:
        if field.generated or not field.editable or field.primary_key or field.attname not in columns:
            continue
        secret = declared.get(field.name) is not Privacy.NONE
        kept = secret and not isinstance(field, EncryptedTextField)
        told.append((columns.index(field.attname), field.name, secret, kept))

    def tell(row: Sequence[Any]) -> Told:
        changes: dict[str, list[Any]] = {}
        secrets: dict[str, list[Any]] = {}
        for place, name, secret, kept in told:
            value = row[place]
            if value is None or value == "":
                continue
            plain = value if isinstance(value, (str, int)) else str(value)
            changes[name] = [None, audit.MASK if secret else plain]
            if kept:
                secrets[name] = [None, plain]
        return changes, secrets

    return tell
