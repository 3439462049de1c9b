"""What a list of businesses may be narrowed by: one form for the address bar, one filter for every use.

The list, its count and the download all go through `matching`, so that no two of them can differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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

from core.forms import CleanCharField, WholeNumberField
from core.models import Region, User
from core.permissions import Permission
from core.personal_numbers import NO_NIK_HERE, has_personal_number
from registry import filter_choices as choices
from registry.models import Business, BusinessStatus, RegistrationState, Sector
from registry.models.businesses import HEADLINE_COLUMNS, SCALE_CHOICES, BusinessQuerySet
from registry.search import containing
from registry.size_class import RULE_SETS
from registry.worklists import CHOICES as WORKLIST_CHOICES
from registry.worklists import on_worklist

# Choosing in these changes the list at once; a search waits for Enter.
LIVE = "live-filter"
LAST_YEAR = 2_100
WITH_NUMBERS = "Nama usaha, pelaku usaha, produk, nomor pendaftaran, NIB, NIK, atau telepon"
MAIN = (
    "search",
    "sector",
    "district",
    "ward",
    "scale",
    "status",
    "registration",
)  # the others are folded away


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
    scale_second: str = ""  # under the law that is not shown first
    legal_form: str = ""
    workers: str = ""
    year_from: int | None = None
    year_to: int | None = None
    nib: str = ""
    npwp: str = ""
    permit: str = ""
    location: str = ""
    source: str = ""
    batch: str = ""
    with_reconstruction: bool = False
    day: date = date.max  # on which a worklist is looked at


@dataclass(frozen=True)
class Chip:
    label: str
    value: str
    query_without: str


# The filters with a condition of their own, in `registry.filter_choices`.
NARROWING: dict[str, Callable[[BusinessQuerySet, str], BusinessQuerySet]] = {
    "legal_form": choices.with_legal_form,
    "workers": choices.with_workers,
    "nib": choices.with_nib,
    "npwp": choices.with_npwp,
    "permit": choices.with_permit,
    "location": choices.with_location,
    "batch": choices.of_batch,
}


def matching(
    businesses: BusinessQuerySet, filters: Filters, *, by_index: bool = True, first: int | None = None
) -> BusinessQuerySet:
    """The businesses that all the filters let through; `by_index` and `first` as in `registry.search`."""
    if not filters.with_reconstruction:
        businesses = businesses.real()
    if filters.search:
        businesses = containing(businesses, filters.search, by_index=by_index, first=first)
    businesses = businesses.filter(**_equal(filters))
    for name, narrow in NARROWING.items():
        if choice := getattr(filters, name):
            businesses = narrow(businesses, choice)
    if filters.worklist:
        businesses = on_worklist(businesses, filters.worklist, filters.day)
    return businesses


def second_rule_set() -> str:
    """The law that the site does not show first."""
    return next(name for name in HEADLINE_COLUMNS if name != settings.HEADLINE_RULE_SET)


def _equal(filters: Filters) -> dict[str, Any]:
    """The columns that must have exactly what was chosen, or lie within it."""
    wanted = {
        "sector": filters.sector,
        "district": filters.district,
        "ward": filters.ward,
        HEADLINE_COLUMNS[settings.HEADLINE_RULE_SET]: filters.scale,
        HEADLINE_COLUMNS[second_rule_set()]: filters.scale_second,
        "status": filters.status,
        "registration__state": filters.registration,
        "source": filters.source,
        "started_on__year__gte": filters.year_from,
        "started_on__year__lte": filters.year_to,
    }
    return {column: value for column, value in wanted.items() if value not in (None, "")}


def _choice(label: str, refusal: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, error_messages={"invalid_choice": f"{refusal} Pilih dari daftar."}
    )


def _year(label: str) -> WholeNumberField:
    field = WholeNumberField(label=label, required=False, maximum=LAST_YEAR)
    field.widget.attrs["class"] = LIVE
    return field


class Offers:
    """What a user may choose among that is read from the database; for several forms at once."""

    def __init__(self, user: User) -> None:
        regions = list(
            Region.objects.for_user(user).exclude(level=Region.Level.CITY).select_related("parent")
        )
        self.districts = {region.code: region for region in regions if region.level == Region.Level.DISTRICT}
        self.wards = {region.code: region for region in regions if region.level == Region.Level.WARD}
        self.sectors = {
            f"{sector.version}-{sector.code}": sector for sector in Sector.objects.in_study_order()
        }
        self.sources = choices.source_choices()
        self.batches = choices.batch_choices(user)


class FilterForm(forms.Form):
    """A GET form: its field names are the names in the address."""

    search = CleanCharField(
        label="Cari",
        required=False,
        max_length=100,
        help_text="Nama usaha, pelaku usaha, produk, nomor pendaftaran, atau NIB",
        widget=forms.TextInput({"type": "search"}),
    )
    sector = _choice("Jenis usaha", "Jenis usaha ini tidak ada.")
    district = _choice("Kecamatan", "Kecamatan ini tidak ada atau di luar wilayah kerja Anda.")
    ward = _choice("Kelurahan", "Kelurahan ini tidak ada atau di luar wilayah kerja Anda.")
    scale = _choice("Skala usaha", "Skala usaha ini tidak ada.")
    status = _choice("Status usaha", "Status usaha ini tidak ada.")
    registration = _choice("Pendaftaran", "Status pendaftaran ini tidak ada.")
    worklist = _choice("Mutu data", "Daftar kerja ini tidak ada.")
    scale_second = _choice("Skala lainnya", "Skala usaha ini tidak ada.")
    legal_form = _choice("Bentuk usaha", "Bentuk usaha ini tidak ada.")
    workers = _choice("Tenaga kerja", "Pilihan tenaga kerja ini tidak ada.")
    year_from = _year("Mulai dari tahun")
    year_to = _year("Mulai sampai tahun")
    nib = _choice("NIB", "Pilihan NIB ini tidak ada.")
    npwp = _choice("NPWP", "Pilihan NPWP ini tidak ada.")
    permit = _choice("Izin", "Izin ini tidak ada.")
    location = _choice("Titik lokasi", "Pilihan titik lokasi ini tidak ada.")
    source = _choice("Sumber", "Sumber ini tidak ada lagi.")
    batch = _choice("Impor", "Impor ini tidak ada lagi atau bukan milik Anda.")
    reconstruction = forms.BooleanField(
        label="Sertakan baris rekonstruksi",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": LIVE}),
    )

    def __init__(self, data: Any, *, user: User, offers: Offers | None = None) -> None:
        super().__init__(data)
        offers = offers or Offers(user)
        if user.can(Permission.FIND_BY_NUMBER):
            self.fields["search"].help_text = WITH_NUMBERS
        self.districts, self.wards, self.sectors = offers.districts, offers.wards, offers.sectors
        self._offer("sector", [(key, _sector_name(sector)) for key, sector in self.sectors.items()])
        self._offer("district", [(code, region.name) for code, region in self.districts.items()])
        self._offer("ward", _grouped(self.wards.values()))
        self._offer("scale", SCALE_CHOICES)
        self._offer("status", BusinessStatus.choices)
        self._offer("registration", RegistrationState.choices)
        self._offer("worklist", WORKLIST_CHOICES)
        self._offer("scale_second", SCALE_CHOICES)
        self._offer("legal_form", choices.LEGAL_FORMS)
        self._offer("workers", choices.WORKER_CHOICES)
        for name in ("nib", "npwp", "location"):
            self._offer(name, choices.HAS)
        self._offer("permit", choices.PERMITS)
        self._offer("source", offers.sources)
        self._offer("batch", offers.batches)
        self.fields["scale_second"].help_text = f"Menurut {RULE_SETS[second_rule_set()].legal_basis}"
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

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("year_from"), self.cleaned_data.get("year_to")
        if first is not None and last is not None and first > last:
            self.add_error("year_to", "Tahun akhir mendahului tahun awal.")
        return self.cleaned_data

    @property
    def filters(self) -> Filters:
        """What was chosen; call it on a valid form."""
        chosen = dict(self.cleaned_data)
        return Filters(
            sector=self.sectors.get(chosen.pop("sector")),
            district=self.districts.get(chosen.pop("district")),
            ward=self.wards.get(chosen.pop("ward")),
            with_reconstruction=chosen.pop("reconstruction"),
            day=timezone.localdate(),
            **chosen,
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
            elif name != "search":
                named.append((str(field.label), "Ya" if name == "reconstruction" else value))
        return named

    def query(self, **more: str) -> str:
        return urlencode({**self.chosen, **more})

    @property
    def chips(self) -> list[Chip]:
        """The filters in use, each with the address of the list without it."""
        chosen = self.chosen
        named = [("search", "Cari", chosen["search"])] if "search" in chosen else []
        named += [
            (name, label, value)
            for name, (label, value) in zip(
                (name for name in chosen if name != "search"), self.described, strict=True
            )
        ]
        return [
            Chip(label, value, urlencode({key: kept for key, kept in chosen.items() if key != name}))
            for name, label, value in named
        ]

    @property
    def extra_names(self) -> list[str]:
        return [name for name in self.fields if name not in (*MAIN, "reconstruction")]

    @property
    def extra_has_errors(self) -> bool:
        return any(name in self.errors for name in self.extra_names)

    @property
    def helper(self) -> FormHelper:
        return _grid(MAIN)

    @property
    def extra_helper(self) -> FormHelper:
        return _grid(self.extra_names)


def _grid(names: Iterable[str]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
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
