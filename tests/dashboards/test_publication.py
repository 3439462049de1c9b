"""Banding publikasi: what was printed beside what comes out."""

from decimal import Decimal

import pytest
from django.urls import reverse

from dashboards.aggregates import Filters, wave_report
from dashboards.publication import compared_statements, compared_tables
from surveys.models import PublishedCell, PublishedStatement, Response
from tests.dashboards.reading import words
from tests.dashboards.study import read

pytestmark = pytest.mark.django_db
URL = reverse("dashboards:publication-comparison")


def report_of(wave, user):
    return wave_report(wave, user=user, filters=Filters())


def test_the_fifteen_verdicts_and_values_are_those_expected(study, official):
    expected = {row["id"]: row for row in read("published_statements.csv") if row["where"].startswith("P1")}
    compared = compared_statements(report_of(study, official))

    assert {item.statement.code: item.verdict.value for item in compared} == {
        code: row["verdict"] for code, row in expected.items()
    }
    for item in compared:
        row = expected[item.statement.code]
        assert item.statement.published == Decimal(row["published"])
        assert f"{float(item.figure.value):.2f}" == row["computed"]
    assert len(compared) == 15


def test_the_pooled_figures_are_those_expected(study, official):
    """Every share of table 1 to 4 that the list of expected figures names, by its published statement."""
    report = report_of(study, official)
    shares = {
        "pooled-02": report["sector"].row("I").headline,
        "pooled-03": report["marketing-channel"].share("offline"),
        "pooled-04": report["marketing-channel"].share("online"),
        "pooled-05": report["marketing-channel"].share("both"),
        "pooled-06": report["partnership"].share("partnered"),
        "pooled-07": report["partnership"].share("independent"),
        "pooled-10": report["partnership"].row("I").headline,
        "pooled-11": report["revenue-trend"].share("decreased"),
        "pooled-12": report["revenue-trend"].share("stable"),
        "pooled-13": report["revenue-trend"].share("increased"),
    }
    expected = {row["id"]: row for row in read("expected_figures.csv")}
    for key, share in shares.items():
        row = expected[key]
        assert (share.count, share.base) == (int(row["numerator"]), int(row["denominator"])), key
        assert abs(float(share.ratio) * 100 - float(row["percent"])) < 0.005


def test_every_published_cell_comes_out(study, official):
    tables = compared_tables(report_of(study, official))

    assert [table.cells for table in tables] == [10, 30, 20, 30]
    assert [table.differences for table in tables] == [0, 0, 0, 0]


def test_a_damaged_answer_and_a_damaged_cell_are_marked(study, official):
    damaged = Response.objects.filter(partnership="partnered", sector__code="C").first()
    Response.objects.filter(pk=damaged.pk).update(partnership="independent")
    PublishedCell.objects.filter(table="sector", sector_label="Konstruksi").update(count=5)

    tables = compared_tables(report_of(study, official))

    assert [table.differences for table in tables] == [1, 0, 2, 0]
    processing = dict(tables[2].rows)["Industri Pengolahan"]
    assert [cell.text for cell in processing] == ["terbit 5 · hitung 4", "terbit 1 · hitung 2"]


def test_a_swap_needs_its_partner(study, official):
    PublishedStatement.objects.filter(code="st09").delete()

    verdicts = {
        item.statement.code: item.verdict.value for item in compared_statements(report_of(study, official))
    }

    assert verdicts["st08"] == "berbeda"


def test_what_cannot_be_computed_says_so(study, official):
    PublishedStatement.objects.filter(code="st04").update(figure="share:unknown:offline")

    first = next(
        item for item in compared_statements(report_of(study, official)) if item.statement.code == "st04"
    )

    assert first.verdict.label == "Tidak dapat dihitung"
    assert first.computed_text == "–"


def test_the_page_reads_as_promised(study, official, client):
    client.force_login(official)
    text = words(client.get(URL))

    assert "15 pernyataan" in text
    assert "Pendapatan stabil terbit 34 % hitung 37,7 % (40 dari 106) Berbeda" in text
    assert "Pemasaran online, bagian simpulan terbit 1 % hitung 44,0 % (44 dari 100) Tertukar" in text
    assert "Pemasaran offline, bagian hasil terbit 55 % hitung 55,0 % (55 dari 100) Sama" in text
    assert "Semua 30 sel sama dengan tabel terbit." in text
    assert "Baris rekonstruksi, bukan data survei." in text


def test_one_kecamatan_is_told_why_there_is_nothing(study, people, client):
    client.force_login(people.supervisor_a)
    text = words(client.get(URL))

    assert "hanya terlihat oleh pengguna dengan wilayah seluruh kota" in text
    assert "Berbeda" not in text


def test_without_publications_the_page_says_so(official, client):
    client.force_login(official)

    assert "Belum ada angka terbit yang dapat dibandingkan." in words(client.get(URL))
    assert client.get(URL, {"wave": "tidak-ada"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("official", 200), ("supervisor_a", 200), ("registrar_a", 403), (None, 302)]
)
def test_who_may_open_the_page(people, client, role, status):
    if role:
        client.force_login(getattr(people, role))
    assert client.get(URL).status_code == status
