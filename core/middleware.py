"""What holds for every request: an id, the headers, and how long a session lasts."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from core import sign_in
from core.logs import set_request_id
from core.personal_numbers import NO_NIK_HERE, has_personal_number
from core.views.errors import method_not_allowed, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"


class ResponseHeadersMiddleware:
    """Headers Django does not set; pages of a signed-in user are never stored on the way."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        set_request_id(str(uuid.uuid4()))
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class VisitorAddressMiddleware:
    """Behind a proxy that tells it, the address a request comes from: the last one, which the proxy itself wrote.

    All before it is anybody's text, and so is the whole header where no proxy is said to write it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXY_TELLS_ADDRESS:
            told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(told))
        return self.get_response(request)


class BodyLimitMiddleware:
    """Refuses a body larger than the largest file anybody may send, before a byte of it is put on the disk.

    What claims no length is read as empty, so that nobody gets round it by leaving it out; where telephones
    send in chunks, `config.chunked` measures first.
    """

    MOST = settings.LARGEST_BODY

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:20]) > self.MOST:
            return too_large()
        return self.get_response(request)


class BrokenTextMiddleware:
    """Refuses an address with a NUL or half a character in it, which no database could look for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        texts = [request.path, *(text for pair in request.GET.lists() for text in (pair[0], *pair[1]))]
        if any("\x00" in text or any("\ud800" <= char <= "\udfff" for char in text) for text in texts):
            raise BadRequest("broken text in the address")
        return self.get_response(request)


UNATTENDED = "X-Unattended"  # a page that refreshes itself: nobody may be sitting there


class SessionLimitMiddleware:
    """Ends a session that was idle too long, or that is older than its absolute limit."""

    ACTIVITY_EVERY = 60  # seconds between two writes of the time last seen

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault("started", now)
            seen = request.session.setdefault("seen", now)
            idle = now - seen > settings.SESSION_IDLE_SECONDS
            if idle or now - started > settings.SESSION_ABSOLUTE_SECONDS:
                sign_in.note_session_end(user=request.user, at=timezone.now(), idle=idle)
                logout(request)
                request.session["ended"] = "idle" if idle else "absolute"  # the login page says why
            elif now - seen >= self.ACTIVITY_EVERY and UNATTENDED not in request.headers:
                request.session["seen"] = now
        return self.get_response(request)


class WrongMethodMiddleware:
    """Gives a refused method a page; browsers show one of their own, in their own language, for an empty answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content or request.method != "GET":
            return response
        page = method_not_allowed(request)
        page["Allow"] = response["Allow"]
        return page


class SearchedNumberMiddleware:
    """Takes a number that may be a NIK out of a searching address, so that it stays in no history.

    The page without it follows, with advice; a script that asked gets its page without the advice.
    """

    SEARCHES = ("search", "q", "term", "actor", "text")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = [name for name in self.SEARCHES if any(map(has_personal_number, request.GET.getlist(name)))]
        if not found or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        query = request.GET.copy()
        for name in found:
            del query[name]
        if request.headers.get("X-Requested-With") != "XMLHttpRequest":
            messages.warning(request, NO_NIK_HERE)
        return redirect(f"{request.path}?{query.urlencode()}")
