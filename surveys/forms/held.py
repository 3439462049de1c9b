"""Why a held send is set aside."""

from __future__ import annotations

from django import forms

from core.forms import CleanTextField
from registry.forms.steps import MAX_REASON_LENGTH


class DiscardForm(forms.Form):
    reason = CleanTextField(
        label="Alasan",
        max_length=MAX_REASON_LENGTH,
        help_text="Dicatat pada jejak audit. Jangan tulis data pribadi di sini.",
    )
