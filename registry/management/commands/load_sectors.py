"""Load the sections of KBLI 2020 and 2025; may be run at any time, and again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import Verb
from registry.models import Sector

# Peraturan BPS 2/2020 (KBLI 2020) and 7/2025 (KBLI 2025); divisions only where they are certain.
SECTIONS_FILE = Path(__file__).resolve().parents[2] / "data" / "kbli_sections.csv"


def read_sections(path: Path) -> list[Sector]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [_section(row) for row in csv.DictReader(lines)]


def _section(row: dict[str, str]) -> Sector:
    return Sector(
        version=row["version"],
        code=row["code"],
        name=row["name"],
        division_first=row["division_first"],
        division_last=row["division_last"],
        study_row=int(row["study_row"]) if row["study_row"] else None,
        study_label=row["study_label"],
        is_offered=row["is_offered"] == "1",
        is_current=row["is_current"] == "1",
    )


class Command(BaseCommand):
    help = "Memuat jenis usaha (kategori KBLI 2020 dan 2025)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = {(sector.version, sector.code): sector for sector in Sector.objects.all()}
        events = []
        for section in read_sections(SECTIONS_FILE):
            old = known.get((section.version, section.code))
            section.pk = old.pk if old else None
            changes = audit.field_changes(old, section)
            if old is None or changes:
                section.save()
                events.append(audit.Event(Verb.LOADED, section, changes=changes))
        audit.record_many(events, by=None, at=timezone.now())
        self.stdout.write(f"Jenis usaha: {len(events)} dimuat atau diperbarui, {Sector.objects.count()} ada.")
