"""What an enumerator has to do: the own assignments of the open waves, and interviews that came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from core.models import User
from surveys.models import Assignment, Response, Wave
from surveys.models.responses import ResponseQuerySet


@dataclass(frozen=True)
class WaveTasks:
    """`done` of `total` businesses given to the enumerator; `overdue` of those not done."""

    wave: Wave
    done: int
    total: int
    overdue: int


def tasks_of(waves: Iterable[Wave], enumerator: User, day: date) -> list[WaveTasks]:
    """One query for any number of waves."""
    waves = list(waves)
    rows = Assignment.objects.of(enumerator).filter(wave__in=waves).with_settled().order_by()
    late = Q(is_settled=False, due_on__lt=day)
    counted = rows.values_list("wave").annotate(
        total=Count("pk"), done=Count("pk", filter=Q(is_settled=True)), overdue=Count("pk", filter=late)
    )
    by_wave = {wave: counts for wave, *counts in counted}
    tasks = []
    for wave in waves:
        total, done, overdue = by_wave.get(wave.pk, (0, 0, 0))
        tasks.append(WaveTasks(wave, done, total, overdue))
    return tasks


def unassigned_interviews(wave: Wave, enumerator: User) -> ResponseQuerySet:
    """Own interviews of businesses that were not given to the enumerator."""
    own = Response.objects.interviews().filter(wave=wave, enumerator=enumerator)
    given = Assignment.objects.of(enumerator).filter(wave=wave)
    return own.exclude(business__in=given.values("business"))
