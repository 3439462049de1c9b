"""A telephone of one's own becomes one that may send."""

from __future__ import annotations

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.cleaning import CleaningError, clean_text
from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.actions import DeviceRefused, enroll_device
from surveys.ingesting import Unreadable
from surveys.ingesting.phone_json import read_object
from surveys.models import DeviceKind
from surveys.phone.sending import TOO_LARGE, error, too_large

MOST_BYTES = 4 * 1024
LONGEST_NAME = 80


@requires(Permission.ENTER_RESPONSES, redirect=False)
@require_POST
def device_create(request: SignedInRequest) -> JsonResponse:
    """The token is told this once; from here on the telephone needs no session."""
    if too_large(request, MOST_BYTES):
        return error(TOO_LARGE, 413)
    try:
        name = _name(request.body)
        device, token = enroll_device(
            user=request.user, kind=DeviceKind.PHONE, name=name, by=request.user, at=timezone.now()
        )
    except Unreadable as reason:
        return error(str(reason), 400)
    except DeviceRefused as reason:
        return error(str(reason), 409)
    user = {"id": request.user.pk, "name": str(request.user)}
    return JsonResponse({"token": token, "device": str(device.public_id), "user": user}, status=201)


def _name(body: bytes) -> str:
    given = read_object(body).get("name")
    if not isinstance(given, str):
        raise Unreadable("Nama perangkat belum diisi.")
    try:
        name = clean_text(given)
    except CleaningError as reason:
        raise Unreadable(f"Nama perangkat: {reason.message}") from reason
    if not name or len(name) > LONGEST_NAME:
        raise Unreadable(f"Isi nama perangkat, paling banyak {LONGEST_NAME} huruf.")
    return name
