"""Bringing the published study in, labelled as reconstructed wherever it goes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from core.audit import record
from core.models import Region, User, Verb
from registry.models import Business, Sector
from registry.size_class import Scale
from surveys.actions.questionnaires import publish_questionnaire
from surveys.models import (
    PopulationFigure,
    PublishedCell,
    PublishedStatement,
    QuestionnaireVersion,
    Response,
    ResponseState,
    SampleEntry,
    Wave,
)
from surveys.questionnaire import study_questionnaire
from surveys.study import CITY_CODE, KBLI_VERSION, Study

UNKNOWN_SCALE = {"scale_uu20": Scale.UNCLASSIFIED.value, "scale_pp7": Scale.UNCLASSIFIED.value}


class ReferenceMissing(Exception):
    """The place or the kinds of business are not there yet; the text names the command that loads them."""


@dataclass(frozen=True)
class Loaded:
    """Rows written; all zero when the study was there already."""

    businesses: int = 0
    responses: int = 0
    cells: int = 0
    statements: int = 0
    population: int = 0


@transaction.atomic
def load_study(*, study: Study, by: User | None, at: datetime) -> Loaded:
    """Everything of the study or nothing; a second call finds its wave and leaves all as it is."""
    city, sectors = _city(), _sectors(study)
    wave, is_new = Wave.objects.get_or_create(
        code=study.wave.code, defaults={**asdict(study.wave), "is_reconstruction": True}
    )
    if not is_new:
        return Loaded()
    businesses = _load_businesses(study, sectors, at)
    _load_sample(study, wave, businesses)
    version, _ = publish_questionnaire(wave=wave, by=by, at=at, definition=study_questionnaire())
    _load_responses(study, version, businesses, at)
    PublishedCell.objects.bulk_create(
        PublishedCell(
            wave=wave, table=cell.table, sector_label=cell.sector, category=cell.category, count=cell.count
        )
        for cell in study.cells
    )
    PublishedStatement.objects.bulk_create(
        PublishedStatement(wave=wave, **asdict(statement)) for statement in study.statements
    )
    PopulationFigure.objects.bulk_create(
        (PopulationFigure(area=city, **asdict(figure)) for figure in study.population), ignore_conflicts=True
    )
    loaded = Loaded(
        len(study.businesses),
        len(study.responses),
        len(study.cells),
        len(study.statements),
        len(study.population),
    )
    changes = {name: [None, count] for name, count in asdict(loaded).items()}
    record(Verb.LOADED, by=by, at=at, subject=wave, changes=changes, batch=uuid4())
    return loaded


def _city() -> Region:
    city = Region.objects.cities().filter(code=CITY_CODE).first()
    if city is None:
        raise ReferenceMissing(f"Kota {CITY_CODE} belum ada. Jalankan dahulu: manage.py load_regions")
    return city


def _sectors(study: Study) -> dict[str, Sector]:
    found = Sector.objects.filter(version=KBLI_VERSION, code__in=study.kbli_sections)
    sectors = {sector.code: sector for sector in found}
    missing = ", ".join(sorted(study.kbli_sections - sectors.keys()))
    if missing:
        raise ReferenceMissing(
            f"Jenis usaha KBLI {KBLI_VERSION} belum ada: {missing}. Jalankan dahulu: manage.py load_sectors"
        )
    return sectors


def _load_businesses(study: Study, sectors: dict[str, Sector], at: datetime) -> dict[str, Business]:
    """Rows without an owner and without a place: nobody is invented."""
    rows = Business.objects.bulk_create(
        Business(
            name=f"Baris rekonstruksi {row.key}",
            sector=sectors[row.kbli_section],
            is_reconstruction=True,
            source=study.wave.code,
            source_key=row.key,
            created_at=at,
            updated_at=at,
        )
        for row in study.businesses
    )
    return {row.source_key: row for row in rows}


def _load_sample(study: Study, wave: Wave, businesses: dict[str, Business]) -> None:
    SampleEntry.objects.bulk_create(
        SampleEntry(
            wave=wave,
            business=businesses[row.key],
            sector=businesses[row.key].sector,
            **UNKNOWN_SCALE,
        )
        for row in study.businesses
        if row.in_table1
    )


def _load_responses(
    study: Study, version: QuestionnaireVersion, businesses: dict[str, Business], at: datetime
) -> None:
    Response.objects.bulk_create(
        Response(
            wave=version.wave,
            questionnaire=version,
            state=ResponseState.ACCEPTED,
            business=businesses[row.business],
            received_at=at,
            sector=businesses[row.business].sector,
            marketing_channel=row.marketing_channel,
            partnership=row.partnership,
            revenue_trend=row.revenue_trend,
            **UNKNOWN_SCALE,
        )
        for row in study.responses
    )
