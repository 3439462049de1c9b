"""Proposed changes as a page shows them: old and new side by side, numbers masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q
from django.urls import reverse

from core.audit_lines import FieldChange, describe
from core.fields import EncryptedTextField
from core.models import AuditEvent, User
from core.permissions import Permission
from registry.identifiers import mask_nik, mask_npwp, mask_phone
from registry.models import Business, ChangeProposal, ProposalState
from registry.models.proposals import AnyField, ChangeProposalQuerySet

_MASKS = {"national_id": mask_nik, "phone": mask_phone, "npwp": mask_npwp}


@dataclass(frozen=True)
class ProposalLine:
    """One proposal in words; `url` leads to its record, "" where the reader has no page of it."""

    proposal: ChangeProposal
    kind: str
    url: str
    changes: list[FieldChange]
    may_decide: bool
    may_withdraw: bool


@dataclass(frozen=True)
class BatchLine:
    """The pending proposals of one batch, told by the first of them."""

    batch: UUID
    count: int
    first: ChangeProposal


def proposal_lines(proposals: Iterable[ChangeProposal], *, reader: User) -> list[ProposalLine]:
    """One query for each kind of row the values name, however many proposals there are."""
    rows = list(proposals)
    events = [_as_event(proposal) for proposal in rows]
    shown = describe(events, reader=reader)
    return [
        _line(proposal, line.object_type, line.changes, reader)
        for proposal, line in zip(rows, shown, strict=True)
    ]


def _line(proposal: ChangeProposal, kind: str, changes: list[FieldChange], reader: User) -> ProposalLine:
    is_open = proposal.state == ProposalState.PENDING
    is_own = proposal.proposed_by_id == reader.pk
    url = ""
    if proposal.business is not None:
        url = proposal.business.get_absolute_url()
    elif reader.can(Permission.USE_ADMIN):
        url = reverse("admin:registry_owner_change", args=[proposal.owner_id])
    may_decide = is_open and not is_own and reader.can(Permission.APPROVE_REGISTRATIONS)
    return ProposalLine(proposal, kind, url, changes, may_decide, is_open and is_own)


def _as_event(proposal: ChangeProposal) -> AuditEvent:
    """What the audit lines know how to word; never stored."""
    changes = {
        changed.name: [_masked(changed, old), _masked(changed, new)]
        for changed, old, new in proposal.fields()
    }
    return AuditEvent(object_type=proposal.subject._meta.label_lower, changes=changes)


def _masked(changed: AnyField, value: Any) -> Any:
    if value is None or not isinstance(changed, EncryptedTextField):
        return value
    return _MASKS[changed.name](value)


def batch_lines(proposals: ChangeProposalQuerySet) -> list[BatchLine]:
    """The batches among pending proposals, the oldest first."""
    groups = (
        proposals.pending()
        .filter(batch__isnull=False)
        .order_by()
        .values("batch")
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("first")
    )
    rows = list(groups)
    first = ChangeProposal.objects.select_related("proposed_by").in_bulk([row["first"] for row in rows])
    return [
        BatchLine(row["batch"], row["count"], first[row["first"]]) for row in rows if row["batch"] is not None
    ]


def pending_of(business: Business, *, reader: User) -> list[ProposalLine]:
    """What waits for a business and its owner."""
    of_either = Q(business=business)
    if business.owner_id is not None:
        of_either |= Q(owner=business.owner_id)
    waiting = ChangeProposal.objects.pending().filter(of_either).for_queue().order_by("pk")
    return proposal_lines(waiting, reader=reader)
