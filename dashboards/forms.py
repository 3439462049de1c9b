"""The filters of the dashboard: one GET form read by the page, the charts and the downloads."""

from __future__ import annotations

from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import Exists, OuterRef
from django.http import QueryDict

from core.models import Region, User
from dashboards.aggregates import RULE_SET_LABELS, Filters, rule_set_of
from registry.models import Sector
from registry.models.businesses import SCALE_CHOICES
from surveys.models import Response, Wave


def readable_waves(user: User) -> list[Wave]:
    """All waves, newest first; `has_rows` tells whether the user may see an accepted response of it."""
    visible = Response.objects.for_user(user).counted().filter(wave_id=OuterRef("pk"))
    return list(Wave.objects.newest_first().annotate(has_rows=Exists(visible)))


def newest_with_rows(waves: list[Wave]) -> Wave | None:
    """The wave a page opens with: the newest that has responses, else the newest."""
    return next((wave for wave in waves if getattr(wave, "has_rows", False)), waves[0] if waves else None)


def sector_key(sector: Sector) -> str:
    return f"{sector.version}-{sector.code}"


def choice_field(label: str, refusal: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages={"invalid_choice": refusal})


class FilterForm(forms.Form):
    wave = choice_field("Gelombang", "Gelombang ini tidak ada. Pilih salah satu dari daftar.")
    district = choice_field(
        "Kecamatan", "Kecamatan ini tidak ada atau di luar wilayah kerja Anda. Pilih salah satu dari daftar."
    )
    sector = choice_field("Jenis usaha", "Jenis usaha ini tidak ada. Pilih salah satu dari daftar.")
    scale = choice_field("Skala usaha", "Skala usaha ini tidak ada. Pilih salah satu dari daftar.")

    def __init__(self, data: QueryDict, *, user: User) -> None:
        waves = readable_waves(user)
        self.default_wave = newest_with_rows(waves)
        default_code = self.default_wave.code if self.default_wave else ""
        super().__init__({**data.dict(), "wave": data.get("wave") or default_code})
        self.waves = {wave.code: wave for wave in waves}
        self.districts = {region.code: region for region in Region.objects.districts().for_user(user)}
        self.sectors = {sector_key(sector): sector for sector in Sector.objects.in_study_order()}
        self._offer("wave", [(code, wave.title) for code, wave in self.waves.items()], empty=None)
        self._offer("district", [(code, region.name) for code, region in self.districts.items()])
        self._offer("sector", [(key, _sector_name(sector)) for key, sector in self.sectors.items()])
        self._offer("scale", [(str(value), label) for value, label in SCALE_CHOICES])
        if self.default_wave is not None:
            self.fields["scale"].label = f"Skala usaha ({RULE_SET_LABELS[rule_set_of(self.shown_wave)]})"

    def _offer(self, name: str, choices: list[tuple[str, str]], empty: str | None = "Semua") -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices if empty is None else [("", empty), *choices]
        field.initial = ""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        columns = [Div(Field(name), css_class="col-12 col-sm-6 col-lg-3") for name in self.fields]
        helper.layout = Layout(Div(*columns, css_class="row"))
        return helper

    @property
    def shown_wave(self) -> Wave:
        """The wave asked for, or the default one where none or an unknown one is asked for."""
        wave = self.waves.get(self.data.get("wave") or "", self.default_wave)
        assert wave is not None
        return wave

    @property
    def filters(self) -> Filters:
        """What was chosen; call it on a valid form."""
        chosen = self.cleaned_data
        return Filters(
            district=self.districts.get(chosen["district"]),
            sector=self.sectors.get(chosen["sector"]),
            scale=chosen["scale"],
        )

    def query(self, *, without: str = "") -> str:
        """The valid choices as they stand in an address, the wave always named."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name != without}
        return urlencode({**chosen, "wave": self.shown_wave.code})


def _sector_name(sector: Sector) -> str:
    return (
        sector.table_label if sector.is_current else f"{sector.table_label} ({sector.get_version_display()})"
    )
