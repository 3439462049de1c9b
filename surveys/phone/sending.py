"""What a telephone sends: interviews and visits, their photos, and how many it still holds."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from surveys.actions import DifferentPayload, Ingested, ingest, note_report, note_seen, skew_of
from surveys.ingesting import Payload, Unreadable
from surveys.ingesting.phone_json import parse, read_object, read_time, read_whole
from surveys.models import Door
from surveys.phone.gate import DeviceRequest, for_device

MOST_BYTES = 256 * 1024  # of one interview; its photos come by themselves
TOO_LARGE = "Kiriman ini terlalu besar."


@for_device()
@require_POST
def submission_create(request: DeviceRequest) -> JsonResponse:
    """201 for a new one, 200 for one that came before, 409 for other content under the same id."""
    at = timezone.now()
    if too_large(request, MOST_BYTES):
        return error(TOO_LARGE, 413)
    try:
        payload = _with_skew(parse(request.body), request)
    except Unreadable as reason:
        return error(str(reason), 400)
    try:
        ingested = ingest(
            payload=payload, raw=request.body, door=Door.PHONE, by=request.user, device=request.device, at=at
        )
    except DifferentPayload as reason:
        return error(str(reason), 409, of=payload.instance_id)
    note_seen(device=request.device, at=at)
    return _receipt(ingested)


@for_device()
@require_POST
def report_create(request: DeviceRequest) -> JsonResponse:
    """The count of the telephone against ours."""
    if too_large(request, MOST_BYTES):
        return error(TOO_LARGE, 413)
    try:
        document = read_object(request.body)
        oldest = document.get("oldest")
        sent = note_report(
            device=request.device,
            waiting=read_whole(document.get("waiting"), "waiting"),
            sent=read_whole(document.get("sent"), "sent"),
            oldest=None if oldest is None else read_time(oldest, "oldest"),
            at=timezone.now(),
        )
    except Unreadable as reason:
        return error(str(reason), 400)
    return JsonResponse({"server_sent": sent})


def error(reason: str, status: int, *, of: UUID | None = None) -> JsonResponse:
    answer = JsonResponse({"error": reason}, status=status)
    if of is not None:
        answer.headers["X-Receipt-For"] = str(of)
    return answer


def too_large(request: HttpRequest, most: int) -> bool:
    """Told by its length, before a byte is read; what tells no length is read as empty."""
    length = request.headers.get("Content-Length") or "0"
    return not length.isdecimal() or int(length[:20]) > most


def _with_skew(payload: Payload, request: HttpRequest) -> Payload:
    told = request.headers.get("X-Device-Time")
    if not told:
        return payload
    try:
        skew = skew_of(read_time(told, "X-Device-Time"), timezone.now())
    except Unreadable:
        return payload  # a clock never stands in the way
    return replace(payload, circumstances=replace(payload.circumstances, clock_skew_seconds=skew))


def _receipt(ingested: Ingested) -> JsonResponse:
    submission = ingested.submission
    answer = JsonResponse(
        {
            "state": "new" if ingested.is_new else "same",
            "instance_id": str(submission.instance_id),
            "receipt": submission.receipt,
            "held": submission.problem if submission.is_held else "",
        },
        status=201 if ingested.is_new else 200,
    )
    answer.headers["X-Receipt-For"] = str(submission.instance_id)
    return answer
