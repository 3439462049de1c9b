"""Owners at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.formats import format_integer
from core.permissions import Permission
from registry import actions
from registry.admin.exchange import ExchangeAdmin
from registry.admin.filters import WithoutBusinessFilter
from registry.admin.proposing import proposal_fieldset, propose
from registry.forms import OwnerForm
from registry.models import Owner
from registry.models.owners import OwnerQuerySet


@admin.register(Owner)
class OwnerAdmin(ExchangeAdmin):
    view_permission = Permission.VIEW_BUSINESSES
    add_permission = change_permission = Permission.EDIT_BUSINESSES
    export_permission = Permission.EXPORT_BUSINESSES
    refusals = (actions.ActionError, IntegrityError)
    form = OwnerForm
    list_display = ("name", "masked_national_id", "masked_phone", "ward", "count_of_businesses")
    list_filter = (WithoutBusinessFilter,)
    list_select_related = ("ward",)
    search_fields = ("name",)
    search_help_text = "Cari menurut nama. NIK tidak pernah dicari lewat alamat halaman."
    fields = ("name", "national_id", "phone", "sex", "born_on", "address", "ward", "seen_version", "seen_at")
    fields_to_read = ("name", "masked_national_id", "masked_phone", "sex", "born_on", "address", "ward")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Owner]:
        rows: Any = super().get_queryset(request)  # scoped by the queryset's own word
        counted: OwnerQuerySet = rows.with_count_of_businesses()
        return counted

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return self.fields if may_write else self.fields_to_read

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_write = obj is not None and self.has_change_permission(request, obj)
        own = (None, {"fields": self.get_fields(request, obj)})
        return [*(proposal_fieldset(obj) if may_write else []), own]

    @admin.display(description="UMKM", ordering="count_of_businesses")
    def count_of_businesses(self, owner: Owner) -> str:
        count: int = owner.count_of_businesses  # type: ignore[attr-defined]  # annotated
        return format_integer(count) if count else "Tanpa UMKM"

    @admin.display(description="NIK")
    def masked_national_id(self, owner: Owner) -> str:
        return owner.masked_national_id or "–"

    @admin.display(description="nomor telepon")
    def masked_phone(self, owner: Owner) -> str:
        return owner.masked_phone or "–"

    def save_model(self, request: HttpRequest, obj: Owner, form: Any, change: bool) -> None:
        seen = form.expected_version if change else None
        if form.proposes:
            propose(request, obj, form, expected_version=seen)
        else:
            actions.save_owner(owner=obj, by=form.user, at=timezone.now(), expected_version=seen)
        for warning in form.warnings:
            messages.warning(request, warning)
