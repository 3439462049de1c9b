"""The study's wave as rows, built from the test's own copies of the constructed microdata."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from registry.models import Business, Sector
from surveys.models import PopulationFigure, Response, SampleEntry, Wave
from tests.factories import CityFactory, WaveFactory
from tests.factories.registry import AT

DATA = Path(__file__).with_name("data")
SEEDS = next(
    (found for folder in Path(__file__).parents if (found := folder / "shared" / "seeds").is_dir()), None
)
STUDY_CODES = "ACFGHIEJQS"
TABLE_FILES = {
    "sector": "table1_sectors.csv",
    "marketing-channel": "table2_marketing.csv",
    "partnership": "table3_partnership.csv",
    "revenue-trend": "table4_revenue.csv",
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_sectors() -> dict[str, Sector]:
    labels = [row["sector"] for row in read("table1_sectors.csv")]
    return {
        code: Sector.objects.update_or_create(
            version="2020", code=code, defaults={"name": label, "study_row": row, "study_label": label}
        )[0]
        for row, (code, label) in enumerate(zip(STUDY_CODES, labels, strict=True), start=1)
    }


def make_study() -> Wave:
    """107 businesses, 100 of them on the list, 106 interviews; no place, no person."""
    sectors = make_sectors()
    wave = WaveFactory(
        code="probolinggo-2022",
        title="Studi pemasaran UMKM Kota Probolinggo",
        sector_basis="sample_list",
        period_start=date(2020, 11, 1),
        period_end=date(2022, 12, 31),
        method="Wawancara, observasi, dan kuesioner.",
        source="Hasil survei dan analisis (2022)",
        note="Naskah menyebut November 2020 dan tahun 2022.",
        is_reconstruction=True,
    )
    PopulationFigure.objects.create(
        area=CityFactory(), year=2018, group="UMKM", count=33_391, source="BPS", is_total=True
    )
    rows = read("businesses.csv")
    businesses = {
        row["business_id"]: Business(
            name=f"Baris {row['business_id']}",
            sector=sectors[row["sector_kbli"]],
            is_reconstruction=True,
            created_at=AT,
            updated_at=AT,
        )
        for row in rows
    }
    Business.objects.bulk_create(businesses.values())
    size = {"scale_uu20": "unclassified", "scale_pp7": "unclassified"}
    SampleEntry.objects.bulk_create(
        SampleEntry(wave=wave, business=business, sector=business.sector, **size)
        for row in rows
        if row["in_table1"] == "1" and (business := businesses[row["business_id"]])
    )
    Response.objects.bulk_create(
        Response(
            wave=wave,
            business=(business := businesses[row["business_id"]]),
            sector=business.sector,
            received_at=AT,
            mode="direct",
            marketing_channel=row["marketing_channel"],
            partnership=row["partnership"],
            revenue_trend=row["revenue_trend"],
            **size,
        )
        for row in read("responses.csv")
    )
    return wave
