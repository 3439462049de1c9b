"""The stock admin as the office's desk for data entry: our login, our permissions, our audit trail."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
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

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One login page for the whole site; who is in but not allowed here is told so."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.path)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("core:logout")
