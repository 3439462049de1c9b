"""The sections of KBLI: loaded once, the same at every later run."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from core.models import AuditEvent
from registry.management.commands.load_sectors import SECTIONS_FILE, read_sections
from registry.models import Sector

NAME = "shared/reference/kbli2020_sections.csv"
REFERENCE = next((found for folder in Path(__file__).parents if (found := folder / NAME).is_file()), None)
pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_sectors", stdout=out)
    return out.getvalue()


def test_both_editions_are_loaded_and_kept_apart() -> None:
    load()

    assert Sector.objects.filter(version="2020").count() == 21
    assert Sector.objects.filter(version="2020", is_offered=True, is_current=True).count() == 18
    assert Sector.objects.filter(version="2025", is_current=False).count() == 22
    assert not Sector.objects.filter(version="2025", is_current=True).exists()


def test_government_households_and_embassies_are_not_offered() -> None:
    load()
    assert set(Sector.objects.filter(version="2020", is_offered=False).values_list("code", flat=True)) == {
        "O",
        "T",
        "U",
    }


def test_ten_sections_carry_the_row_and_label_of_the_study() -> None:
    load()
    rows = Sector.objects.exclude(study_row=None).in_study_order().values_list("study_row", flat=True)
    assert list(rows) == list(range(1, 11))


def test_a_second_run_changes_nothing_and_writes_no_event() -> None:
    load()
    events = AuditEvent.objects.count()

    assert "0 dimuat" in load()
    assert AuditEvent.objects.count() == events


def test_a_section_somebody_altered_is_put_right_and_that_is_noted() -> None:
    load()
    Sector.objects.filter(version="2020", code="A").update(name="Salah")

    assert "1 dimuat" in load()
    assert Sector.objects.get(version="2020", code="A").name == "Pertanian, Kehutanan dan Perikanan"


@pytest.mark.skipif(REFERENCE is None, reason="the reference file is not part of the product")
def test_the_sections_are_those_of_the_reference_file() -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as lines:
        wanted = [tuple(row.values()) for row in csv.DictReader(lines)]
    ours = [
        (
            sector.code,
            sector.name,
            sector.division_first,
            sector.division_last,
            str(sector.study_row or ""),
            sector.study_label,
            str(int(sector.is_offered)),
        )
        for sector in read_sections(SECTIONS_FILE)
        if sector.version == "2020"
    ]
    assert ours == wanted
