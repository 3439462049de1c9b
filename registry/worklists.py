"""What is missing or odd in the register, as lists to be worked off: one condition each, counted in one query.

A count and its list come from the same condition: the filter `worklist` of `registry.filters`. Businesses that
have closed or moved are on no list, and neither are reconstructed rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.module_loading import import_string

from core.models import Region, User
from registry.models import Business, BusinessStatus
from registry.models.businesses import BusinessQuerySet
from registry.size_class import Scale

STALE_AFTER = timedelta(days=365)
COUNTED = 1_000  # on the first page; beyond them it says "more"
IN_BUSINESS = Q(status__in=[BusinessStatus.ACTIVE, BusinessStatus.FOUND_IN_FIELD])


@dataclass(frozen=True)
class Worklist:
    """`condition` gives what puts a business on the list, on the day."""

    key: str
    label: str
    advice: str
    condition: Callable[[date], Q]


def _always(condition: Q) -> Callable[[date], Q]:
    return lambda day: condition


def _stale(day: date) -> Q:
    """Neither changed for a year nor, as the apps of `BUSINESS_CONTACTS` know, spoken to."""
    since = datetime.combine(day - STALE_AFTER, time.min, tzinfo=timezone.get_default_timezone())
    condition = Q(updated_at__lt=since)
    for name in settings.BUSINESS_CONTACTS:
        spoken_to: Callable[[datetime], Combinable] = import_string(name)
        condition &= ~Q(spoken_to(since))
    return condition


def _nowhere_here() -> Q:
    south, north, west, east = settings.CITY_BOUNDS
    inside = Q(latitude__range=(south, north), longitude__range=(west, east))
    return Q(latitude__isnull=True) | ~inside


def _reported_gone() -> Q:
    """What the apps of `BUSINESS_REPORTS` heard since the record was last changed: closed, or moved."""
    condition = Q(pk__in=[])
    for name in settings.BUSINESS_REPORTS:
        reported: Callable[[], Combinable] = import_string(name)
        condition |= Q(reported())
    return condition


WORKLISTS: tuple[Worklist, ...] = (
    Worklist("no_ward", "Tanpa kelurahan", "Isi kelurahan tempat usaha.", _always(Q(ward__isnull=True))),
    Worklist("no_kbli", "Tanpa kode KBLI", "Isi lima angka kode KBLI.", _always(Q(kbli_code=""))),
    Worklist(
        "no_amounts",
        "Jumlah rupiah belum lengkap",
        "Isi kekayaan bersih, modal usaha, dan omzet per tahun.",
        _always(Q(net_assets__isnull=True) | Q(business_capital__isnull=True) | Q(annual_sales__isnull=True)),
    ),
    Worklist(
        "scales_differ",
        "Skala berbeda menurut kedua undang-undang",
        "Periksa jumlah rupiahnya; bila benar, tidak ada yang perlu diubah.",
        _always(
            ~Q(scale_uu20=F("scale_pp7"))
            & ~Q(scale_uu20=Scale.UNCLASSIFIED.value)
            & ~Q(scale_pp7=Scale.UNCLASSIFIED.value)
        ),
    ),
    Worklist(
        "stale",
        "Lebih dari 12 bulan tidak diperbarui",
        "Hubungi atau wawancarai pelaku usahanya.",
        _stale,
    ),
    Worklist(
        "reported_gone",
        "Menurut kunjungan lapangan tutup atau pindah",
        "Tanyakan pelaku usahanya; bila benar, ubah status usahanya.",
        lambda day: _reported_gone(),
    ),
    Worklist(
        "no_coordinates",
        "Koordinat kosong atau di luar kota",
        "Isi lintang dan bujur tempat usaha.",
        lambda day: _nowhere_here(),
    ),
    Worklist(
        "no_phone",
        "Tanpa nomor telepon",
        "Isi nomor telepon pelaku usaha.",
        _always(Q(owner__phone__isnull=True)),
    ),
    Worklist(
        "no_nik",
        "Tanpa NIK",
        "Isi NIK pelaku usaha sesuai KTP.",
        _always(Q(owner__national_id__isnull=True)),
    ),
)
BY_KEY = {worklist.key: worklist for worklist in WORKLISTS}
CHOICES = [(worklist.key, worklist.label) for worklist in WORKLISTS]


def on_worklist(businesses: BusinessQuerySet, key: str, day: date) -> BusinessQuerySet:
    """Those of the businesses that are on the list on that day."""
    return businesses.filter(IN_BUSINESS, BY_KEY[key].condition(day))


@dataclass(frozen=True)
class DistrictCount:
    """`code` and `name` of a kecamatan, and how many businesses of it are on a list."""

    code: str
    name: str
    count: int


@dataclass(frozen=True)
class WorklistCount:
    worklist: Worklist
    total: int
    districts: list[DistrictCount]


@dataclass(frozen=True)
class Quality:
    """`businesses` are those looked at: in business, real, in the user's area."""

    businesses: int
    worklists: list[WorklistCount]


def quality(user: User, day: date) -> Quality:
    """All lists, each as a whole and kecamatan by kecamatan, from one pass over the register."""
    counts: dict[str, Any] = {
        worklist.key: Count("pk", filter=worklist.condition(day)) for worklist in WORKLISTS
    }
    looked_at = Business.objects.for_user(user).real().filter(IN_BUSINESS).order_by()
    rows: list[Any] = list(looked_at.values("district_id").annotate(businesses=Count("pk"), **counts))
    by_district = {row["district_id"]: row for row in rows}
    districts = [
        district for district in Region.objects.for_user(user).districts().order_by("code")
        if district.pk in by_district
    ]  # fmt: skip
    return Quality(
        sum(row["businesses"] for row in rows),
        [
            WorklistCount(
                worklist,
                sum(row[worklist.key] for row in rows),
                [DistrictCount(d.code, d.name, by_district[d.pk][worklist.key]) for d in districts],
            )
            for worklist in WORKLISTS
        ],
    )


def waiting(user: User, day: date) -> int:
    """How many businesses are on a list that asks for something, counted to one more than COUNTED."""
    any_list = Q()
    for worklist in WORKLISTS:
        if worklist.key != "scales_differ":  # may be as it is
            any_list |= worklist.condition(day)
    found = Business.objects.for_user(user).real().filter(IN_BUSINESS).filter(any_list)
    return found.order_by()[: COUNTED + 1].count()
