"""The gate of a view: every view of the site carries exactly one of these decorators.

`requires` sends an anonymous visitor to the login page (a JSON view answers 403 instead, as a
redirect would be read as data) and refuses a user without the permission with 403.
A test walks every address and fails on a view without a gate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from core.models import User
from core.permissions import Permission

View = Callable[..., HttpResponseBase]


class SignedInRequest(HttpRequest):
    """What a view behind `requires` or `signed_in` gets: the user is one of ours."""

    user: User


@dataclass(frozen=True)
class Gate:
    """Who passes: the holders of `permission`, or, without one, those `audience` names."""

    permission: Permission | None
    audience: str  # "permission", "signed_in" or "public"
    why: str = ""
    redirect: bool = True  # an anonymous visitor is sent to the login page, else refused with 403


def requires(permission: Permission, *, redirect: bool = True) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if redirect:
                    return redirect_to_login(request.get_full_path())
                raise PermissionDenied
            if not request.user.can(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gated.gate = Gate(permission, "permission", redirect=redirect)  # type: ignore[attr-defined]
        return gated

    return decorate


def signed_in(why: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
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
