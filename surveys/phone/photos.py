"""The pictures an interview named, each in a request of its own, once the interview is here."""

from __future__ import annotations

import hmac
from hashlib import sha256
from uuid import UUID

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from surveys.actions import DifferentPhoto, PhotoRefused, store_photo
from surveys.actions.photos import MOST_BYTES
from surveys.ingesting import Unreadable
from surveys.ingesting.phone_json import parse
from surveys.models import Door, Submission
from surveys.phone.gate import DeviceRequest, for_device
from surveys.phone.sending import error, too_large


@for_device()
@require_http_methods(["PUT"])
def photo_update(request: DeviceRequest, instance_id: UUID, name: str) -> JsonResponse:
    """201 for a new one, 200 for one that came before, 409 for another picture under the same name."""
    if too_large(request, MOST_BYTES):
        return error("Foto ini terlalu besar.", 413, of=instance_id)
    sent = Submission.objects.filter(instance_id=instance_id, user=request.user, door=Door.PHONE).first()
    if sent is None:
        return error("Wawancara dari foto ini belum sampai. Kirim wawancaranya dahulu.", 404, of=instance_id)
    if reason := _why_wrong(request, sent, name):
        return error(reason, 400, of=instance_id)
    try:
        _, is_new = store_photo(submission=sent, name=name, content=request.body, at=timezone.now())
    except DifferentPhoto as refusal:
        return error(str(refusal), 409, of=instance_id)
    except PhotoRefused as refusal:
        return error(str(refusal), 400, of=instance_id)
    answer = JsonResponse({"state": "new" if is_new else "same"}, status=201 if is_new else 200)
    answer.headers["X-Receipt-For"] = str(instance_id)
    return answer


def _why_wrong(request: DeviceRequest, sent: Submission, name: str) -> str:
    """A picture is the one its interview named, whole, and no other."""
    digest = sha256(request.body).hexdigest()
    told = request.headers.get("X-Sha256", "").encode("utf-8", "replace")
    if not hmac.compare_digest(told, digest.encode()):
        return "Foto ini tidak sampai utuh. Kirim sekali lagi."
    try:
        named = {photo.name: photo.sha256 for photo in parse((sent.payload or "").encode()).photos}
    except Unreadable:
        named = {}
    return "" if named.get(name) == digest else "Foto ini tidak termasuk wawancara itu."
