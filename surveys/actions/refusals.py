"""An owner who is not willing: a visit, and no interview."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.models import User
from registry.models import Business
from surveys.actions.interviews import AlreadyInterviewed, InterviewRefused, why_not_interviewable
from surveys.actions.visits import record_visit
from surveys.models import Outcome, Response, Visit, Wave


@transaction.atomic
def record_refusal(*, wave: Wave, business: Business, by: User, at: datetime) -> tuple[Visit, bool]:
    """The visit, and whether this call stored it: told twice on one day it is one refusal.

    Raises what `record_response` raises where nobody could be interviewed.
    """
    current = Business.objects.select_for_update().get(pk=business.pk)  # two clicks take turns
    if reason := why_not_interviewable(wave, current, at):
        raise InterviewRefused(reason)
    if existing := Response.objects.interviews().filter(wave=wave, business=current).first():
        raise AlreadyInterviewed(existing)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    told = Visit.objects.filter(
        wave=wave, business=current, enumerator=by, outcome=Outcome.REFUSED, visited_at__gte=midnight
    ).first()
    if told is not None:
        return told, False
    visit = record_visit(
        wave=wave, business=current, enumerator=by, outcome=Outcome.REFUSED, visited_at=at, by=by, at=at
    )
    return visit, True
