"""What somebody takes of the results of a wave: in which file, which interviews, with or without free text."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import NOT_A_CHOICE, CleanCharField
from core.models import User
from core.permissions import Permission
from registry.actions import MIN_REASON_LENGTH
from surveys.actions import FORMATS
from surveys.results.reading import Wanted


class ResultsForm(forms.Form):
    """Free text only for holders of the permission, and only with a reason."""

    format = forms.ChoiceField(
        label="Bentuk berkas",
        choices=[(name, one.label) for name, one in FORMATS.items()],
        error_messages={"required": "Pilih bentuk berkas.", "invalid_choice": NOT_A_CHOICE},
    )
    all_states = forms.BooleanField(
        label="Semua keadaan, juga yang menunggu pemeriksaan",
        required=False,
        help_text="Tanpa ini, hanya wawancara yang diterima.",
    )
    with_text = forms.BooleanField(label="Sertakan catatan dan jawaban teks", required=False)
    reason = CleanCharField(
        label="Alasan",
        max_length=500,
        required=False,
        help_text="Wajib bila catatan disertakan. Tercatat pada jejak audit.",
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        if not user.can(Permission.EXPORT_PERSONAL_DATA):
            del self.fields["with_text"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        if (
            self.cleaned_data.get("with_text")
            and len(self.cleaned_data.get("reason", "")) < MIN_REASON_LENGTH
        ):
            self.add_error("reason", f"Tulis alasan, paling sedikit {MIN_REASON_LENGTH} huruf.")
        return self.cleaned_data

    @property
    def wanted(self) -> Wanted:
        """Call it on a valid form."""
        chosen = self.cleaned_data
        return Wanted(all_states=chosen["all_states"], with_text=chosen.get("with_text", False))
