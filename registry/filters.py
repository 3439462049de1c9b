"""What a list of businesses may be narrowed by: one form for the address bar, one filter for every use.

The list, its count and the download all go through `matching`, so that no two of them can differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.conf import settings
from django.utils import timezone

from core.forms import CleanCharField, SearchInput
from core.models import Region, User
from core.personal_numbers import NO_NIK_HERE, has_personal_number
from registry.models import Business, BusinessStatus, RegistrationState, Sector
from registry.models.businesses import HEADLINE_COLUMNS, SCALE_CHOICES, BusinessQuerySet
from registry.search import containing
from registry.size_class import RULE_SETS
from registry.worklists import CHOICES as WORKLIST_CHOICES
from registry.worklists import on_worklist

# Choosing in these changes the list at once; a search waits for Enter.
LIVE = "live-filter"


@dataclass(frozen=True)
class Filters:
    """What was chosen; the empty one shows all but the reconstructed rows."""

    search: str = ""
    sector: Sector | None = None
    district: Region | None = None
    ward: Region | None = None
    scale: str = ""
    status: str = ""
    registration: str = ""
    worklist: str = ""
    with_reconstruction: bool = False
    day: date = date.max  # on which a worklist is looked at


def matching(businesses: BusinessQuerySet, filters: Filters, *, by_index: bool = True) -> BusinessQuerySet:
    """The businesses that all the filters let through; `by_index` as in `registry.search`."""
    if not filters.with_reconstruction:
        businesses = businesses.real()
    if filters.search:
        businesses = containing(businesses, filters.search, by_index=by_index)
    if filters.sector is not None:
        businesses = businesses.filter(sector=filters.sector)
    if filters.district is not None:
        businesses = businesses.filter(district=filters.district)
    if filters.ward is not None:
        businesses = businesses.filter(ward=filters.ward)
    if filters.scale:
        businesses = businesses.filter(**{HEADLINE_COLUMNS[settings.HEADLINE_RULE_SET]: filters.scale})
    if filters.status:
        businesses = businesses.filter(status=filters.status)
    if filters.registration:
        businesses = businesses.filter(registration__state=filters.registration)
    if filters.worklist:
        businesses = on_worklist(businesses, filters.worklist, filters.day)
    return businesses


def _choice(label: str, refusal: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, error_messages={"invalid_choice": f"{refusal} Pilih dari daftar."}
    )


class FilterForm(forms.Form):
    """A GET form: its field names are the names in the address."""

    search = CleanCharField(
        label="Cari",
        required=False,
        max_length=100,
        help_text="Nama usaha, pelaku usaha, produk, nomor pendaftaran, atau NIB",
        widget=SearchInput(),
    )
    sector = _choice("Jenis usaha", "Jenis usaha ini tidak ada.")
    district = _choice("Kecamatan", "Kecamatan ini tidak ada atau di luar wilayah kerja Anda.")
    ward = _choice("Kelurahan", "Kelurahan ini tidak ada atau di luar wilayah kerja Anda.")
    scale = _choice("Skala usaha", "Skala usaha ini tidak ada.")
    status = _choice("Status usaha", "Status usaha ini tidak ada.")
    registration = _choice("Pendaftaran", "Status pendaftaran ini tidak ada.")
    worklist = _choice("Mutu data", "Daftar kerja ini tidak ada.")
    reconstruction = forms.BooleanField(
        label="Sertakan baris rekonstruksi",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": LIVE}),
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        regions = list(
            Region.objects.for_user(user).exclude(level=Region.Level.CITY).select_related("parent")
        )
        self.districts = {region.code: region for region in regions if region.level == Region.Level.DISTRICT}
        self.wards = {region.code: region for region in regions if region.level == Region.Level.WARD}
        self.sectors = {
            f"{sector.version}-{sector.code}": sector for sector in Sector.objects.in_study_order()
        }
        self._offer("sector", [(key, _sector_name(sector)) for key, sector in self.sectors.items()])
        self._offer("district", [(code, region.name) for code, region in self.districts.items()])
        self._offer("ward", _grouped(self.wards.values()))
        self._offer("scale", SCALE_CHOICES)
        self._offer("status", BusinessStatus.choices)
        self._offer("registration", RegistrationState.choices)
        self._offer("worklist", WORKLIST_CHOICES)
        self.fields["scale"].help_text = f"Menurut {RULE_SETS[settings.HEADLINE_RULE_SET].legal_basis}"

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Semua"), *choices]
        field.widget.attrs["class"] = LIVE

    def clean_search(self) -> str:
        search: str = self.cleaned_data["search"]
        if has_personal_number(search):
            raise forms.ValidationError(NO_NIK_HERE)
        return search

    @property
    def filters(self) -> Filters:
        """What was chosen; call it on a valid form."""
        chosen = self.cleaned_data
        return Filters(
            search=chosen["search"],
            sector=self.sectors.get(chosen["sector"]),
            district=self.districts.get(chosen["district"]),
            ward=self.wards.get(chosen["ward"]),
            scale=chosen["scale"],
            status=chosen["status"],
            registration=chosen["registration"],
            worklist=chosen["worklist"],
            with_reconstruction=chosen["reconstruction"],
            day=timezone.localdate(),
        )

    @property
    def chosen(self) -> dict[str, str]:
        """The filters in use, as they stand in the address."""
        given = ((name, self.cleaned_data.get(name)) for name in self.fields)
        return {name: "1" if value is True else str(value) for name, value in given if value}

    @property
    def described(self) -> list[tuple[str, str]]:
        """The filters in use as a reader names them, but for the search: people search for names."""
        named = []
        for name, value in self.chosen.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                named.append((str(field.label), _label(field, value)))
            elif name == "reconstruction":
                named.append((str(field.label), "Ya"))
        return named

    def query(self, **more: str) -> str:
        return urlencode({**self.chosen, **more})

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        # The box stands beside the buttons, below the grid.
        names = [name for name in self.fields if name != "reconstruction"]
        fields = [Div(Field(name), css_class=f"filter-{name}") for name in names]
        helper.layout = Layout(Div(*fields, css_class="filter-grid"))
        return helper


def _label(field: forms.ChoiceField, value: str) -> str:
    """The label of a chosen key, also where the choices are in groups."""
    choices: Any = field.choices
    groups = [label if isinstance(label, (list, tuple)) else [(key, label)] for key, label in choices]
    return next((str(label) for group in groups for key, label in group if str(key) == value), value)


def _sector_name(sector: Sector) -> str:
    return (
        sector.table_label if sector.is_current else f"{sector.table_label} ({sector.get_version_display()})"
    )


def _grouped(wards: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kelurahan under the name of their kecamatan; the codes keep them together."""
    return [
        (str(district), [(ward.code, ward.name) for ward in group])
        for district, group in groupby(wards, key=lambda ward: ward.parent)
    ]


def for_download(user: User, filters: Filters) -> BusinessQuerySet:
    """The rows of a download: those of the list on all its pages, in its order."""
    return matching(Business.objects.for_user(user), filters).for_file().newest_first()
