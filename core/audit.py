"""Writing the audit trail; `core.audit_verification` checks it."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models.functions import Cast

from core import keys
from core.fields import EncryptedTextField
from core.logs import current_request_id, masked_numbers
from core.models import AuditChain, AuditEvent, AuditSecret, User, Verb
from core.privacy import Privacy

MASK = "••••"
SYSTEM = "sistem"
CHAINS = 32  # transactions that may write events at the same moment without waiting
Changes = Mapping[str, Sequence[Any]]
Difference = tuple["models.Field[Any, Any]", Any, Any]  # a field, its old and its new value


@dataclass(frozen=True)
class Event:
    """One event to write; `changes` maps a field name to its old and new value, already masked.

    In `label` and `reason`, which people type and nobody can erase, long numbers are masked when it is written.
    `secrets` holds the plain values of masked ones, to be kept encrypted beside the event. `district_id` is where
    it happened, if the subject doesn't tell.
    """

    verb: Verb
    subject: models.Model | None = None
    label: str = ""
    changes: Changes = field(default_factory=dict)
    reason: str = ""
    secrets: Changes = field(default_factory=dict)
    district_id: int | None = None


def record(
    verb: Verb,
    *,
    by: User | None,
    at: datetime,
    subject: models.Model | None = None,
    label: str = "",
    changes: Changes | None = None,
    secrets: Changes | None = None,
    reason: str = "",
    batch: UUID | None = None,
    actor: str = SYSTEM,
) -> AuditEvent:
    """Write one event; call it inside the transaction of the change itself.

    `actor` is who did it where that is no user of ours.
    """
    event = Event(verb, subject, label, changes or {}, reason, secrets or {})
    return record_many([event], by=by, at=at, batch=batch, actor=actor)[0]


@transaction.atomic(savepoint=False)  # without its event nothing of the change stands
def record_many(
    events: Iterable[Event],
    *,
    by: User | None,
    at: datetime,
    batch: UUID | None = None,
    actor: str = SYSTEM,
) -> list[AuditEvent]:
    """Write events in their order, in one bulk insert and one update of the chain's head."""
    head = take_free_chain()
    rows, hidden = [], []
    for event in events:
        row = _row(event, by=by, actor=actor, at=at, batch=batch)
        if event.secrets:
            hidden.append(_secret(event.secrets))
            row.secret_seal = hidden[-1].seal
        row.chain, row.sequence = head.pk, head.length + 1
        row.mac = head.last_mac = keys.audit_mac(event_message(row, head.last_mac))
        head.length += 1
        rows.append(row)
    if rows:
        AuditEvent.objects.bulk_create(rows, batch_size=2_000)
        AuditSecret.objects.bulk_create(hidden, batch_size=2_000)
        head.mac = keys.audit_mac(head_message(head))
        head.save(update_fields=["length", "last_mac", "mac"])
    return rows


def field_changes(old: models.Model | None, new: models.Model) -> dict[str, list[Any]]:
    """What differs between two instances of one model, personal data masked, as the event holds it."""
    return shown_changes(_differences(old, new))


def secret_changes(old: models.Model | None, new: models.Model) -> dict[str, list[Any]]:
    """Of what `field_changes` masks the plain values, but for numbers that are encrypted in their own row."""
    return hidden_changes(_differences(old, new))


def shown_changes(differences: Iterable[Difference]) -> dict[str, list[Any]]:
    return {
        changed.name: [masked(value, secret=_is_personal(changed)) for value in values]
        for changed, *values in differences
    }


def hidden_changes(differences: Iterable[Difference]) -> dict[str, list[Any]]:
    return {
        changed.name: [masked(value, secret=False) for value in values]
        for changed, *values in differences
        if _is_personal(changed) and not isinstance(changed, EncryptedTextField)
    }


def _differences(old: models.Model | None, new: models.Model) -> Iterator[Difference]:
    for model_field in new._meta.concrete_fields:
        if model_field.generated or not model_field.editable or model_field.primary_key:
            continue
        before = getattr(old, model_field.attname) if old is not None else None
        after = getattr(new, model_field.attname)
        if before != after and not (before in (None, "") and after in (None, "")):
            yield model_field, before, after


def _is_personal(model_field: models.Field[Any, Any]) -> bool:
    declared: dict[str, Privacy] = getattr(model_field.model, "privacy", {})
    return declared.get(model_field.name) is not Privacy.NONE


def _secret(values: Changes) -> AuditSecret:
    seal, content = sealed_secret(json.dumps(dict(values), ensure_ascii=False))
    return AuditSecret(seal=seal, content=content)


def sealed_secret(values: str) -> tuple[str, str]:
    """Seal and content of values given as JSON.

    The salt keeps a seal from telling, once its secret is erased, what the secret said.
    """
    content = f'["{secrets.token_hex(16)}", {values}]'
    return secret_seal(content), content


def secret_seal(content: str) -> str:
    return keys.audit_mac(f"secret:{content}".encode())


def secrets_of(events: Iterable[AuditEvent]) -> dict[str, Changes]:
    """The plain changes of events by their `secret_seal`; erased and altered ones are not among them."""
    wanted = {event.secret_seal for event in events if event.secret_seal}
    found = open_secrets(AuditSecret.objects.filter(pk__in=wanted)) if wanted else ()
    return {seal: json.loads(content)[1] for seal, content in found if content is not None}


def open_secrets(secrets: models.QuerySet[AuditSecret]) -> Iterator[tuple[str, str | None]]:
    """Seal and content of each; None for the content of one that is not what was sealed."""
    context = f"{AuditSecret._meta.label_lower}.content"
    stored = secrets.annotate(stored=Cast("content", models.TextField())).values_list("pk", "stored")
    for seal, ciphertext in stored.iterator(chunk_size=2_000):
        try:
            content = keys.decrypt(ciphertext, context=context)
        except keys.DecryptionError:
            yield seal, None
        else:
            yield seal, content if hmac.compare_digest(seal, secret_seal(content)) else None


def masked(value: Any, *, secret: bool) -> Any:
    """The value as an event may hold it: JSON, and of personal data only that it was there."""
    if value in (None, ""):
        return None
    if secret:
        return MASK
    return value if isinstance(value, (bool, int, str)) else str(value)


def _row(event: Event, *, by: User | None, actor: str, at: datetime, batch: UUID | None) -> AuditEvent:
    subject = event.subject
    district_id = event.district_id
    if district_id is None and subject is not None:
        district_id = getattr(subject, "district_id", None)
    return AuditEvent(
        at=at,
        verb=event.verb,
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else actor,
        object_type=subject._meta.label_lower if subject is not None else "",
        object_id=str(subject.pk) if subject is not None else "",
        object_label=masked_numbers(event.label or (str(subject) if subject is not None else ""))[:200],
        district_id=district_id,
        changes=dict(event.changes),
        reason=masked_numbers(event.reason),
        batch=batch,
        request_id=current_request_id(),
    )


def take_free_chain() -> AuditChain:
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


def event_message(row: Any, previous_mac: str) -> bytes:
    """What the MAC of an event covers; `row` has the attributes of an AuditEvent."""
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
        row.secret_seal,
    ]
    return message_json(content).encode()


message_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode


def head_message(head: AuditChain) -> bytes:
    return f"head:{head.pk}:{head.length}:{head.last_mac}".encode()
