"""Reading a frame: what of the register goes into it, its rows as units to be drawn, and the strata they form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, QuerySet, Value, When

from core.models import Region, User
from registry.models import Business, BusinessStatus, RegistrationState, Sector
from registry.models.businesses import HEADLINE_COLUMNS, BusinessQuerySet
from registry.size_class import RULE_SETS, SCALE_LABELS, Scale
from surveys.models import Draw, Frame, FrameEntry, SampleEntry, StrataBy
from surveys.sampling.drawing import Unit, seal_of_frame

IN_FRAME = "in_frame"
# Why a business of the same filters is not in the frame; the first that fits counts.
EXCLUDED = {
    "merged": "Sudah digabung ke UMKM lain (ganda)",
    "reconstruction": "Baris rekonstruksi, bukan UMKM nyata",
    "closed": "Tutup",
    "moved": "Pindah",
    "found_in_field": "Ditemukan di lapangan, belum terdaftar",
    "not_registered": "Belum terdaftar (draf, menunggu, ditolak, atau tidak berlaku lagi)",
}
COPIED = ("business_id", "sector_id", "district_id", "scale_uu20", "scale_pp7")
SEALED = ("sector__version", "sector__code", "ward__code", "district__code", "scale_uu20", "scale_pp7")


@dataclass(frozen=True)
class FrameFilter:
    """Of the registered and active businesses those with one of each; nothing chosen stands for all."""

    districts: tuple[Region, ...] = ()
    sectors: tuple[Sector, ...] = ()
    scales: tuple[Scale, ...] = ()

    @property
    def codes(self) -> dict[str, Any]:
        return {
            "districts": [district.code for district in self.districts],
            "sectors": [f"{sector.version}-{sector.code}" for sector in self.sectors],
            "scales": [scale.value for scale in self.scales],
            "rule_set": settings.HEADLINE_RULE_SET,
        }

    @property
    def described(self) -> str:
        law = RULE_SETS[settings.HEADLINE_RULE_SET].legal_basis
        parts = (
            ("kecamatan", [district.name for district in self.districts]),
            ("jenis usaha", [sector.table_label for sector in self.sectors]),
            (f"skala usaha menurut {law}", [SCALE_LABELS[scale] for scale in self.scales]),
        )
        chosen = "; ".join(f"{name}: {', '.join(values)}" for name, values in parts if values)
        return f"UMKM terdaftar yang aktif; {chosen}." if chosen else "Semua UMKM terdaftar yang aktif."

    def matching(self, businesses: BusinessQuerySet) -> BusinessQuerySet:
        if self.districts:
            businesses = businesses.filter(district__in=self.districts)
        if self.sectors:
            businesses = businesses.filter(sector__in=self.sectors)
        if self.scales:
            column = HEADLINE_COLUMNS[settings.HEADLINE_RULE_SET]
            businesses = businesses.filter(**{f"{column}__in": self.scales})
        return businesses


@dataclass(frozen=True)
class FrameRow:
    """A business of a frame; `copied` are the values of `COPIED`, which its place on the sample takes over."""

    unit: Unit
    copied: tuple[Any, ...]


Cells = Mapping[tuple[Region, Sector], int]


@dataclass(frozen=True)
class Stratum:
    key: str
    label: str
    population: int


def counted_by_reason(wanted: FrameFilter, user: User) -> dict[str, int]:
    """Of the user's area how many a frame holds (`IN_FRAME`) and leaves out, by reason, in one query."""
    reason = Case(
        When(merged_into__isnull=False, then=Value("merged")),
        When(is_reconstruction=True, then=Value("reconstruction")),
        When(status=BusinessStatus.CLOSED, then=Value("closed")),
        When(status=BusinessStatus.MOVED, then=Value("moved")),
        When(status=BusinessStatus.FOUND_IN_FIELD, then=Value("found_in_field")),
        When(registration__state=RegistrationState.REGISTERED, then=Value(IN_FRAME)),
        default=Value("not_registered"),
    )
    counted = (
        wanted.matching(Business.objects.in_area_of(user))
        .order_by()
        .annotate(reason=reason)
        .values_list("reason")
        .annotate(n=Count("pk"))
    )
    return dict(counted)


def snapshot(wanted: FrameFilter, user: User) -> Iterator[tuple[Any, ...]]:
    """What a frame holds of each business as it stands: its key and three others, then what is sealed."""
    businesses = wanted.matching(Business.objects.in_area_of(user).registered()).order_by("pk")
    keys = ("pk", "sector_id", "ward_id", "district_id")
    return businesses.values_list(*keys, "public_id", *SEALED).iterator(chunk_size=5_000)


def seal_of(rows: Iterable[Sequence[Any]]) -> str:
    """Of rows that begin with the public id."""
    return seal_of_frame(tuple(map(str, row)) for row in rows)


def stored_seal(frame: Frame) -> str:
    """The seal that the stored rows give now."""
    return seal_of(_entries(frame).values_list("business__public_id", *SEALED))


def rows_of(frame: Frame, strata_by: str) -> Iterator[FrameRow]:
    """Every business of the frame, in one query."""
    values = _entries(frame).values_list(
        "business__public_id",
        "ward__code",
        "sector__version",
        "sector__code",
        "district__code",
        *COPIED,
    )
    for public_id, ward, version, letter, district, *copied in values.iterator(chunk_size=5_000):
        kind = f"{version}-{letter}"
        unit = Unit(str(public_id), stratum_key(strata_by, district, kind), ward, kind)
        yield FrameRow(unit, tuple(copied))


def stratum_key(strata_by: str, district: str, kind: str) -> str:
    return {
        StrataBy.DISTRICT: district,
        StrataBy.SECTOR: kind,
        StrataBy.DISTRICT_SECTOR: f"{district}/{kind}",
    }.get(StrataBy(strata_by), "")


def cells_of_frame(frame: Frame) -> Cells:
    """How many a frame holds by kecamatan and kind of business, in three queries."""
    return _named(_entries(frame).values_list("district_id", "sector_id").annotate(count=Count("pk")))


def cells_of_register(user: User) -> Cells:
    """The same of the register as it is now, in the area of the user."""
    businesses = Business.objects.in_area_of(user).registered().order_by()
    return _named(businesses.values_list("district_id", "sector_id").annotate(count=Count("pk")))


def cells_of_sample(drawn: Draw) -> Cells:
    """The same of those drawn, without the reserves."""
    main = SampleEntry.objects.filter(draw=drawn, is_reserve=False).order_by()
    return _named(main.values_list("district_id", "sector_id").annotate(count=Count("pk")))


def strata_of(cells: Cells, strata_by: str) -> list[Stratum]:
    """What the cells add up to, in the order of the keys of the strata."""
    populations: Counter[tuple[str, str]] = Counter()
    for (district, sector), count in cells.items():
        key = stratum_key(strata_by, district.code, f"{sector.version}-{sector.code}")
        populations[key, _label(strata_by, district, sector)] += count
    return [Stratum(key, label, count) for (key, label), count in sorted(populations.items())]


def _named(counted: Iterable[tuple[Any, ...]]) -> Cells:
    counts = {(district, sector): count for district, sector, count in counted}
    districts = Region.objects.in_bulk({district for district, _ in counts})
    sectors = Sector.objects.in_bulk({sector for _, sector in counts})
    return {(districts[district], sectors[sector]): count for (district, sector), count in counts.items()}


def _label(strata_by: str, district: Region, sector: Sector) -> str:
    return {
        StrataBy.DISTRICT: district.name,
        StrataBy.SECTOR: sector.table_label,
        StrataBy.DISTRICT_SECTOR: f"{district.name} · {sector.table_label}",
    }.get(StrataBy(strata_by), "Seluruh kerangka")


def _entries(frame: Frame) -> QuerySet[FrameEntry]:
    return FrameEntry.objects.filter(frame=frame).order_by()
