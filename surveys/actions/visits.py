"""A visit and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.audit import record
from core.models import User, Verb
from registry.models import Business
from surveys.answers import Circumstances
from surveys.models import Outcome, Visit, Wave


@transaction.atomic(savepoint=False)
def record_visit(
    *,
    wave: Wave,
    business: Business,
    enumerator: User,
    outcome: Outcome,
    visited_at: datetime,
    note: str = "",
    circumstances: Circumstances | None = None,
    by: User,
    at: datetime,
) -> Visit:
    """Store one visit; may be told by somebody else than who went. Whether the wave is open is the caller's to judge.

    An interview leaves an audit row of its own, so that a visit that ended in one leaves none.
    """
    told = circumstances or Circumstances()
    visit = Visit.objects.create(
        wave=wave,
        business=business,
        enumerator=enumerator,
        outcome=outcome,
        visited_at=visited_at,
        received_at=at,
        latitude=told.latitude,
        longitude=told.longitude,
        accuracy_m=told.accuracy_m,
        note=note,
    )
    if outcome != Outcome.DONE:
        label = f"{business.name} – {wave.title}: {Outcome(outcome).label}"
        record(Verb.VISITED, by=by, at=at, subject=visit, label=label)
    return visit
