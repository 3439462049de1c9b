"""The published study of Kota Probolinggo as the product ships it: `data/probolinggo_2022/`. Pure: imports no Django.

The README beside the files says where they come from, and that the single rows are constructed.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

STUDY_DIR = Path(__file__).with_name("data") / "probolinggo_2022"
CITY_CODE = "35.74"
KBLI_VERSION = "2020"


@dataclass(frozen=True)
class StudyWave:
    code: str
    title: str
    design: str
    sector_basis: str
    period_start: date
    period_end: date
    target_n: int
    method: str
    source: str
    note: str


@dataclass(frozen=True)
class StudyBusiness:
    key: str
    kbli_section: str
    in_table1: bool


@dataclass(frozen=True)
class StudyResponse:
    """Blank answers stay blank: not answered."""

    key: str
    business: str
    marketing_channel: str
    partnership: str
    revenue_trend: str


@dataclass(frozen=True)
class StudyCell:
    table: str
    sector: str
    category: str
    count: int


@dataclass(frozen=True)
class StudyStatement:
    code: str
    statement: str
    published: Decimal
    unit: str
    figure: str
    place: str
    note: str


@dataclass(frozen=True)
class StudyPopulation:
    group: str
    year: int
    count: int
    is_total: bool
    source: str
    note: str


@dataclass(frozen=True)
class Study:
    wave: StudyWave
    businesses: tuple[StudyBusiness, ...]
    responses: tuple[StudyResponse, ...]
    cells: tuple[StudyCell, ...]
    statements: tuple[StudyStatement, ...]
    population: tuple[StudyPopulation, ...]

    @property
    def kbli_sections(self) -> frozenset[str]:
        return frozenset(business.kbli_section for business in self.businesses)


def read_study(directory: Path = STUDY_DIR) -> Study:
    """The whole study; raises what the reading raises, as the files are part of the product."""
    wave: dict[str, Any] = tomllib.loads((directory / "wave.toml").read_text(encoding="utf-8"))
    return Study(
        wave=StudyWave(**wave),
        businesses=tuple(
            StudyBusiness(row["key"], row["kbli_section"], row["in_table1"] == "1")
            for row in _rows(directory / "businesses.csv")
        ),
        responses=tuple(StudyResponse(**row) for row in _rows(directory / "responses.csv")),
        cells=tuple(
            StudyCell(row["table"], row["sector"], row["category"], int(row["count"]))
            for row in _rows(directory / "published_tables.csv")
        ),
        statements=tuple(
            StudyStatement(
                row["code"],
                row["statement"],
                Decimal(row["published"]),
                row["unit"],
                row["figure"],
                row["place"],
                row["note"],
            )
            for row in _rows(directory / "published_statements.csv")
        ),
        population=tuple(
            StudyPopulation(
                row["group"],
                int(row["year"]),
                int(row["count"]),
                row["is_total"] == "1",
                row["source"],
                row["note"],
            )
            for row in _rows(directory / "population.csv")
        ),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
