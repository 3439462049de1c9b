"""Forms about likely doubles: narrow the list, say that two are two, choose what is kept of each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MinLengthValidator
from django.utils.text import capfirst

from core.forms import CleanCharField
from core.models import Region, User
from registry.actions import MIN_REASON_LENGTH
from registry.duplicates.comparing import LOSER, WINNER, Comparison
from registry.duplicates.listing import PairFilters

MAX_REASON = 300
SCORES = (("", "Semua"), ("80", "80 ke atas"), ("90", "90 ke atas"), ("100", "100"))


class PairFilterForm(forms.Form):
    """A GET form: its field names are the names in the address."""

    district = forms.ChoiceField(
        label="Kecamatan",
        required=False,
        error_messages={
            "invalid_choice": "Kecamatan ini tidak ada atau di luar wilayah kerja Anda. Pilih dari daftar."
        },
    )
    score = forms.ChoiceField(
        label="Skor",
        required=False,
        choices=SCORES,
        error_messages={"invalid_choice": "Skor ini tidak ada. Pilih dari daftar."},
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.districts = {region.code: region for region in Region.objects.for_user(user).districts()}
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Semua"), *((code, region.name) for code, region in self.districts.items())]

    @property
    def filters(self) -> PairFilters:
        chosen = self.cleaned_data
        return PairFilters(self.districts.get(chosen["district"]), int(chosen["score"] or 0))

    def query(self, **more: str) -> str:
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return urlencode({**chosen, **more})


def _reason(label: str) -> CleanCharField:
    return CleanCharField(
        label=label,
        max_length=MAX_REASON,
        validators=[
            MinLengthValidator(MIN_REASON_LENGTH, f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
        ],
        help_text="Tampak pada riwayat kedua UMKM. Jangan tulis data pribadi di sini.",
    )


class DismissForm(forms.Form):
    reason = _reason("Alasan bukan duplikat")


class UndoMergeForm(forms.Form):
    reason = _reason("Alasan mengurungkan")


class MergeForm(forms.Form):
    """A choice for each line that differs, the reason, and the versions that were looked at."""

    reason = _reason("Alasan menggabungkan")
    winner_version = forms.IntegerField(widget=forms.HiddenInput)
    loser_version = forms.IntegerField(widget=forms.HiddenInput)
    same_owner = forms.BooleanField(
        label="Kedua pelaku usaha orang yang sama",
        required=False,
        initial=False,
        help_text="UMKM lain milik yang tidak dipilih ikut pindah ke yang dipilih, dan kembali bila diurungkan.",
    )

    def __init__(self, data: Any, *, comparison: Comparison) -> None:
        versions = {
            "winner_version": comparison.winner.version,
            "loser_version": comparison.loser.version,
        }
        super().__init__(data, initial=versions)
        if not comparison.has_two_owners:
            del self.fields["same_owner"]
        self.lines = []
        for line in comparison.different:
            field = forms.ChoiceField(
                label=capfirst(line.label),
                choices=[(WINNER, line.winner or "Kosong"), (LOSER, line.loser or "Kosong")],
                initial=line.proposed,
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"Pilih salah satu {line.label}.",
                    "invalid_choice": f"Pilih salah satu {line.label}.",
                },
            )
            self.fields[f"take_{line.name}"] = field
            self.lines.append((line, f"take_{line.name}"))

    def bound_lines(self) -> list[dict[str, Any]]:
        """Each line with its bound field, for the table of the page."""
        return [{"line": line, "field": self[name]} for line, name in self.lines]

    @property
    def take(self) -> list[str]:
        """The names of the choices that go to the winner from the loser."""
        return [line.name for line, name in self.lines if self.cleaned_data[name] == LOSER]

    @property
    def versions(self) -> tuple[int, int]:
        return self.cleaned_data["winner_version"], self.cleaned_data["loser_version"]
