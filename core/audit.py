"""Writing and verifying the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        row.mac = head.last_mac = keys.audit_mac(_message(row, head.last_mac))
        head.length += 1
        rows.append(row)
    if rows:
        AuditEvent.objects.bulk_create(rows, batch_size=2_000)
        head.mac = keys.audit_mac(_head_message(head))
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
    """A chain no other transaction holds; waits for nobody, opens a new one if all are held."""
    heads = AuditChain.objects.order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        heads = heads.select_for_update(skip_locked=True)
    while True:
        head = heads.first()
        if head is not None:
            return head
        last = AuditChain.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        new = AuditChain(pk=last + 1)
        new.mac = keys.audit_mac(_head_message(new))
        AuditChain.objects.bulk_create([new], ignore_conflicts=True)


def _message(row: AuditEvent, previous_mac: str) -> bytes:
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


def _head_message(head: AuditChain) -> bytes:
    return f"head:{head.pk}:{head.length}:{head.last_mac}".encode()


def problems() -> Iterator[str]:
    """Everything that is wrong with the trail, a sentence each; none when it is whole.

    Found: an altered event, a removed one (also the last of its chain), an added one, an altered or
    removed head. Not found: a whole trail put back to an older copy; compare `fingerprint()` for that.
    """
    heads = {head.pk: head for head in AuditChain.objects.order_by("pk")}
    for number in range(1, max(heads, default=0) + 1):
        if number not in heads:
            yield f"rantai {number}: kepala rantai hilang"
    lengths = dict.fromkeys(heads, 0)
    last_macs = dict.fromkeys(heads, "")
    for row in AuditEvent.objects.order_by("chain", "sequence").iterator(chunk_size=2_000):
        if row.chain not in heads:
            yield f"rantai {row.chain}: peristiwa {row.pk} tanpa kepala rantai"
            continue
        if row.sequence != lengths[row.chain] + 1:
            missing = f"{lengths[row.chain] + 1}–{row.sequence - 1}"
            yield f"rantai {row.chain}: peristiwa urutan {missing} hilang"
        if row.mac != keys.audit_mac(_message(row, last_macs[row.chain])):
            yield f"rantai {row.chain}: peristiwa {row.pk} (urutan {row.sequence}) telah diubah"
        lengths[row.chain], last_macs[row.chain] = row.sequence, row.mac
    for number, head in heads.items():
        if head.mac != keys.audit_mac(_head_message(head)):
            yield f"rantai {number}: kepala rantai telah diubah"
        elif head.length != lengths[number] or head.last_mac != last_macs[number]:
            yield f"rantai {number}: {head.length} peristiwa tercatat, {lengths[number]} ditemukan"


def fingerprint() -> str:
    """The state of the trail in one line, to be kept outside the database."""
    heads = AuditChain.objects.order_by("pk")
    total = sum(head.length for head in heads)
    digest = keys.audit_mac("|".join(head.mac for head in heads).encode())
    return f"{total} {digest[:32]}"
