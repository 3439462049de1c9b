"""Registrations, to be read: their steps are taken on the pages of the register."""

from __future__ import annotations

from django.contrib import admin

from core.admin.scoped import ScopedAdmin
from core.permissions import Permission
from registry.models import Registration


@admin.register(Registration)
class RegistrationAdmin(ScopedAdmin):
    view_permission = Permission.VIEW_BUSINESSES
    list_display = (
        "business",
        "number",
        "state",
        "submitted_at",
        "submitted_by",
        "registered_at",
        "registered_by",
    )
    list_filter = ("state",)
    list_select_related = ("business", "submitted_by", "registered_by")
    search_fields = ("business__name", "number")
    fields = ("business", "number", "state", "submitted_at", "submitted_by", "registered_at", "registered_by")
