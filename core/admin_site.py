"""The stock admin as the office's desk for data entry: our login, our permissions, our audit trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from core.gates import ask_to_log_in
from core.permissions import Permission
from core.personal_numbers import NO_PERSONAL_NUMBER


class RegisterAdminSite(admin.AdminSite):
    site_header = "Pengelolaan data"
    site_title = "Register UMKM"
    index_title = "Pengelolaan data"
    site_url = "/"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "no_personal_number": NO_PERSONAL_NUMBER}

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.can(Permission.USE_ADMIN)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Without Django's own page of groups: roles decide here, and a page needs a declared gate."""
        if admin_class is None or not admin_class.__module__.startswith("django."):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Who is in but not allowed here is told so (403) instead of being asked to log in again."""
        inner = super().admin_view(view, cacheable)

        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if self.has_permission(request):
                response: HttpResponseBase = inner(request, *args, **kwargs)
                return response
            if request.user.is_authenticated:
                raise PermissionDenied
            return ask_to_log_in(request)

        return update_wrapper(gated, view)

    def get_urls(self) -> list[Any]:
        """Without the redirect by content type, which would tell of rows outside the area."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One login page for the whole site."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from core.views.sessions import logout  # the views need the models, the site is made before them

        return logout(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("core:password-change")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("core:password-change")
