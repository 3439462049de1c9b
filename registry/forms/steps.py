"""The small forms of the steps on a business: why, since when, whose number."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinLengthValidator

from core.forms import CleanCharField, CleanTextField, IndonesianDateField
from registry.actions import MIN_REASON_LENGTH
from registry.models import BusinessStatus
from registry.steps import REJECT, RETURN, REVOKE, STATUS_STEPS, Step, steps_from

MAX_REASON_LENGTH = 500
REASON_HINTS = {
    RETURN: "Tulis apa yang harus diperbaiki; catatan ini dibaca oleh yang mengajukan.",
    REJECT: "Alasan ini dibaca oleh yang mengajukan. Pendaftaran yang ditolak tidak dapat diajukan lagi.",
    REVOKE: "Pendaftaran yang dicabut tidak dapat dipulihkan.",
}


class RevealForm(forms.Form):
    reason = CleanCharField(
        label="Alasan melihat",
        max_length=MAX_REASON_LENGTH,
        validators=[
            MinLengthValidator(MIN_REASON_LENGTH, f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
        ],
        help_text="Dicatat pada jejak audit bersama nama Anda. Jangan tulis data pribadi di sini.",
    )


class ReasonForm(forms.Form):
    """Why a step is taken, where the table wants to know."""

    reason = CleanTextField(label="Alasan", max_length=MAX_REASON_LENGTH)

    def __init__(self, *args: Any, step: Step, **options: Any) -> None:
        super().__init__(*args, **options)
        if not step.needs_reason:
            del self.fields["reason"]
        else:
            self.fields["reason"].help_text = f"{REASON_HINTS.get(step, '')} Dicatat pada riwayat.".strip()


class NoteForm(forms.Form):
    note = CleanTextField(
        label="Alasan", max_length=MAX_REASON_LENGTH, help_text="Dibaca oleh yang mengusulkan."
    )


class DecisionForm(forms.Form):
    """The version of the business that was read before it is approved."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class StatusForm(forms.Form):
    """What status the business may go to from the one it has."""

    status = forms.ChoiceField(
        label="Status usaha",
        error_messages={
            "required": "Pilih status usaha.",
            "invalid_choice": "Status ini tidak dapat dipilih. Pilih dari daftar.",
        },
    )
    on = IndonesianDateField(label="Sejak tanggal", help_text="Contoh: 21/03/2021")
    reason = CleanTextField(label="Alasan", max_length=MAX_REASON_LENGTH)

    def __init__(self, *args: Any, current: str, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        status, on = self.fields["status"], self.fields["on"]
        assert isinstance(status, forms.ChoiceField)
        assert isinstance(on, IndonesianDateField)
        offered = [BusinessStatus(step.target) for step in steps_from(current, STATUS_STEPS)]
        status.choices = [("", "Pilih…"), *((choice.value, choice.label) for choice in offered)]
        on.latest = today

    def clean_status(self) -> BusinessStatus:
        return BusinessStatus(self.cleaned_data["status"])


class RevokeForm(forms.Form):
    reason = CleanTextField(
        label="Alasan mencabut", max_length=MAX_REASON_LENGTH, help_text="Jangan tulis data pribadi di sini."
    )
