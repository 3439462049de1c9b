"""What a list of the field shows."""

from __future__ import annotations

from django import forms

from core.forms import CleanCharField, SearchInput


class RowFilterForm(forms.Form):
    """Which businesses of a wave the list shows; an address nobody could have typed shows all of them."""

    q = CleanCharField(
        label="Cari nama usaha atau kelurahan", required=False, max_length=100, widget=SearchInput()
    )
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Semua"), ("open", "Belum"), ("done", "Terkirim")],
    )

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {"words": self.cleaned_data.get("q", ""), "state": self.cleaned_data.get("status", "")}
