"""Kinds of business, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from core import audit
from core.admin.scoped import ScopedAdmin
from core.forms import CleanCharField
from core.models import Verb
from core.permissions import Permission
from registry.models import Sector

if TYPE_CHECKING:  # generic only in the stubs
    _SectorForm = forms.ModelForm[Sector]
else:
    _SectorForm = forms.ModelForm


class SectorForm(_SectorForm):
    name = CleanCharField(label="Nama", max_length=200)

    class Meta:
        model = Sector
        fields = ("name", "is_offered")


@admin.register(Sector)
class SectorAdmin(ScopedAdmin):
    """Letters, editions and the rows of the study are reference data: loaded by command, not typed."""

    view_permission = change_permission = Permission.MANAGE_REFERENCE
    form = SectorForm
    list_display = ("code", "name", "version", "divisions", "study_label", "is_offered", "is_current")
    list_filter = ("version", "is_offered")
    search_fields = ("name", "study_label")
    fields = ("version", "code", "name", "divisions", "study_row", "study_label", "is_offered", "is_current")
    readonly_fields = ("version", "code", "divisions", "study_row", "study_label", "is_current")

    @admin.display(description="golongan pokok")
    def divisions(self, sector: Sector) -> str:
        first, last = sector.division_first, sector.division_last
        return first if first == last else f"{first}–{last}"

    def save_model(self, request: HttpRequest, obj: Sector, form: Any, change: bool) -> None:
        """Audited here: no other page or command changes a single section."""
        changes = audit.field_changes(Sector.objects.get(pk=obj.pk), obj)
        obj.save(update_fields=["name", "is_offered"])
        if changes:
            audit.record(Verb.CHANGED, by=form.user, at=timezone.now(), subject=obj, changes=changes)
