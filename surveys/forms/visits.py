"""What came of a visit without an interview."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.formats import JAKARTA, format_date
from core.forms import NOT_A_CHOICE, REQUIRED, CleanTextField, IndonesianDateField
from surveys.models import Outcome, Wave

OUTCOMES = [
    (outcome.value, outcome.label)
    for outcome in (Outcome.NOT_FOUND, Outcome.CLOSED, Outcome.REFUSED, Outcome.MOVED)
]


class VisitForm(forms.Form):
    """When, with what outcome; an interview tells its own visit."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label="Hasil kunjungan",
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    visited_on = IndonesianDateField(label="Tanggal kunjungan", help_text="Contoh: 31/01/2026")
    visited_time = forms.TimeField(
        label="Jam kunjungan",
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TimeInput(attrs={"placeholder": "jj.mm", "autocomplete": "off"}, format="%H.%M"),
        help_text="Contoh: 09.30",
        error_messages={"required": REQUIRED, "invalid": "Tulis jam dan menitnya, misalnya 09.30."},
    )
    note = CleanTextField(label="Catatan", required=False, max_length=1_000)

    def __init__(self, data: Any, *, wave: Wave, at: datetime) -> None:
        self.wave, self.at = wave, at
        now = at.astimezone(JAKARTA)
        super().__init__(data, initial={"visited_on": now.date(), "visited_time": now.time()})

    def clean_visited_on(self) -> date:
        day: date = self.cleaned_data["visited_on"]
        if not self.wave.period_start <= day <= self.wave.period_end:
            start, end = format_date(self.wave.period_start), format_date(self.wave.period_end)
            raise ValidationError(f"Tanggal kunjungan harus antara {start} dan {end}.")
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("visited_on") and data.get("visited_time") is not None and self.visited_at > self.at:
            self.add_error("visited_on", "Kunjungan tidak boleh sesudah sekarang.")
        return data

    @property
    def visited_at(self) -> datetime:
        at: time = self.cleaned_data["visited_time"]
        return datetime.combine(self.cleaned_data["visited_on"], at, tzinfo=JAKARTA)

    def told(self) -> dict[str, Any]:
        return {
            "outcome": Outcome(self.cleaned_data["outcome"]),
            "visited_at": self.visited_at,
            "note": self.cleaned_data["note"],
        }
