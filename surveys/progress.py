"""How far a wave is, and what an interview says, for the pages of the field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from core.models import User
from registry.models import Business, BusinessStatus
from registry.models.businesses import BusinessQuerySet
from surveys.models import Response, SampleEntry, Wave
from surveys.questionnaire import answer_text, values_of

LEFT_OUT = "Tidak diisi"
CLOSED = Q(status=BusinessStatus.CLOSED)


@dataclass(frozen=True)
class WaveProgress:
    """Businesses of the user's area: interviewed ones, and all that are or were to be interviewed."""

    wave: Wave
    done: int
    total: int
    is_open: bool


@dataclass(frozen=True)
class InterviewRow:
    business: Business
    response: Response | None


@dataclass(frozen=True)
class AnswerRow:
    label: str
    value: str
    code: str  # of the question


def progress_of(waves: Iterable[Wave], user: User, day: date) -> list[WaveProgress]:
    """Three queries for any number of waves; a reconstructed wave has all it will ever have."""
    open_businesses = Business.objects.for_user(user).real().exclude(CLOSED).count()
    interviewed = {
        row["wave"]: (row["done"], row["closed"])
        for row in Response.objects.interviews()
        .filter(business__in=Business.objects.for_user(user))
        .order_by()
        .values("wave")
        .annotate(done=Count("pk"), closed=Count("pk", filter=Q(business__status=BusinessStatus.CLOSED)))
    }
    progress = []
    for wave in waves:
        done, closed = interviewed.get(wave.pk, (0, 0))
        total = done if wave.is_reconstruction else open_businesses + closed
        progress.append(WaveProgress(wave, done, total, wave.is_open_on(day)))
    return progress


def businesses_of(wave: Wave, user: User, *, words: str = "", state: str = "") -> BusinessQuerySet:
    """Whom the wave interviews in the user's area: those not closed, and those interviewed before closing.

    `words` looks in name and kelurahan; `state` is "done", "open" or blank.
    """
    is_done = Exists(Response.objects.interviews().filter(wave=wave, business=OuterRef("pk")))
    businesses = Business.objects.for_user(user)
    if wave.is_reconstruction:
        in_sample = Exists(SampleEntry.objects.filter(wave=wave, business=OuterRef("pk")))
        businesses = businesses.filter(Q(is_done) | Q(in_sample))
    else:
        businesses = businesses.real().filter(~CLOSED | Q(is_done))
    if words:
        businesses = businesses.filter(Q(name__icontains=words) | Q(ward__name__icontains=words))
    if state:
        businesses = businesses.filter(is_done) if state == "done" else businesses.exclude(is_done)
    return businesses.select_related("sector", "ward").order_by("name", "pk")


def interview_rows(wave: Wave, businesses: Iterable[Business]) -> list[InterviewRow]:
    listed = list(businesses)
    responses = (
        Response.objects.interviews().filter(wave=wave, business__in=listed).select_related("enumerator")
    )
    by_business = {response.business_id: response for response in responses}
    return [InterviewRow(business, by_business.get(business.pk)) for business in listed]


def answer_rows(response: Response) -> list[AnswerRow]:
    """Every question that was put, in the words of the version it was put in, with what was answered."""
    definition = response.questionnaire.definition
    values = values_of(response, definition)
    rows = []
    for item in definition:
        if item.code in values:
            rows.append(AnswerRow(item.label, answer_text(item, values[item.code]), item.code))
        elif not item.is_core and (item.shown_if is None or item.shown_if.holds(values)):
            rows.append(AnswerRow(item.label, LEFT_OUT, item.code))
    return rows
