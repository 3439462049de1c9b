"""Publishing a consent text: only ever a new version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from core.admin.scoped import ScopedAdmin
from core.forms import CleanTextField, IndonesianDateField
from core.permissions import Permission
from registry.actions import publish_consent
from registry.models import ConsentText


class ConsentTextForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    text = CleanTextField(
        label="Naskah",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text="Dibaca pemohon sebelum pertanyaan pertama. Naskah yang sudah terbit tidak dapat diubah.",
    )
    valid_from = IndonesianDateField(label="Berlaku mulai", help_text="Hari ini atau sesudahnya")

    class Meta:
        model = ConsentText
        fields = ("text", "valid_from")


@admin.register(ConsentText)
class ConsentTextAdmin(ScopedAdmin):
    view_permission = Permission.MANAGE_REFERENCE
    add_permission = Permission.MANAGE_REFERENCE
    form = ConsentTextForm
    list_display = ("version", "valid_from")
    fields = ("text", "valid_from")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.base_fields["valid_from"].earliest = timezone.localdate()  # nobody agreed to it before
        return form

    def save_model(self, request: HttpRequest, obj: ConsentText, form: Any, change: bool) -> None:
        published = publish_consent(
            text=obj.text, valid_from=obj.valid_from, by=self.by(request), at=timezone.now()
        )
        obj.pk, obj.version = published.pk, published.version
