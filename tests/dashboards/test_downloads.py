"""A table as a file: the same numbers, with where they come from; and a trace of the download."""

import csv
import json
from io import StringIO

import pytest
from django.urls import reverse

from core.models import AuditEvent, Verb
from tests.dashboards.reading import table_cells, words
from tests.dashboards.study import TABLE_FILES
from tests.factories import BusinessFactory, ResponseFactory, SectorFactory, WaveFactory

pytestmark = pytest.mark.django_db


def url(table: str, query: str = "") -> str:
    return reverse("dashboards:breakdown-csv", args=[table]) + query


def lines_of(response) -> list[list[str]]:
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def parts(response) -> tuple[dict[str, str], list[list[str]]]:
    """What stands before the blank line, and the table after it."""
    lines = lines_of(response)
    blank = lines.index([])
    return dict(lines[:blank]), lines[blank + 1 :]


def test_the_file_says_where_the_numbers_come_from(study, official, client):
    client.force_login(official)
    about, _ = parts(client.post(url("revenue-trend")))

    assert about["Tabel"] == "Tabel 4 — Pendapatan"
    assert about["Gelombang"] == study.title
    assert about["Masa pendataan"] == "1 November 2020 – 31 Desember 2022"
    assert (about["Diwawancarai"], about["n tabel ini"]) == ("106", "106 jawaban")
    assert about["Metode"].startswith("Deskriptif-evaluatif.")
    assert about["Dasar skala usaha"] == "UU 20/2008"
    assert about["Perhatian"] == "baris rekonstruksi, bukan data survei"


@pytest.mark.parametrize("code", TABLE_FILES)
def test_page_chart_and_file_say_the_same(study, official, client, code):
    client.force_login(official)
    _, (_, *file_rows) = parts(client.post(url(code)))
    _, *page_rows = table_cells(client.get(reverse("dashboards:overview")), code)
    chart = json.loads(client.get(reverse("dashboards:breakdown-chart", args=[code])).content)
    series = chart["data"]["datasets"]

    assert [row[0] for row in file_rows] == [row[0] for row in page_rows]
    in_page = [[cell.split()[0].replace("–", "0") for cell in row[1 : len(series) + 1]] for row in page_rows]
    in_file = [row[1 : len(series) + 1] for row in file_rows]
    assert in_file == in_page
    in_chart = [list(map(str, bar)) for bar in zip(*(item["counts"] for item in series), strict=True)]
    is_question = code != "sector"
    assert in_chart == ([in_file[-1], *in_file[:-1]] if is_question else in_file[:-1])


def test_percentages_in_the_file_are_kept_back_where_n_is_small(study, official, client):
    client.force_login(official)
    _, (head, *rows) = parts(client.post(url("partnership")))
    by_name = {row[0]: dict(zip(head, row, strict=True)) for row in rows}

    assert by_name["Informasi dan Komunikasi"]["Bermitra (%)"] == "n kecil"
    assert by_name["Penyediaan Akomodasi Makan dan Minum"]["Bermitra (%)"] == "37,5\u00a0%"
    assert by_name["Jumlah"]["Tidak menjawab"] == "6"


def test_the_download_is_in_the_audit_trail_with_its_filters(study, official, client):
    client.force_login(official)
    client.post(url("sector", "?sector=2020-I"))

    event = AuditEvent.objects.get(verb=Verb.EXPORTED)
    assert event.actor_id == official.pk
    assert event.object_label == f"Tabel 1 — Jenis usaha – {study.title}"
    assert event.changes["filter"] == [None, "Jenis usaha: Penyediaan Akomodasi Makan dan Minum"]


def test_a_link_cannot_download(study, official, client):
    client.force_login(official)

    assert client.get(url("sector")).status_code == 405
    assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


def test_a_bad_filter_goes_back_to_the_page_that_explains_it(study, official, client):
    client.force_login(official)
    response = client.post(url("sector", "?district=99.99"), follow=True)

    assert "Kecamatan ini tidak ada" in words(response)
    assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


def test_an_unknown_table_is_not_found(study, official, client):
    client.force_login(official)
    assert client.post(url("modal")).status_code == 404


def test_a_name_that_looks_like_a_formula_is_text(official, client):
    sector = SectorFactory(code="R", name="=1+1", study_row=None, study_label="")
    wave = WaveFactory(title="@jumlah", method="-2+3")
    ResponseFactory(wave=wave, business=BusinessFactory(sector=sector))
    client.force_login(official)
    about, rows = parts(client.post(url("partnership")))

    assert (about["Gelombang"], about["Metode"]) == ("'@jumlah", "'-2+3")
    assert rows[1][0] == "'=1+1"


@pytest.mark.parametrize(
    ("role", "status"),
    [("official", 200), ("supervisor_a", 200), ("verifier_a", 403), ("enumerator_a", 403), (None, 302)],
)
def test_who_may_take_a_table_away(study, people, client, role, status):
    if role:
        client.force_login(getattr(people, role))
    assert client.post(url("sector")).status_code == status


def test_who_may_only_read_sees_no_button(people, client):
    wave = WaveFactory()
    ResponseFactory(wave=wave, business=BusinessFactory(ward=people.a.ward))
    for user, buttons in ((people.verifier_a, 0), (people.supervisor_a, 3)):
        client.force_login(user)
        assert words(client.get(reverse("dashboards:overview"))).count("Unduh CSV") == buttons


def test_the_file_of_a_kecamatan_holds_its_own_rows_only(people, client):
    wave = WaveFactory()
    ResponseFactory(wave=wave, business=BusinessFactory(ward=people.a.ward))
    ResponseFactory.create_batch(3, wave=wave, business__ward=people.b.ward)
    client.force_login(people.supervisor_a)
    about, rows = parts(client.post(url("partnership")))

    assert about["Diwawancarai"] == "1"
    assert rows[-1][:3] == ["Jumlah", "0", "1"]
