"""The gate of the doors for telephones: a token that an enumerator's device holds, no session, no cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from core.gates import Gate, View
from core.models import User
from surveys.actions import device_of, why_silent
from surveys.models import FieldDevice

LONGEST_TOKEN = 100


class DeviceRequest(HttpRequest):
    """What a view behind `for_device` gets; the user is the one the device belongs to."""

    user: User
    device: FieldDevice


def bearer_token(request: HttpRequest, arguments: dict[str, Any]) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def json_refusal(request: HttpRequest, reason: str) -> HttpResponse:
    return JsonResponse({"error": reason}, status=401, headers={"WWW-Authenticate": "Bearer"})


def for_device(
    token_of: Callable[[HttpRequest, dict[str, Any]], str] = bearer_token,
    refused: Callable[[HttpRequest, str], HttpResponse] = json_refusal,
) -> Callable[[View], View]:
    """Let in the devices that may send; `token_of` finds the token and takes it out of the view's arguments,
    `refused` words the 401 for the client. No cookie counts, so that no other page can send in somebody's name.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            token = token_of(request, kwargs)
            device = device_of(token) if 0 < len(token) <= LONGEST_TOKEN else None
            reason = why_silent(device)
            if device is None or reason:
                answer: HttpResponseBase = refused(request, reason)
            else:
                request.user, request.device = device.user, device  # type: ignore[attr-defined]  # a DeviceRequest
                answer = view(request, *args, **kwargs)
            answer.headers["Cache-Control"] = "no-store, private"
            return answer

        gated.gate = Gate(None, "device")  # type: ignore[attr-defined]
        return gated

    return decorate
