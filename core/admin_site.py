"""The stock admin as the office's desk for data entry: our login, our permissions, our audit trail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from core.permissions import Permission


class RegisterAdminSite(admin.AdminSite):
    site_header = "Pengelolaan data"
    site_title = "Register UMKM"
    index_title = "Pengelolaan data"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.can(Permission.USE_ADMIN)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """One login page for the whole site; who is in but not allowed here is told so."""
        if request.user.is_authenticated:
            raise Http404 if self.has_permission(request) else _denied()
        return redirect(f"{_login_url()}?next={request.GET.get('next', request.path)}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("core:logout")


def _denied() -> Exception:
    from django.core.exceptions import PermissionDenied

    return PermissionDenied()


def _login_url() -> str:
    from django.urls import reverse

    return reverse("core:login")
