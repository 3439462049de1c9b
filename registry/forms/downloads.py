"""The form of a file that is handed out: how it is written, and whether personal numbers stand in it."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import CleanCharField
from core.models import User
from core.permissions import Permission
from registry.actions import MIN_REASON_LENGTH
from registry.exports import LAYOUT_CHOICES, REGISTER, Wanted
from registry.spreadsheets import FORMAT_CHOICES


class ExportForm(forms.Form):
    """The whole numbers only for holders of the permission, and only with a reason.

    `layouts`: whether the order of the columns may be chosen.
    """

    format = forms.ChoiceField(label="Bentuk berkas", choices=FORMAT_CHOICES, initial="xlsx")
    layout = forms.ChoiceField(
        label="Susunan kolom", choices=LAYOUT_CHOICES, initial=REGISTER, required=False
    )
    full = forms.BooleanField(label="Tanpa samaran: NIK, NPWP, dan telepon lengkap", required=False)
    reason = CleanCharField(
        label="Alasan",
        max_length=500,
        required=False,
        help_text="Wajib untuk data tanpa samaran. Tercatat pada jejak audit.",
    )

    def __init__(self, *args: Any, user: User, layouts: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not layouts:
            del self.fields["layout"]
        if not user.can(Permission.EXPORT_PERSONAL_DATA):
            del self.fields["full"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("full") and len(self.cleaned_data.get("reason", "")) < MIN_REASON_LENGTH:
            self.add_error("reason", f"Tulis alasan, paling sedikit {MIN_REASON_LENGTH} huruf.")
        return self.cleaned_data

    @property
    def wanted(self) -> Wanted:
        """What was asked for; call it on a valid form."""
        chosen = self.cleaned_data
        return Wanted(
            file_format=chosen["format"],
            layout=chosen.get("layout") or REGISTER,
            full=chosen.get("full", False),
            reason=chosen.get("reason", ""),
        )
