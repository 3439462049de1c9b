"""Whom a wave is to interview, and who of them nobody goes to yet."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from registry.models import Business, BusinessStatus
from registry.models.businesses import BusinessQuerySet
from surveys.models import Assignment, Outcome, Response, SampleEntry, Visit, Wave, WaveDesign

CLOSED = Q(status=BusinessStatus.CLOSED)


def targets_of(wave: Wave) -> BusinessQuerySet:
    """Of a drawn wave those drawn, with the reserves in use; of a census all but the closed and never interviewed.

    A sample that nobody has drawn yet has none.
    """
    businesses = Business.objects.real()
    if wave.design == WaveDesign.SAMPLE:
        return businesses.filter(Exists(SampleEntry.objects.targets(wave).filter(business=OuterRef("pk"))))
    return businesses.filter(~CLOSED | Q(is_interviewed(wave)))


def is_interviewed(wave: Wave) -> Exists:
    """Whether the business of the query around it has an interview in the wave, in whatever state."""
    return Exists(Response.objects.interviews().filter(wave=wave, business=OuterRef("pk")))


def unassigned(wave: Wave) -> BusinessQuerySet:
    """Targets nobody has been sent to, interviewed or replaced; withdrawn ones are free again."""
    given = Assignment.objects.filter(wave=wave, withdrawn_at__isnull=True, business=OuterRef("pk"))
    replaced = Visit.objects.filter(wave=wave, outcome=Outcome.RESERVE_USED, business=OuterRef("pk"))
    free = targets_of(wave).filter(~CLOSED).exclude(Exists(given)).exclude(is_interviewed(wave))
    return free.exclude(Exists(replaced))
