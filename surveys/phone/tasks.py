"""All a telephone needs for a day without a network: whom to visit, what to ask, what came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import office_key
from core.models import Region, User
from registry.models import Business, Sector
from surveys.models import (
    Assignment,
    QuestionnaireVersion,
    Response,
    ResponseState,
    Review,
    Visit,
    Wave,
)
from surveys.phone.gate import DeviceRequest, for_device
from surveys.questionnaire.storing import values_of

Key = tuple[int, int]  # of a wave and a business
STATES = {ResponseState.CORRECTED: ResponseState.SENT}  # to the enumerator both are on their way


@for_device()
@require_safe
def task_list(request: DeviceRequest) -> JsonResponse:
    now, user = timezone.now(), request.user
    assignments = list(
        Assignment.objects.for_user(
            user
        )  # also what was taken back: it is marked, as a draft of it may exist
        .filter(enumerator=user, wave__in=Wave.objects.open_on(timezone.localdate(now)))
        .select_related("wave", "business__sector", "business__ward", "business__district")
        .order_by("due_on", "business__ward__name", "business__name", "pk")
    )
    returned = list(
        Response.objects.for_user(user)
        .interviews()
        .filter(enumerator=user, state=ResponseState.RETURNED)
        .select_related("wave", "business__sector", "business__ward", "business__district", "questionnaire")
        .prefetch_related("choices")
    )
    open_waves = list(Wave.objects.open_on(timezone.localdate(now)).newest_first())
    waves = {wave.pk: wave for wave in [*open_waves, *(response.wave for response in returned)]}
    return JsonResponse(
        {
            "now": now.isoformat(),
            "user": {"id": user.pk, "name": str(user)},
            "device": {"id": str(request.device.public_id), "name": request.device.name},
            "backup_key": office_key.public_key(),
            "waves": _waves(waves.values()),
            "tasks": _tasks(assignments, returned),
            "sectors": [
                {"code": sector.code, "label": sector.table_label}
                for sector in Sector.objects.offered().in_study_order()
            ],
            "wards": _wards(user),
        }
    )


def _waves(waves: Iterable[Wave]) -> list[dict[str, Any]]:
    """Those that were published, each with its newest version."""
    newest: dict[int, QuestionnaireVersion] = {}
    for version in QuestionnaireVersion.objects.filter(wave__in=list(waves)).order_by("number"):
        newest[version.wave_id] = version
    return [
        {
            "code": wave.code,
            "title": wave.title,
            "period_start": wave.period_start.isoformat(),
            "period_end": wave.period_end.isoformat(),
            "version": newest[wave.pk].number,
            "definition": newest[wave.pk].document,
        }
        for wave in waves
        if wave.pk in newest
    ]


def _tasks(assignments: list[Assignment], returned: list[Response]) -> list[dict[str, Any]]:
    """The own assignments, and what came back although it is nobody's any more."""
    back = {(response.wave_id, response.business_id): response for response in returned}
    keys = [(row.wave_id, row.business_id) for row in assignments]
    stored = _responses(keys) | back
    outcomes = _last_outcomes([*keys, *back])
    tasks = [
        _task(row.wave, row.business, row.due_on, stored.get(key), outcomes.get(key, ""), key in back)
        | ({"state": "withdrawn"} if row.withdrawn_at and key not in stored else {})
        for row, key in zip(assignments, keys, strict=True)
    ]
    return tasks + [
        _task(response.wave, response.business, None, response, outcomes.get(key, ""), True)
        for key, response in back.items()
        if key not in set(keys)
    ]


def _responses(keys: list[Key]) -> dict[Key, Response]:
    rows = Response.objects.interviews().filter(
        wave__in={wave for wave, _ in keys}, business__in={business for _, business in keys}
    )
    return {(row.wave_id, row.business_id): row for row in rows}


def _last_outcomes(keys: list[Key]) -> dict[Key, str]:
    rows = Visit.objects.filter(
        wave__in={wave for wave, _ in keys}, business__in={business for _, business in keys}
    ).order_by("visited_at", "pk")
    return {
        (wave, business): outcome
        for wave, business, outcome in rows.values_list("wave", "business", "outcome")
    }


def _task(
    wave: Wave,
    business: Business,
    due_on: date | None,
    response: Response | None,
    last_outcome: str,
    is_returned: bool,
) -> dict[str, Any]:
    state = "visited" if last_outcome else "open"
    if response is not None:
        state = str(STATES.get(ResponseState(response.state), response.state))
    return {
        "wave": wave.code,
        "business": str(business.public_id),
        "name": business.name,
        "ward": business.ward.name if business.ward else "",
        "district": business.district.name if business.district else "",
        "sector": business.sector.table_label,
        "address": business.address,
        "latitude": None if business.latitude is None else float(business.latitude),
        "longitude": None if business.longitude is None else float(business.longitude),
        "due_on": due_on.isoformat() if due_on else None,
        "state": state,
        "last_outcome": last_outcome,
        "receipt": response.receipt if response is not None else "",
        "returned": _returned(response) if response is not None and is_returned else None,
    }


def _returned(response: Response) -> dict[str, Any]:
    review = Review.objects.latest_return(response)
    return {
        "note": review.note if review else "",
        "reasons": review.reason_by_code if review else {},
        "answers": values_of(response),
        "instance_id": str(response.submission_id),
    }


def _wards(user: User) -> list[dict[str, str]]:
    wards = Region.objects.for_user(user).filter(level=Region.Level.WARD).select_related("parent")
    return [
        {"code": ward.code, "name": ward.name, "district": ward.parent.name if ward.parent else ""}
        for ward in wards
    ]
