"""The job of a decision on a group of proposals that is too long for a request."""

from __future__ import annotations

from django.db import transaction

from core.jobs import JobFailed, RunningJob
from registry.actions import ActionError, decide_some
from registry.models import ChangeProposal, GroupDecision


def group_decision(running: RunningJob) -> None:
    """Goes on with what waits, as often as it is started."""
    decision = GroupDecision.objects.select_related("decided_by").get(job=running.job)
    waiting = ChangeProposal.objects.for_user(decision.decided_by).pending().filter(batch=decision.batch)
    left = waiting.count()
    total = max(running.job.total, left)
    decided = 1
    while decided:
        try:
            with transaction.atomic():
                decided = decide_some(decision=decision)
                left -= decided
                running.checkpoint(total - left, total)
        except ActionError as error:
            raise JobFailed(str(error)) from error
