"""The gate of a view: every view of the site carries exactly one of these decorators.

`requires` sends an anonymous visitor to the login page (a JSON view answers 403 instead, as a
redirect would be read as data) and refuses a user without the permission with 403.
A test walks every address and fails on a view without a gate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core.models import User
from core.permissions import Permission

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """What a view behind `requires` or `signed_in` gets: the user is one of ours."""

    user: User


@dataclass(frozen=True)
class Gate:
    """Who passes: the holders of `permission`, of one of `any_of`, or, without these, those `audience` names."""

    permission: Permission | None
    audience: str  # "permission", "signed_in", "device" (surveys.phone.gate) or "public"
    why: str = ""
    redirect: bool = True  # an anonymous visitor is sent to the login page, else refused with 403
    any_of: tuple[Permission, ...] = ()


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """To the login page and back; a form that came too late is said to be lost, and its page is gone back to.

    For a part of a page that htmx asked for, the whole page goes there.
    """
    if request.headers.get("HX-Request") == "true":
        login = redirect_to_login(page_of_the_form(request))
        return HttpResponse(status=204, headers={"HX-Redirect": login.url})
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(page_of_the_form(request), login_url=f"{reverse('core:login')}?unsent=1")


def page_of_the_form(request: HttpRequest) -> str:
    """Not the address it was sent to, which may take no GET."""
    page = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return reverse("core:home")
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def requires(permission: Permission, *, redirect: bool = True) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if redirect:
                    return ask_to_log_in(request)
                raise PermissionDenied
            if not request.user.can(permission):
                raise PermissionDenied(permission)  # the page of the error says whose work it is
            return view(request, *args, **kwargs)

        gated.gate = Gate(permission, "permission", redirect=redirect)  # type: ignore[attr-defined]
        return gated

    return decorate


def requires_any(*permissions: Permission) -> Callable[[View], View]:
    """For pages of several kinds of work; what is on them is judged by the kind it is of."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_log_in(request)
            if not any(map(request.user.can, permissions)):
                raise PermissionDenied(permissions[0])
            return view(request, *args, **kwargs)

        gated.gate = Gate(None, "permission", any_of=permissions)  # type: ignore[attr-defined]
        return gated

    return decorate


def signed_in(why: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_log_in(request)
            return view(request, *args, **kwargs)

        gated.gate = Gate(None, "signed_in", why)  # type: ignore[attr-defined]
        return gated

    return decorate


def public(why: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        open_to_all.gate = Gate(None, "public", why)  # type: ignore[attr-defined]
        return open_to_all

    return decorate
