"""Regions: whole cities come by `load_regions`; here a name is corrected or a new kelurahan added."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from core import actions
from core.admin.forms import RegionForm
from core.admin.scoped import ScopedAdmin
from core.models import Region
from core.permissions import Permission


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    view_permission = Permission.MANAGE_REFERENCE
    add_permission = Permission.MANAGE_REFERENCE
    change_permission = Permission.MANAGE_REFERENCE
    form = RegionForm
    fields = ["level", "parent", "code", "name"]
    list_display = ["code", "name", "level", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A region keeps its code and its place: rows of years refer to them."""
        return ["level", "parent", "code"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs["queryset"] = Region.objects.exclude(level=Region.Level.WARD)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Region, form: Any, change: bool) -> None:
        actions.save_region(region=obj, by=self.by(request), at=timezone.now())
