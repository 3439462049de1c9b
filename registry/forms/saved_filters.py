"""The small forms beside the list: a name for its filters, and which columns it shows."""

from __future__ import annotations

from django import forms

from core.forms import CleanCharField
from core.personal_numbers import has_personal_number
from registry.columns import CHOICES


class FilterNameForm(forms.Form):
    name = CleanCharField(label="Nama filter", max_length=60)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if has_personal_number(name):
            raise forms.ValidationError("Jangan memakai NIK atau nomor telepon sebagai nama.")
        return name


class ColumnsForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label="Kolom yang tampil",
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Kolom ini tidak ada. Pilih dari daftar."},
    )
