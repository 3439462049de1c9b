"""Where the QR code of a certificate leads: what anybody may know of it, and the keys to check it alone."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.gates import public
from core.models import Throttle
from core.signing import public_keys, signing_key
from registry.certificates import public_view
from registry.models import Certificate

CHECKS_PER_ADDRESS = 120
WINDOW = timedelta(minutes=5)


@public("whoever holds the paper may ask whether it is genuine")
@never_cache
@require_safe
def certificate_check(request: HttpRequest, public_id: UUID, signature: str = "") -> HttpResponse:
    now = timezone.now()
    address = request.META.get("REMOTE_ADDR", "")
    context: dict[str, object] = {"checked_at": now}
    if not Throttle.objects.take(f"certificate:{address}", limit=CHECKS_PER_ADDRESS, window=WINDOW, at=now):
        return render(request, "certificates/check.html", context | {"is_busy": True}, status=429)
    certificate = Certificate.objects.for_page().filter(public_id=public_id).first()
    if certificate is None:
        return render(request, "certificates/check.html", context, status=404)
    context["found"] = public_view(certificate, signature=signature, today=timezone.localdate(now))
    context["certificate"] = certificate
    return render(request, "certificates/check.html", context)


@public("with these keys anybody checks a certificate without the register")
@require_safe
def certificate_keys(request: HttpRequest) -> JsonResponse:
    current = signing_key().key_id
    keys = [
        {"id": key_id, "public": base64.b64encode(key).decode(), "signs": key_id == current}
        for key_id, key in public_keys().items()
    ]
    return JsonResponse({"algorithm": "Ed25519", "keys": keys})
