"""The visitor of the door: known by the code in a cookie, which scripts cannot read and no log holds.

The cookie is signed, so that codes cannot be tried by making cookies up: the form counts the tries.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from registry.models import ApplicationState, PublicApplication
from registry.public.codes import read_code

SALT = "door"
# What a visitor must never be told about is not asked for: no query here reads owners or businesses.


def code_of(request: HttpRequest) -> str:
    """The code the browser was given; "" for none."""
    value = request.get_signed_cookie(settings.DOOR_COOKIE_NAME, default="", salt=SALT)
    return read_code(value or "") or ""


def application_of(request: HttpRequest) -> PublicApplication | None:
    code = code_of(request)
    return find(code) if code else None


def find(code: str) -> PublicApplication | None:
    """One that has run out is as good as gone, whether or not it was cleared away."""
    rows = PublicApplication.objects.with_code(code).select_related("consent_text", "business__registration")
    found = rows.first()
    has_run_out = found is not None and found.expires_at is not None and found.expires_at <= timezone.now()
    return None if has_run_out else found


def remember(response: HttpResponse, code: str, application: PublicApplication | None) -> None:
    """A draft is kept between visits; what was sent only until the browser is closed."""
    is_draft = application is not None and application.state == ApplicationState.DRAFT
    response.set_signed_cookie(
        settings.DOOR_COOKIE_NAME,
        code,
        salt=SALT,
        max_age=timedelta(days=settings.DOOR_DRAFT_DAYS) if is_draft else None,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    # delete_cookie alone would not name the cookie Secure, which its prefix asks for
    response.set_cookie(
        settings.DOOR_COOKIE_NAME,
        "",
        max_age=0,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
