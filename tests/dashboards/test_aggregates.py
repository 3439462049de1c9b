"""The four tables of the study, and what filters and areas do to them."""

import pytest

from dashboards.aggregates import Filters, wave_report
from surveys.models import Response
from tests.dashboards.study import DATA, SEEDS, TABLE_FILES, read
from tests.factories import (
    BusinessFactory,
    ResponseFactory,
    SectorFactory,
    WardFactory,
    WaveFactory,
    registered_business,
)

pytestmark = pytest.mark.django_db


def report_of(wave, user, **chosen):
    return wave_report(wave, user=user, filters=Filters(**chosen))


def cells(report, code):
    table = report[code]
    return {(row.label, cell.column.code): cell.count for row in table.rows for cell in row.cells}


@pytest.mark.parametrize("code", TABLE_FILES)
def test_every_cell_of_the_study_comes_out(study, official, code):
    expected = {(row["sector"], row["category"]): int(row["count"]) for row in read(TABLE_FILES[code])}

    assert cells(report_of(study, official), code) == expected


def test_the_totals_and_those_who_did_not_answer(study, official):
    report = report_of(study, official)

    totals = [
        (table.total.counts, table.total.answered, table.total.not_answered) for table in report.breakdowns
    ]
    assert totals == [
        ((100,), 100, 0),
        ((55, 44, 1), 100, 6),
        ((38, 62), 100, 6),
        ((4, 40, 62), 106, 0),
    ]
    assert report.interviewed == 106


def test_the_percentages_are_those_expected(study, official):
    report = report_of(study, official)
    tables = {"offline": "marketing-channel", "partnered": "partnership", "increased": "revenue-trend"}
    seen = 0
    for figure in read("expected_figures.csv"):
        category, _, sector = figure["id"].partition("-")
        if category not in tables:
            continue
        row = report[tables[category]].row(sector)
        assert (row.headline.count, row.headline.base) == (
            int(figure["numerator"]),
            int(figure["denominator"]),
        )
        seen += 1
    assert seen == 30


@pytest.mark.skipif(SEEDS is None, reason="the reference files are not on this machine")
@pytest.mark.parametrize("name", [path.name for path in sorted(DATA.glob("*.csv"))])
def test_our_copies_are_the_reference_files(name):
    assert (DATA / name).read_bytes() == (SEEDS / name).read_bytes()


def test_rows_stand_in_study_order_then_by_letter_and_editions_stay_apart(official):
    wave = WaveFactory()
    other = {"study_row": None, "study_label": ""}
    sectors = [
        SectorFactory(code="R", name="Kesenian", **other),
        SectorFactory(code="B", name="Pertambangan", **other),
        SectorFactory(code="G", version="2025", name="Perdagangan 2025", **other),
        SectorFactory(code="S", name="Jasa Lainnya", study_row=10, study_label="Aktivitas Jasa Lainnya"),
        SectorFactory(),
    ]
    for sector in sectors:
        ResponseFactory(wave=wave, business=BusinessFactory(sector=sector))

    labels = [row.label for row in report_of(wave, official)["partnership"].rows]

    assert labels == [
        "Perdagangan Besar dan Eceran (KBLI 2020)",
        "Aktivitas Jasa Lainnya (KBLI 2020)",
        "Pertambangan (KBLI 2020)",
        "Kesenian (KBLI 2020)",
        "Perdagangan 2025 (KBLI 2025)",
    ]


def test_a_register_wave_counts_registered_active_real_businesses(official, people):
    wave = WaveFactory()
    registered_business(ward=people.a.ward)
    registered_business(ward=people.a.ward, status="found_in_field")
    BusinessFactory(ward=people.a.ward)
    BusinessFactory(is_reconstruction=True)

    report = report_of(wave, official)

    assert report["sector"].total.counts == (1,)
    assert report.interviewed == 0


def test_the_register_is_seen_by_area(people):
    wave = WaveFactory()
    registered_business(ward=people.a.ward)
    registered_business(ward=people.b.ward)

    assert report_of(wave, people.official)["sector"].total.counts == (2,)
    assert report_of(wave, people.supervisor_a)["sector"].total.counts == (1,)
    assert report_of(wave, people.supervisor_a, district=people.b.district)["sector"].total.counts == (0,)


def test_interviews_elsewhere_are_absent(people):
    wave = WaveFactory()
    ResponseFactory(wave=wave, business=BusinessFactory(ward=people.a.ward), marketing_channel="online")
    ResponseFactory.create_batch(3, wave=wave, business__ward=people.b.ward)

    seen_from_a = report_of(wave, people.supervisor_a)
    seen_from_b = report_of(wave, people.supervisor_b)

    assert seen_from_a["marketing-channel"].total.counts == (0, 1, 0)
    assert seen_from_b["marketing-channel"].total.counts == (3, 0, 0)
    assert report_of(wave, people.official).interviewed == 4


def test_the_study_has_no_place_and_is_out_of_sight_of_a_kecamatan(study, people):
    report = report_of(study, people.supervisor_a)

    assert report.is_out_of_sight
    assert report.is_empty
    assert report.without_district == 0
    assert not report_of(study, people.official).is_out_of_sight


def test_choosing_a_kecamatan_says_how_many_have_none(study, people):
    report = report_of(study, people.official, district=people.a.district)

    assert report.is_empty
    assert report.without_district == 106


def test_a_sector_leaves_its_own_row_only(study, official):
    food = Response.objects.filter(sector__code="I").first().sector

    report = report_of(study, official, sector=food)

    assert [row.label for row in report["revenue-trend"].rows] == ["Penyediaan Akomodasi Makan dan Minum"]
    assert report["revenue-trend"].total.counts == (2, 10, 21)
    assert report["sector"].total.counts == (30,)


def test_the_size_is_that_of_the_law_the_wave_goes_by(study, official, settings):
    settings.HEADLINE_RULE_SET = "pp7_2021"
    Response.objects.filter(sector__code="G").update(scale_uu20="small", scale_pp7="micro")
    own_wave = WaveFactory()
    ResponseFactory(wave=own_wave, scale_uu20="small", scale_pp7="micro")

    assert report_of(study, official, scale="small").interviewed == 24
    assert report_of(own_wave, official, scale="small").interviewed == 0
    assert report_of(own_wave, official, scale="micro").interviewed == 1


@pytest.mark.parametrize("rows", [3, 300])
def test_three_rows_and_three_hundred_cost_the_same_queries(official, rows, django_assert_num_queries):
    wave = WaveFactory()
    ward = WardFactory()
    for number in range(rows):
        sector = SectorFactory(code="GIS"[number % 3], study_row=None, study_label="")
        ResponseFactory(wave=wave, business=BusinessFactory(ward=ward, owner=None, sector=sector))
    with django_assert_num_queries(4):
        report_of(wave, official)
