"""The visits to one business, wave by wave, and whether a reserve may stand in for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from core.models import User
from core.permissions import Permission
from registry.models import Business, BusinessStatus
from surveys.actions.field_visits import why_no_reserve
from surveys.models import Outcome, Response, SampleEntry, Visit, Wave


@dataclass(frozen=True)
class WaveVisits:
    """`visits` are the newest first; `is_drawn` where a reserve could stand in, `why_not` while it may not yet."""

    wave: Wave
    visits: list[Visit]
    is_drawn: bool
    why_not: str
    tells_of_end: bool


def visits_of(business: Business, user: User, day: date) -> list[WaveVisits]:
    """Three queries; the reserve is told only to those who manage the field."""
    by_wave: dict[Wave, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(business=business).select_related("wave", "enumerator"):
        by_wave[visit.wave].append(visit)
    interviewed = set(Response.objects.interviews().filter(business=business).values_list("wave", flat=True))
    drawn: set[int] = set()
    if user.can(Permission.MANAGE_FIELDWORK):
        entries = SampleEntry.objects.filter(business=business, draw__isnull=False)
        drawn = set(entries.exclude(is_reserve=True, activated_at=None).values_list("wave", flat=True))
    has_left = business.status in (BusinessStatus.CLOSED, BusinessStatus.MOVED)
    return [
        WaveVisits(
            wave,
            visits,
            wave.pk in drawn - interviewed and wave.is_open_on(day),
            why_no_reserve(visits),
            not has_left and visits[0].outcome in (Outcome.CLOSED, Outcome.MOVED),
        )
        for wave, visits in by_wave.items()
    ]
