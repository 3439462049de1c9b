"""How many interviews are drawn to be checked again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from core.formats import JAKARTA
from core.forms import IndonesianDateField

MOST = 1_000


class DrawForm(forms.Form):
    """A GET form; the same choices always show the same interviews."""

    use_required_attribute = False
    seed = forms.IntegerField(
        label="Benih",
        min_value=0,
        max_value=10**9,
        help_text="Bilangan apa saja; benih yang sama memberi daftar yang sama.",
    )
    size = forms.IntegerField(label="Banyaknya", min_value=1, max_value=MOST)
    unit = forms.ChoiceField(label="Satuan", choices=[("n", "wawancara"), ("percent", "persen")])
    until = IndonesianDateField(label="Diterima sampai", help_text="Contoh: 31/01/2026")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("unit") == "percent" and (data.get("size") or 0) > 100:
            self.add_error("size", "Paling banyak 100 persen.")
        return data

    @property
    def chosen(self) -> dict[str, Any]:
        data = self.cleaned_data
        day: date = data["until"]
        size = {"percent" if data["unit"] == "percent" else "count": data["size"]}
        end = datetime.combine(day + timedelta(days=1), time(), tzinfo=JAKARTA)
        return {"seed": data["seed"], "until": end, **size}
