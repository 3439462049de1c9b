"""Corrections of registered records: proposed by one person, approved by another.

A record has at most one pending proposal; another one is refused until that is decided or withdrawn.
A proposal is outdated only when one of its own fields has changed since it was made.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from core import audit
from core.models import User, Verb
from core.permissions import Permission
from registry.actions.applying import apply
from registry.actions.errors import ActionError, Incomplete, SamePerson, StaleRecord, WrongState
from registry.actions.records import MERGED_AWAY, who_changed
from registry.models import Business, ChangeProposal, Owner, ProposalState, Record, Registration
from registry.models.proposals import AnyField, as_json, subject_name

AT_ONCE = 2_000  # records of one statement
DECIDED_AT_ONCE = 500  # of one transaction
NOT_REGISTERED = "Data ini belum terdaftar: ubahlah langsung."
ALREADY_PENDING = "Masih ada usulan perubahan yang menunggu persetujuan untuk data ini."
Item = tuple[Record, Mapping[str, Any]]


@dataclass(frozen=True)
class Proposed:
    """What became of many proposals at once: those made, records with nothing to change, and refusals."""

    made: list[ChangeProposal] = field(default_factory=list)
    unchanged: list[Record] = field(default_factory=list)
    refused: list[tuple[Record, str]] = field(default_factory=list)


@dataclass(frozen=True)
class BatchApproval:
    """How many proposals of a batch were applied, and those that could not be, each with the reason."""

    approved: int
    refused: list[tuple[ChangeProposal, str]]


@transaction.atomic
def propose_change(
    *,
    record: Record,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
    reason: str,
    expected_version: int | None = None,
    batch: uuid.UUID | None = None,
) -> ChangeProposal | None:
    """Propose new values of some fields, by name; None where they are what the record holds already.

    Raises WrongState where the record is not registered or has a pending proposal, StaleRecord where it
    is no longer of the version the editor saw.
    """
    if expected_version is not None and not _is_of_version(record, expected_version):
        raise StaleRecord(who_changed(record))
    proposed = propose_changes([(record, values)], by=by, at=at, reason=reason, batch=batch)
    if proposed.refused:
        raise WrongState(proposed.refused[0][1])
    return proposed.made[0] if proposed.made else None


@transaction.atomic
def propose_changes(
    items: Iterable[Item], *, by: User, at: datetime, reason: str, batch: uuid.UUID | None = None
) -> Proposed:
    """The same for many records, in a few statements for each 2,000; one that cannot be is in `refused`.

    `values` are those of the instance: for a relation the row or its pk. Businesses come before owners
    and each in the order of their pk, so that two callers cannot block each other.
    """
    if not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    proposed, wish = Proposed(), _Wish(by, at, reason.strip(), batch)
    wanted = {(subject_name(type(record)), record.pk): (record, values) for record, values in items}
    for name, keys in groupby(sorted(wanted), key=lambda key: key[0]):
        chosen = [wanted[key] for key in keys]
        for start in range(0, len(chosen), AT_ONCE):
            _propose_some(name, chosen[start : start + AT_ONCE], wish, proposed)
    return proposed


@dataclass(frozen=True)
class _Wish:
    by: User
    at: datetime
    reason: str
    batch: uuid.UUID | None

    def proposal(self, record: Record, differences: Iterable[audit.Difference]) -> ChangeProposal:
        changes = {changed.name: [old, new] for changed, old, new in differences}
        return ChangeProposal(
            **{subject_name(type(record)): record},
            values=json.dumps(changes, ensure_ascii=False),
            base_version=record.version,
            reason=self.reason,
            batch=self.batch,
            proposed_at=self.at,
            proposed_by=self.by,
        )


def _propose_some(name: str, items: Sequence[Item], wish: _Wish, into: Proposed) -> None:
    model = Business if name == "business" else Owner
    pks = [record.pk for record, _ in items]
    rows = _locked(model, pks, {field for _, values in items for field in values})
    registered, pending = _registered(model, pks), _pending(name, pks)
    made, events = [], []
    for record, values in items:
        if getattr(rows[record.pk], "merged_into_id", None) is not None:
            into.refused.append((record, MERGED_AWAY))
        elif record.pk not in registered or record.pk in pending:
            into.refused.append((record, ALREADY_PENDING if record.pk in pending else NOT_REGISTERED))
        elif differences := list(_differences(rows[record.pk], values)):
            made.append(wish.proposal(rows[record.pk], differences))
            events.append(_event(Verb.CHANGE_PROPOSED, rows[record.pk], differences, wish.reason))
        else:
            into.unchanged.append(record)
    into.made.extend(ChangeProposal.objects.bulk_create(made, batch_size=AT_ONCE))
    audit.record_many(events, by=wish.by, at=wish.at, batch=wish.batch)


def _pending(name: str, pks: Sequence[int]) -> set[int]:
    rows = ChangeProposal.objects.pending().filter(**{f"{name}__in": pks})
    return set(rows.values_list(name, flat=True))


def proposable(model: type[Record]) -> set[str]:
    """The fields people write; status, registration and what is computed have their own ways."""
    fields = model._meta.concrete_fields
    return {field.name for field in fields if field.editable and not (field.generated or field.primary_key)}


def _locked(model: type[Record], pks: Sequence[int], touched: set[str]) -> dict[int, Record]:
    if wrong := touched - proposable(model):
        raise ValueError(f"no fields a proposal may change: {', '.join(sorted(wrong))}")
    rows: models.QuerySet[Any] = model._default_manager.filter(pk__in=pks).order_by("pk")
    read = {"version", "name", "district", *touched} | ({"merged_into"} if model is Business else set())
    rows = rows.only(*sorted(read)).select_for_update(of=("self",))
    return {row.pk: row for row in rows}


def _registered(model: type[Record], pks: Sequence[int]) -> set[int]:
    path = "business" if model is Business else "business__owner"
    rows = Registration.objects.numbered().filter(**{f"{path}__in": pks})
    return set(rows.values_list(path, flat=True))


def _is_of_version(record: Record, version: int) -> bool:
    model: Any = type(record)
    return bool(model.objects.select_for_update().filter(pk=record.pk, version=version).exists())


def _differences(row: Record, values: Mapping[str, Any]) -> Iterable[audit.Difference]:
    for name, value in values.items():
        changed = cast(AnyField, row._meta.get_field(name))
        old, new = as_json(changed, getattr(row, changed.attname)), as_json(changed, value)
        if old != new:
            yield changed, old, new


def _event(verb: Verb, record: Record, differences: Iterable[audit.Difference], reason: str) -> audit.Event:
    differences = list(differences)
    return audit.Event(
        verb,
        record,
        changes=audit.shown_changes(differences),
        secrets=audit.hidden_changes(differences),
        reason=reason,
    )


# --- Deciding -----------------------------------------------------------------------------------
def approve_proposal(*, proposal: ChangeProposal, by: User, at: datetime, note: str = "") -> ChangeProposal:
    """Write the proposed values, by another person than the proposer.

    An outdated one is marked as such and StaleRecord raised.
    """
    refused = approve_some([proposal.pk], by=by, at=at, note=note)
    proposal.refresh_from_db()
    if refused:
        raise StaleRecord(refused[0][1])
    return proposal


def approve_batch(*, batch: uuid.UUID, by: User, at: datetime, note: str = "") -> BatchApproval:
    """Approve all pending proposals of a batch in the user's area, at most 500 in a transaction.

    What cannot be applied is marked as outdated and listed; the others are applied all the same. A run
    that breaks off is simply started again.
    """
    looked_at = 0
    refused: list[tuple[ChangeProposal, str]] = []
    while pks := waiting_of(batch, by):
        refused += approve_some(pks, by=by, at=at, note=note, in_batch=True)
        looked_at += len(pks)
    return BatchApproval(looked_at - len(refused), refused)


def waiting_of(batch: uuid.UUID, by: User) -> list[int]:
    """The next of a batch that the user may decide on; decided, they are of them no more."""
    waiting = ChangeProposal.objects.for_user(by).pending().filter(batch=batch).order_by("pk")
    return list(waiting.values_list("pk", flat=True)[:DECIDED_AT_ONCE])


@transaction.atomic
def approve_some(
    pks: Sequence[int], *, by: User, at: datetime, note: str, in_batch: bool = False
) -> list[tuple[ChangeProposal, str]]:
    proposals = _begin(pks, by=by, in_batch=in_batch)
    if any(proposal.proposed_by_id == by.pk for proposal in proposals):
        raise SamePerson("Usulan ini dari Anda, jadi harus disetujui orang lain.")
    applied, refused = apply(proposals, at=at)
    _close(applied, ProposalState.APPROVED, by=by, at=at, note=note)
    events = []
    for proposal in applied:
        reason = f"Usul {proposal.proposed_by}: {proposal.reason}{_more(note)}"
        events.append(_event(Verb.CHANGE_APPROVED, proposal.record, proposal.fields(), reason))
    for proposal, refusal in refused:
        _close([proposal], ProposalState.OUTDATED, by=by, at=at, note=refusal)
        events.append(audit.Event(Verb.CHANGE_OUTDATED, proposal.record, reason=refusal))
    audit.record_many(events, by=by, at=at, batch=proposals[0].batch if proposals else None)
    return refused


def _more(note: str) -> str:
    return f". Catatan: {note.strip()}" if note.strip() else ""


def _begin(pks: Sequence[int], *, by: User, in_batch: bool = False) -> list[ChangeProposal]:
    """Lock the proposals; in a batch what was decided meanwhile is left out."""
    if not by.can(Permission.APPROVE_REGISTRATIONS):
        raise PermissionDenied
    rows = ChangeProposal.objects.filter(pk__in=pks).select_related("proposed_by").order_by("pk")
    proposals = list(rows.select_for_update(of=("self",)))
    decided = [proposal for proposal in proposals if proposal.state != ProposalState.PENDING]
    if decided and not in_batch:
        raise _already(decided[0])
    return [proposal for proposal in proposals if proposal.state == ProposalState.PENDING]


def _already(proposal: ChangeProposal) -> ActionError:
    return WrongState(f"Usulan ini sudah {proposal.get_state_display().lower()}.")


def _close(
    proposals: Sequence[ChangeProposal], state: ProposalState, *, by: User, at: datetime, note: str
) -> None:
    for proposal in proposals:
        proposal.state, proposal.note = state, note.strip()
        proposal.decided_at, proposal.decided_by = at, by
    rows = ChangeProposal.objects.filter(pk__in=[proposal.pk for proposal in proposals])
    rows.update(state=state, note=note.strip(), decided_at=at, decided_by=by)


@transaction.atomic
def refuse_proposal(*, proposal: ChangeProposal, by: User, at: datetime, note: str) -> ChangeProposal:
    """The record stays as it is; the note tells the proposer why."""
    _begin([proposal.pk], by=by)
    if not note.strip():
        raise Incomplete("Alasan belum diisi.")
    _end(proposal, ProposalState.REFUSED, Verb.CHANGE_REFUSED, by=by, at=at, note=note)
    return proposal


def refuse_batch(*, batch: uuid.UUID, by: User, at: datetime, note: str) -> int:
    """All pending proposals of a batch in the user's area, at most 500 in a transaction; how many."""
    if not note.strip():
        raise Incomplete("Alasan belum diisi.")
    count = 0
    while pks := waiting_of(batch, by):
        count += refuse_some(pks, batch=batch, by=by, at=at, note=note)
    return count


@transaction.atomic
def refuse_some(pks: Sequence[int], *, batch: uuid.UUID, by: User, at: datetime, note: str) -> int:
    proposals = _begin(pks, by=by, in_batch=True)
    models.prefetch_related_objects(proposals, "business", "owner")
    _close(proposals, ProposalState.REFUSED, by=by, at=at, note=note)
    events = [audit.Event(Verb.CHANGE_REFUSED, one.record, reason=note.strip()) for one in proposals]
    audit.record_many(events, by=by, at=at, batch=batch)
    return len(proposals)


@transaction.atomic
def withdraw_proposal(*, proposal: ChangeProposal, by: User, at: datetime) -> ChangeProposal:
    """By who made it, as long as nobody has decided."""
    ChangeProposal.objects.select_for_update().get(pk=proposal.pk)
    proposal.refresh_from_db()
    if proposal.proposed_by_id != by.pk:
        raise WrongState("Hanya pengusulnya dapat menarik usulan ini.")
    if proposal.state != ProposalState.PENDING:
        raise _already(proposal)
    _end(proposal, ProposalState.WITHDRAWN, Verb.CHANGE_WITHDRAWN, by=by, at=at, note="")
    return proposal


@transaction.atomic
def withdraw_batch(*, batch: uuid.UUID, by: User, at: datetime, at_most: int = DECIDED_AT_ONCE) -> int:
    """Of a batch those nobody has decided on, because the batch itself is taken back; how many.

    The newest `at_most`: who takes it back chunk by chunk calls this for each.
    """
    newest = ChangeProposal.objects.pending().filter(batch=batch).order_by("-pk")
    rows = ChangeProposal.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[:at_most]))
    locked = rows.order_by("pk").select_for_update(of=("self",))
    proposals = [one for one in locked if one.state == ProposalState.PENDING]
    models.prefetch_related_objects(proposals, "business", "owner")
    _close(proposals, ProposalState.WITHDRAWN, by=by, at=at, note="")
    events = [audit.Event(Verb.CHANGE_WITHDRAWN, one.record) for one in proposals]
    audit.record_many(events, by=by, at=at, batch=batch)
    return len(proposals)


def _end(
    proposal: ChangeProposal, state: ProposalState, verb: Verb, *, by: User, at: datetime, note: str
) -> None:
    _close([proposal], state, by=by, at=at, note=note)
    audit.record(verb, by=by, at=at, subject=proposal.record, reason=note.strip(), batch=proposal.batch)
