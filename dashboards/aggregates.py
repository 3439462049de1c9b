"""The four tables of a wave, read in one grouped pass over its responses."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Model, QuerySet

from core.models import Region, User
from dashboards.breakdowns import Breakdown, Column, Group, SectorRow, TableSpec, breakdown, fold
from registry.models import Business, Sector
from surveys.models import PopulationFigure, Response, SampleEntry, SectorBasis, Wave
from surveys.questions import CHANNEL, PARTNERSHIP, REVENUE_TREND, Question

M = TypeVar("M", bound=Model)
STUDY_RULE_SET = "uu20_2008"
SCALE_COLUMNS = {"uu20_2008": "scale_uu20", "pp7_2021": "scale_pp7"}
# As an expression, so that SQLite does not walk the whole table in the order of the index on the sector:
# measured, 2 to 3 times slower than the covering index and a sort of the groups.
SECTOR_KEY = ExpressionWrapper(F("sector_id") + 0, output_field=BigIntegerField())
RULE_SET_LABELS = {"uu20_2008": "UU 20/2008", "pp7_2021": "PP 7/2021"}


def _about(question: Question, code: str, number: int, title: str, headline: str) -> TableSpec:
    columns = tuple(Column(value, label) for value, label in question.choices)
    label = question.label_of(headline)
    return TableSpec(code, number, title, question.prompt, columns, headline, label, "jawaban")


SECTOR = TableSpec(
    "sector",
    1,
    "Jenis usaha",
    "Berapa UMKM pada tiap jenis usaha?",
    (Column("business", "Banyaknya UMKM"),),
    "business",
    "Porsi dari semua",
    "UMKM",
    is_question=False,
)
QUESTIONS = (CHANNEL, PARTNERSHIP, REVENUE_TREND)
QUESTION_SPECS = (
    _about(CHANNEL, "marketing-channel", 2, "Pemasaran", "offline"),
    _about(PARTNERSHIP, "partnership", 3, "Kemitraan", "partnered"),
    _about(REVENUE_TREND, "revenue-trend", 4, "Pendapatan", "increased"),
)
SPECS = (SECTOR, *QUESTION_SPECS)
CODES = tuple(spec.code for spec in SPECS)


@dataclass(frozen=True)
class Filters:
    """What of a wave is counted; nothing chosen means everything the user may see."""

    district: Region | None = None
    sector: Sector | None = None
    scale: str = ""

    def __bool__(self) -> bool:
        return bool(self.district or self.sector or self.scale)


@dataclass(frozen=True)
class WaveReport:
    wave: Wave
    filters: Filters
    is_whole_city: bool  # the reader may see every row, also those without a place
    interviewed: int
    sector_basis_count: int
    waiting: int  # interviews that are not accepted yet, and so stand in none of the tables
    without_district: int  # responses a chosen kecamatan leaves out because their place is unknown
    breakdowns: tuple[Breakdown, ...]

    @cached_property
    def _by_code(self) -> dict[str, Breakdown]:
        return {table.code: table for table in self.breakdowns}

    def __getitem__(self, code: str) -> Breakdown:
        return self._by_code[code]

    @property
    def rule_set(self) -> str:
        return rule_set_of(self.wave)

    @property
    def is_out_of_sight(self) -> bool:
        """Rows without a place are seen by users of the whole city only."""
        return self.wave.is_reconstruction and not self.is_whole_city

    @property
    def is_reviewed(self) -> bool:
        """Whether its interviews are accepted one by one: those of a reconstructed wave never were."""
        return not self.wave.is_reconstruction

    @property
    def is_empty(self) -> bool:
        return not self.interviewed and not self.sector_basis_count


def rule_set_of(wave: Wave) -> str:
    """The law whose size classes the pages of a wave use: the study used the older one."""
    return STUDY_RULE_SET if wave.is_reconstruction else settings.HEADLINE_RULE_SET


def wave_report(wave: Wave, *, user: User, filters: Filters) -> WaveReport:
    """The four tables of what `user` may see of `wave`: four queries, five with a kecamatan chosen."""
    answers = fold(answer_groups(wave, user=user, filters=filters), len(QUESTIONS))
    (businesses,) = fold(sector_groups(wave, user=user, filters=filters), 1)
    sectors = sector_rows({*businesses, *answers[0]})
    tables = (
        breakdown(SECTOR, businesses, sectors),
        *(breakdown(spec, tally, sectors) for spec, tally in zip(QUESTION_SPECS, answers, strict=True)),
    )
    return WaveReport(
        wave=wave,
        filters=filters,
        is_whole_city=user.district_ids() is None,
        interviewed=tables[1].total.total,
        sector_basis_count=tables[0].total.total,
        waiting=_waiting(wave, user=user, filters=filters),
        without_district=_without_district(wave, user=user, filters=filters),
        breakdowns=tables,
    )


def answer_groups(wave: Wave, *, user: User, filters: Filters) -> Iterable[Group]:
    """(sector id, answers to QUESTIONS, count): one pass over the covering index, no join."""
    visible = Response.objects.for_user(user).counted().filter(wave_id=wave.pk)
    return _grouped(_narrowed(visible, filters, wave), *(question.code for question in QUESTIONS))


def sector_groups(wave: Wave, *, user: User, filters: Filters) -> Iterable[Group]:
    """(sector id, "business", count) over what the table of sectors of this wave counts."""
    if wave.sector_basis == SectorBasis.SAMPLE_LIST:
        listed = SampleEntry.objects.for_user(user).targets(wave)
        counts = _grouped(_narrowed(listed, filters, wave))
    else:
        counts = _grouped(_narrowed(Business.objects.for_user(user).registered(), filters, wave))
    for sector, count in counts:
        yield sector, "business", count


def sector_rows(keys: Iterable[int]) -> list[SectorRow]:
    """The sectors with those ids: the study's rows first, then by letter; the edition named where two meet."""
    known = list(Sector.objects.filter(pk__in=list(keys)).in_study_order())
    editions = {sector.version for sector in known}
    return [
        SectorRow(
            sector.pk,
            sector.code,
            sector.table_label
            if len(editions) == 1
            else f"{sector.table_label} ({sector.get_version_display()})",
        )
        for sector in known
    ]


def population() -> PopulationFigure | None:
    """The newest published count of all UMKM of the city."""
    return PopulationFigure.objects.filter(is_total=True).select_related("area").first()


def _narrowed(rows: QuerySet[M], filters: Filters, wave: Wave) -> QuerySet[M]:
    if filters.district is not None:
        rows = rows.filter(district_id=filters.district.pk)
    if filters.sector is not None:
        rows = rows.filter(sector_id=filters.sector.pk)
    if filters.scale:
        rows = rows.filter(**{SCALE_COLUMNS[rule_set_of(wave)]: filters.scale})
    return rows


def _grouped(rows: QuerySet[M], *answers: str) -> Iterable[tuple[Any, ...]]:
    return rows.order_by().values_list(SECTOR_KEY, *answers).annotate(n=Count("*"))


def _waiting(wave: Wave, *, user: User, filters: Filters) -> int:
    """Over the covering index too; of a reconstructed wave nothing ever waits."""
    if wave.is_reconstruction:
        return 0
    waiting = Response.objects.for_user(user).awaiting().filter(wave_id=wave.pk)
    return _narrowed(waiting, filters, wave).count()


def _without_district(wave: Wave, *, user: User, filters: Filters) -> int:
    if filters.district is None or user.district_ids() is not None:
        return 0
    return Response.objects.counted().filter(wave_id=wave.pk, district__isnull=True).count()
