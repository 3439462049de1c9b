"""Which earlier state, and what of it comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from core.formats import format_date
from core.forms import CleanTextField, IndonesianDateField
from registry.forms.steps import MAX_REASON_LENGTH
from registry.versions import Version

LARGEST_KEY = 2**63 - 1


class MomentForm(forms.Form):
    """In the address: an event, or with `before` what it found, or a day."""

    event = forms.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False)
    before = forms.BooleanField(required=False)
    on = IndonesianDateField(label="Keadaan pada tanggal", required=False, help_text="Contoh: 21/03/2021")

    def __init__(self, *args: Any, today: date, since: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.since = since
        on = self.fields["on"]
        assert isinstance(on, IndonesianDateField)
        on.latest = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("event")) == bool(data.get("on")):
            self.add_error("on", "Isi tanggalnya.")
        elif data.get("on") and data["on"] < self.since:
            self.add_error("on", f"Data ini baru dicatat pada {format_date(self.since)}.")
        return data


class RestoreForm(forms.Form):
    """`fields` are those of the version that differ from today."""

    fields_back = forms.MultipleChoiceField(
        label="Yang dikembalikan",
        error_messages={"required": "Pilih paling sedikit satu data yang dikembalikan."},
    )
    reason = CleanTextField(
        label="Alasan", max_length=MAX_REASON_LENGTH, help_text="Jangan tulis NIK atau nomor lain di sini."
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: Version, **options: Any) -> None:
        super().__init__(*args, **options)
        names = [difference.name for difference in version.differences]
        chosen = self.fields["fields_back"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(name, name) for name in names]
        self.initial = {"fields_back": names, "seen_version": version.record.version}
