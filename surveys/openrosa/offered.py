"""Which forms a telephone is offered, and which it may still fetch."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from core.models import User
from surveys.models import QuestionnaireVersion, Response, ResponseState, Wave
from surveys.openrosa.xform import xform


def offered(user: User, day: date) -> list[QuestionnaireVersion]:
    """The newest version of each wave that is open, or of which the user has an interview to correct."""
    returned = Response.objects.filter(enumerator=user, state=ResponseState.RETURNED)
    waves = Wave.objects.filter(Q(pk__in=Wave.objects.open_on(day)) | Q(pk__in=returned.values("wave")))
    newest: dict[int, QuestionnaireVersion] = {}
    for version in versions().filter(wave__in=waves).order_by("-wave__period_start", "wave", "-number"):
        newest.setdefault(version.wave_id, version)
    return list(newest.values())


def versions() -> QuerySet[QuestionnaireVersion]:
    """Every version that was published for the field: a draft on a telephone needs its own, however old."""
    return QuestionnaireVersion.objects.filter(wave__is_reconstruction=False).select_related("wave")


def form_of(version: QuestionnaireVersion) -> bytes:
    return xform(version.wave.code, version.wave.title, version.number, version.definition)
