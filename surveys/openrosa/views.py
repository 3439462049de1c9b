"""The OpenRosa addresses of one telephone, as ODK Collect asks for them; the token stands in the path.

Collect takes nothing for OpenRosa that lacks `X-OpenRosa-Version` or is not `text/xml`, wants 204 for the HEAD of the
address it sends to, and 201 or 202 for a send. Its `Date` header is wrong by design and is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.gates import View
from surveys.actions import note_seen
from surveys.models import QuestionnaireVersion, Wave
from surveys.openrosa import documents
from surveys.openrosa.lists import list_of
from surveys.openrosa.offered import form_of, offered, versions
from surveys.openrosa.receiving import MOST_BYTES, Refused, receive
from surveys.openrosa.xform import FORM_PREFIX, LISTS, form_id
from surveys.phone.gate import DeviceRequest, for_device

XML = "text/xml; charset=utf-8"


def _xml(content: bytes, status: int = 200) -> HttpResponse:
    return HttpResponse(content, content_type=XML, status=status)


def _refusal(request: HttpRequest, reason: str) -> HttpResponse:
    response = _xml(documents.answer(reason), 401)
    _mark(response)
    return response


def _mark(response: HttpResponseBase) -> None:
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds the token


def _token(request: HttpRequest, arguments: dict[str, Any]) -> str:
    return str(arguments.pop("token"))


def openrosa(view: View) -> View:
    """Behind the gate for telephones, with the headers Collect looks for."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        _mark(response)
        return response

    gate: Callable[[View], View] = for_device(_token, _refusal)
    return gate(answered)


@openrosa
@require_safe
def form_list(request: DeviceRequest) -> HttpResponse:
    prefix = request.path.rpartition("/")[0]
    listed = [
        documents.ListedForm(
            form_id=form_id(version.wave.code),
            name=version.wave.title,
            version=version.number,
            hash=documents.hash_of(form_of(version)),
            url=request.build_absolute_uri(
                f"{prefix}/forms/{form_id(version.wave.code)}/{version.number}.xml"
            ),
            manifest_url=request.build_absolute_uri(
                f"{prefix}/manifest/{version.wave.code}/{version.number}"
            ),
        )
        for version in offered(request.user, timezone.localdate())
    ]
    return _xml(documents.form_list(listed))


@openrosa
@require_safe
def form(request: DeviceRequest, form: str, version: int) -> HttpResponse:
    return _xml(form_of(_version(form.removeprefix(FORM_PREFIX), version)))


@openrosa
@require_safe
def manifest(request: DeviceRequest, wave: str, version: int) -> HttpResponse:
    found = _version(wave, version).wave
    prefix = request.path.rsplit("/", 3)[0]
    listed = [
        documents.ListedFile(
            name=f"{name}.csv",
            hash=documents.hash_of(list_of(name, request.user, found)),
            url=request.build_absolute_uri(f"{prefix}/{name}/{wave}.csv"),
        )
        for name in LISTS
    ]
    return _xml(documents.manifest(listed))


@openrosa
@require_safe
def file(request: DeviceRequest, name: str, wave: str) -> HttpResponse:
    if name not in LISTS:
        raise Http404
    found = get_object_or_404(Wave, code=wave, is_reconstruction=False)
    return HttpResponse(list_of(name, request.user, found), content_type="text/csv; charset=utf-8")


@openrosa
@require_http_methods(["HEAD", "POST"])
def submission(request: DeviceRequest) -> HttpResponse:
    """201 where something new was stored, 202 where all of it was here already."""
    if request.method == "HEAD":
        return HttpResponse(status=204, headers={"X-OpenRosa-Accept-Content-Length": str(MOST_BYTES)})
    at = timezone.now()
    try:
        received = receive(request, at=at)
    except Refused as refusal:
        return _xml(documents.answer(str(refusal)), refusal.status)
    note_seen(device=request.device, at=at)
    return _xml(documents.answer(received.message), 201 if received.is_new else 202)


def _version(wave: str, number: int) -> QuestionnaireVersion:
    return get_object_or_404(versions(), wave__code=wave, number=number)
