"""Writing the audit trail; `core.audit_verification` checks it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from core import keys
from core.logs import current_request_id
from core.models import AuditChain, AuditEvent, User, Verb
from core.privacy import Privacy

MASK = "••••"
CHAINS = 32  # transactions that may write events at the same moment without waiting
Changes = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Event:
    """One event to write; `changes` maps a field name to its old and new value, already masked."""

    verb: Verb
    subject: models.Model | None = None
    label: str = ""
    changes: Changes = field(default_factory=dict)
    reason: str = ""


def record(
    verb: Verb,
    *,
    by: User | None,
    at: datetime,
    subject: models.Model | None = None,
    label: str = "",
    changes: Changes | None = None,
    reason: str = "",
    batch: UUID | None = None,
) -> AuditEvent:
    """Write one event; call it inside the transaction of the change itself."""
    event = Event(verb, subject, label, changes or {}, reason)
    return record_many([event], by=by, at=at, batch=batch)[0]


@transaction.atomic
def record_many(
    events: Iterable[Event], *, by: User | None, at: datetime, batch: UUID | None = None
) -> list[AuditEvent]:
    """Write events in their order, in one bulk insert and one update of the chain's head."""
    head = _take_free_chain()
    rows = []
    for event in events:
        row = _row(event, by=by, at=at, batch=batch)
        row.chain, row.sequence = head.pk, head.length + 1
        row.mac = head.last_mac = keys.audit_mac(event_message(row, head.last_mac))
        head.length += 1
        rows.append(row)
    if rows:
        AuditEvent.objects.bulk_create(rows, batch_size=2_000)
        head.mac = keys.audit_mac(head_message(head))
        head.save(update_fields=["length", "last_mac", "mac"])
    return rows


def field_changes(old: models.Model | None, new: models.Model) -> dict[str, list[Any]]:
    """What differs between two instances of one model, personal data masked, as the event holds it."""
    privacy: dict[str, Privacy] = getattr(new, "privacy", {})
    changes: dict[str, list[Any]] = {}
    for model_field in new._meta.concrete_fields:
        if model_field.generated or not model_field.editable or model_field.primary_key:
            continue
        before = getattr(old, model_field.attname) if old is not None else None
        after = getattr(new, model_field.attname)
        if before != after and not (before in (None, "") and after in (None, "")):
            secret = privacy.get(model_field.name) is not Privacy.NONE
            changes[model_field.name] = [masked(before, secret=secret), masked(after, secret=secret)]
    return changes


def masked(value: Any, *, secret: bool) -> Any:
    """The value as an event may hold it: JSON, and of personal data only that it was there."""
    if value in (None, ""):
        return None
    if secret:
        return MASK
    return value if isinstance(value, (bool, int, str)) else str(value)


def _row(event: Event, *, by: User | None, at: datetime, batch: UUID | None) -> AuditEvent:
    subject = event.subject
    district_id = getattr(subject, "district_id", None) if subject is not None else None
    return AuditEvent(
        at=at,
        verb=event.verb,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else "sistem",
        object_type=subject._meta.label_lower if subject is not None else "",
        object_id=str(subject.pk) if subject is not None else "",
        object_label=(event.label or (str(subject) if subject is not None else ""))[:200],
        district_id=district_id,
        changes=dict(event.changes),
        reason=event.reason,
        batch=batch,
        request_id=current_request_id(),
    )


def _take_free_chain() -> AuditChain:
    """A chain no other transaction holds, without waiting for anybody.

    The chains are fixed in number, so that a missing one is noticed, and made all at once by the first
    event ever: one made on demand would stand uncommitted in the way of the next writer. Only when
    every chain is held (more writers at once than `CHAINS`) does a writer wait for the first one.
    """
    heads = AuditChain.objects.order_by("pk")
    if not connection.features.has_select_for_update_skip_locked:
        return heads.first() or _make_chains()
    free = heads.select_for_update(skip_locked=True).first()
    return free or heads.select_for_update().first() or _make_chains()


def _make_chains() -> AuditChain:
    new = [AuditChain(pk=number) for number in range(1, CHAINS + 1)]
    for head in new:
        head.mac = keys.audit_mac(head_message(head))
    AuditChain.objects.bulk_create(new, ignore_conflicts=True)
    return AuditChain.objects.select_for_update().earliest("pk")


def event_message(row: AuditEvent, previous_mac: str) -> bytes:
    content = [
        previous_mac,
        row.chain,
        row.sequence,
        row.at.timestamp(),
        row.verb,
        row.actor_id,
        row.actor_name,
        row.object_type,
        row.object_id,
        row.object_label,
        row.district_id,
        row.changes,
        row.reason,
        str(row.batch or ""),
        row.request_id,
    ]
    return json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()


def head_message(head: AuditChain) -> bytes:
    return f"head:{head.pk}:{head.length}:{head.last_mac}".encode()
