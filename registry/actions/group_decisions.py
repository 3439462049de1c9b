"""Deciding on a long group of proposals: put into the queue, then 500 at a time by a worker."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import jobs
from core.models import JobState, User
from core.permissions import Permission
from registry.actions.errors import Incomplete, SamePerson, WrongState
from registry.actions.proposals import approve_some, refuse_some, waiting_of
from registry.models import ChangeProposal, GroupDecision, ProposalState

JOB = "group-decision"
UNDECIDED_YET = "Kelompok ini sedang dikerjakan. Tunggu sampai selesai, atau hentikan dahulu."


@transaction.atomic
def start_group_decision(
    *, batch: uuid.UUID, state: ProposalState, by: User, at: datetime, note: str = ""
) -> GroupDecision:
    """Approve or refuse, by a worker, all of a batch that waits in the user's area."""
    if not by.can(Permission.APPROVE_REGISTRATIONS):
        raise PermissionDenied
    if state == ProposalState.REFUSED and not note.strip():
        raise Incomplete("Alasan belum diisi.")
    waiting = ChangeProposal.objects.for_user(by).pending().filter(batch=batch)
    if state == ProposalState.APPROVED and waiting.filter(proposed_by=by).exists():
        raise SamePerson("Usulan ini dari Anda, jadi harus disetujui orang lain.")
    running = GroupDecision.objects.filter(batch=batch, job__state__in=[JobState.QUEUED, JobState.RUNNING])
    if running.exists():
        raise WrongState(UNDECIDED_YET)
    chosen = GroupDecision(batch=batch, state=state, note=note.strip(), decided_at=at, decided_by=by)
    chosen.job = jobs.enqueue(JOB, {"batch": str(batch)}, by=by, at=at)
    chosen.save()
    return chosen


def decide_some(*, decision: GroupDecision) -> int:
    """The next of the group, inside the caller's transaction; how many, 0 once none is left."""
    by, at, note = decision.decided_by, decision.decided_at, decision.note
    pks = waiting_of(decision.batch, by)
    if pks and decision.state == ProposalState.APPROVED:
        approve_some(pks, by=by, at=at, note=note, in_batch=True)
    elif pks:
        refuse_some(pks, batch=decision.batch, by=by, at=at, note=note)
    return len(pks)
