"""The published tables and figures, our own copies, and where the reference files stand if they do."""

from __future__ import annotations

import csv
from pathlib import Path

DATA = Path(__file__).with_name("data")
SEEDS = next(
    (found for folder in Path(__file__).parents if (found := folder / "shared" / "seeds").is_dir()), None
)
TABLE_FILES = {
    "sector": "table1_sectors.csv",
    "marketing-channel": "table2_marketing.csv",
    "partnership": "table3_partnership.csv",
    "revenue-trend": "table4_revenue.csv",
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
