"""The study comes in whole, once, labelled, and equal to the files the product ships."""

import csv
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from core.models import AuditEvent, Region, Verb
from registry.models import Business, Owner
from surveys.models import PopulationFigure, PublishedCell, PublishedStatement, Response, SampleEntry, Wave
from surveys.study import STUDY_DIR, read_study
from tests.factories.core import CityFactory
from tests.surveys.study import load_study, study_sectors

# The reference the files were made from lies beside some working copies, and in no release.
FOLDERS = (parent / "shared" / "seeds" for parent in Path(__file__).parents)
SEEDS = next((folder for folder in FOLDERS if folder.is_dir()), None)
QUESTIONS = ("marketing_channel", "partnership", "revenue_trend")
SEED_TABLES = {
    "sector": "table1_sectors.csv",
    "marketing_channel": "table2_marketing.csv",
    "partnership": "table3_partnership.csv",
    "revenue_trend": "table4_revenue.csv",
}

pytestmark = pytest.mark.django_db


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def counted_from_rows() -> dict[tuple[str, str, str], int]:
    """The four tables by plain counting of what is in the database."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for entry in SampleEntry.objects.select_related("sector"):
        counts["sector", entry.sector.study_label, "business"] += 1
    for response in Response.objects.select_related("sector"):
        for question in QUESTIONS:
            if answer := getattr(response, question):
                counts[question, response.sector.study_label, answer] += 1
    return counts


def published() -> dict[tuple[str, str, str], int]:
    return {
        (cell.table, cell.sector_label, cell.category): cell.count for cell in PublishedCell.objects.all()
    }


def test_it_brings_107_businesses_and_106_interviews():
    output = load_study()
    assert Business.objects.filter(is_reconstruction=True).count() == 107
    assert (Response.objects.count(), SampleEntry.objects.count()) == (106, 100)
    assert "107 usaha dan 106 wawancara rekonstruksi" in output


def test_every_one_of_the_90_published_cells_comes_out_by_counting_the_rows():
    load_study()
    counts, cells = counted_from_rows(), published()
    assert len(cells) == 90
    assert {cell: counts.get(cell, 0) for cell in cells} == cells
    assert set(counts) <= set(cells)


def test_one_damaged_answer_is_noticed():
    load_study()
    damaged = Response.objects.filter(marketing_channel="offline").first()
    damaged.marketing_channel = "online"
    damaged.save()
    counts, cells = counted_from_rows(), published()
    assert {cell: counts.get(cell, 0) for cell in cells} != cells


def test_the_database_holds_what_the_files_say():
    load_study()
    by_key = {row["key"]: row for row in rows(STUDY_DIR / "businesses.csv")}
    in_table1 = set(SampleEntry.objects.values_list("business__source_key", flat=True))
    for business in Business.objects.select_related("sector"):
        assert business.sector.code == by_key[business.source_key]["kbli_section"]
        assert (business.source_key in in_table1) == (by_key[business.source_key]["in_table1"] == "1")
    answers = {row["business"]: row for row in rows(STUDY_DIR / "responses.csv")}
    for response in Response.objects.select_related("business"):
        for question in QUESTIONS:
            assert getattr(response, question) == answers[response.business.source_key][question]


def test_nobody_is_invented():
    load_study()
    assert not Owner.objects.exists()
    for business in Business.objects.all():
        assert business.name == f"Baris rekonstruksi {business.source_key}"
        assert (business.owner_id, business.ward_id, business.district_id) == (None, None, None)
        assert business.address == ""
    for response in Response.objects.all():
        assert (response.enumerator_id, response.interviewed_at, response.mode) == (None, None, "")
        assert response.capital_source == ""  # the study gives no counts, so none are made up
        assert not response.choices.exists()


def test_reconstructed_rows_are_not_counted_as_registered():
    load_study()
    assert not Business.objects.real().exists()
    assert not Business.objects.registered().exists()


def test_the_wave_says_what_is_uncertain_about_it():
    load_study()
    wave = Wave.objects.get(code="probolinggo-2022")
    assert wave.is_reconstruction
    assert (wave.period_start, wave.period_end) == (date(2020, 11, 1), date(2022, 12, 31))
    assert (wave.sector_basis, wave.target_n) == ("sample_list", 100)
    assert "November 2020" in wave.note
    assert "106 jawaban" in wave.note
    assert "Baris rekonstruksi, bukan data survei" in wave.note
    assert not wave.is_open_on(date(2022, 6, 1))


def test_population_is_shown_as_its_source_groups_it():
    load_study()
    figures = {figure.group: figure for figure in PopulationFigure.objects.all()}
    assert {group: figure.count for group, figure in figures.items()} == {
        "Usaha mikro, kecil, dan menengah": 33_391,
        "Usaha kecil": 32_785,
        "Usaha menengah": 606,
    }
    assert {figure.source for figure in figures.values()} == {"BPS 2018"}
    assert figures["Usaha mikro, kecil, dan menengah"].is_total
    assert "usaha mikro juga" in figures["Usaha kecil"].note
    assert not PopulationFigure.objects.filter(count=0).exists()


def test_a_second_run_changes_nothing(django_assert_max_num_queries):
    load_study()
    before = list(Response.objects.order_by("pk").values()), list(Business.objects.order_by("pk").values())
    output = StringIO()
    with django_assert_max_num_queries(10):
        call_command("load_study", stdout=output)
    assert "tidak ada yang berubah" in output.getvalue()
    assert before == (
        list(Response.objects.order_by("pk").values()),
        list(Business.objects.order_by("pk").values()),
    )
    assert AuditEvent.objects.filter(verb=Verb.LOADED).count() == 1


def test_one_event_tells_what_was_loaded():
    load_study()
    event = AuditEvent.objects.get(verb=Verb.LOADED)
    assert event.batch is not None
    assert event.changes["businesses"] == [None, 107]
    assert event.changes["responses"] == [None, 106]
    assert event.object_label == Wave.objects.get().title


def test_without_the_city_it_names_the_command_to_run():
    with pytest.raises(CommandError, match="load_regions"):
        call_command("load_study", stdout=StringIO())
    assert not Region.objects.exists()


def test_without_the_sectors_it_names_the_command_to_run():
    CityFactory(code="35.74", name="Kota Probolinggo")
    study_sectors("ACF")
    with pytest.raises(CommandError, match=r"belum ada: E, G, H, I, J, Q, S\. .*load_sectors"):
        call_command("load_study", stdout=StringIO())
    assert not Wave.objects.exists()


def test_it_is_written_in_bulk(django_assert_max_num_queries):
    CityFactory(code="35.74")
    study_sectors()
    with django_assert_max_num_queries(40):
        call_command("load_study", stdout=StringIO())


def test_every_statement_has_a_counterpart_that_can_be_computed():
    load_study()
    tables = {
        table: set(PublishedCell.objects.filter(table=table).values_list("category", flat=True))
        for table in SEED_TABLES
    }
    sections = read_study().kbli_sections
    for statement in PublishedStatement.objects.all():
        kind, *parts = statement.figure.split(":")
        if kind == "count":
            assert parts[0] in {"responses", "sectors"}
        elif parts[0] == "sector":
            assert parts[1] in sections
        else:
            assert parts[1] in tables[parts[0]]
            assert set(parts[2:]) <= sections


def test_each_business_was_interviewed_at_most_once():
    load_study()
    most = Response.objects.values("business").annotate(n=Count("pk")).order_by("-n").first()
    assert most["n"] == 1


if SEEDS is not None:

    class TestAgainstTheReference:
        """The product's own files say what the reference says; nothing was lost on the way."""

        def test_the_four_tables(self):
            load_study()
            reference = {
                (table, row["sector"], row["category"]): int(row["count"])
                for table, name in SEED_TABLES.items()
                for row in rows(SEEDS / name)
            }
            assert published() == reference

        def test_the_rows(self):
            study = read_study()
            assert [(b.key, b.kbli_section, b.in_table1) for b in study.businesses] == [
                (row["business_id"], row["sector_kbli"], row["in_table1"] == "1")
                for row in rows(SEEDS / "businesses.csv")
            ]
            assert [
                (r.key, r.business, r.marketing_channel, r.partnership, r.revenue_trend)
                for r in study.responses
            ] == [tuple(row.values()) for row in rows(SEEDS / "responses.csv")]

        def test_the_statements_about_the_survey(self):
            reference = {
                row["id"]: float(row["published"]) for row in rows(SEEDS / "published_statements.csv")
            }
            ours = {statement.code: float(statement.published) for statement in read_study().statements}
            assert ours == {code: value for code, value in reference.items() if code <= "st15"}
