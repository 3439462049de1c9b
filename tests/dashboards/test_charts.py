"""The contract of the chart JSON: what our page gets, and what django-chartjs would have given it."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.urls import reverse

from core.permissions import Permission
from dashboards.charts import PALETTE, BreakdownChart, ChartView, plain
from tests.dashboards.study import TABLE_FILES
from tests.factories import ResponseFactory, WaveFactory


def url(table: str) -> str:
    return reverse("dashboards:breakdown-chart", args=[table])


@pytest.fixture
def chart(client, official, study):
    client.force_login(official)

    def get(table="marketing-channel", **query):
        return json.loads(client.get(url(table), query).content)

    return get


class OddChart(ChartView):
    """A chart with everything that goes wrong in the library by itself."""

    permission = Permission.VIEW_DASHBOARD
    values: list[object] = [Decimal("1.5"), Fraction(1, 4), float("nan"), None]

    def get_labels(self):
        return ["a", "b", "c", "d"]

    def get_providers(self):
        return ["satu"]

    def get_data(self):
        return [self.values]

    def get_options(self):
        return {"indexAxis": "y"}


def odd(**initial) -> str:
    view = OddChart.as_view(**initial)
    return view(RequestFactory().get("/"), secret="nama-rahasia").content.decode()


def test_only_type_data_and_options_leave():
    assert set(json.loads(odd())) == {"type", "data", "options"}


def test_the_arguments_of_the_address_and_the_view_do_not_leak():
    text = odd()
    assert "nama-rahasia" not in text
    assert "OddChart" not in text


def test_the_same_numbers_give_the_same_bytes():
    assert odd() == odd()


def test_exact_numbers_become_numbers_and_nan_becomes_null():
    assert json.loads(odd())["data"]["datasets"][0]["data"] == [1.5, 0.25, None, None]


def test_what_has_no_place_in_a_chart_is_refused():
    with pytest.raises(TypeError, match="object does not belong"):
        odd(values=[object()])
    with pytest.raises(TypeError, match="date"):
        plain({"x": date(2026, 1, 1)})


def test_infinity_is_null_too():
    assert plain((float("inf"), True, "teks")) == [None, True, "teks"]


def test_every_chart_names_its_permission():
    assert BreakdownChart.gated().gate.permission is Permission.VIEW_DASHBOARD


def test_the_library_serves_nothing_of_its_own():
    assert not apps.is_installed("chartjs")


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_that_of_wcag():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#009e73", "#ffffff") == pytest.approx(3.42, abs=0.01)


@pytest.mark.parametrize("colour", PALETTE)
def test_bars_stand_out_from_the_page_and_labels_from_the_bars(colour):
    assert contrast(colour.fill, "#ffffff") >= 3
    assert contrast(colour.text, colour.fill) >= 4.5


@pytest.mark.django_db
class TestBreakdownChart:
    def test_bars_carry_percentages_counts_and_words(self, chart):
        data = chart()["data"]
        food = data["labels"].index("Penyediaan Akomodasi Makan dan Minum (n\u00a0=\u00a033)")
        offline, _, both = data["datasets"]

        assert [series["label"] for series in data["datasets"]] == ["Offline", "Online", "Offline dan online"]
        assert offline["data"][food] == pytest.approx(100 * 18 / 33)
        assert offline["counts"][food] == 18
        assert offline["notes"][food].replace("\u00a0", " ") == "18 dari 33 jawaban, 54,5 %"
        assert both["counts"][food] == 1

    def test_all_sectors_together_stand_on_top(self, chart):
        data = chart("revenue-trend")["data"]
        assert data["labels"][0] == "Semua (n\u00a0=\u00a0106)"
        assert [series["counts"][0] for series in data["datasets"]] == [4, 40, 62]

    def test_the_table_of_businesses_has_no_bar_for_the_whole(self, chart):
        spec = chart("sector")
        assert len(spec["data"]["labels"]) == 10
        assert spec["options"]["stacked"] is False

    def test_small_rows_have_no_percentage(self, chart):
        data = chart("partnership")["data"]
        small = data["labels"].index("Informasi dan Komunikasi (n\u00a0=\u00a01, n\u00a0kecil)")
        assert [series["data"][small] for series in data["datasets"]] == [None, None]
        assert data["datasets"][0]["notes"][small] == "1 dari 1 jawaban"

    @pytest.mark.parametrize("table", TABLE_FILES)
    def test_the_segments_of_a_bar_make_a_hundred(self, chart, table):
        spec = chart(table)
        if spec["options"]["stacked"]:
            for bar in zip(*(series["data"] for series in spec["data"]["datasets"]), strict=True):
                assert None in bar or sum(bar) == pytest.approx(100)

    def test_nothing_is_stored_on_the_way(self, client, study, official):
        client.force_login(official)
        response = client.get(url("sector"))
        assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
        assert response["Content-Type"] == "application/json"

    def test_filters_hold_for_the_chart_too(self, chart):
        assert len(chart("revenue-trend", sector="2020-I")["data"]["labels"]) == 2

    def test_a_bad_filter_is_400_and_an_unknown_table_404(self, client, study, official):
        client.force_login(official)
        assert client.get(url("sector"), {"wave": "tidak-ada"}).status_code == 400
        assert client.get(url("modal")).status_code == 404

    def test_without_a_wave_there_is_no_chart(self, client, official):
        client.force_login(official)
        assert client.get(url("sector")).status_code == 404

    @pytest.mark.parametrize(
        ("role", "status"), [("official", 200), ("supervisor_a", 200), ("registrar_a", 403), (None, 403)]
    )
    def test_at_the_door_there_is_no_redirect(self, client, people, role, status):
        WaveFactory()
        if role:
            client.force_login(getattr(people, role))
        assert client.get(url("sector")).status_code == status

    def test_another_kecamatan_stays_out(self, client, people):
        wave = WaveFactory()
        ResponseFactory.create_batch(6, wave=wave, business__ward=people.a.ward)
        ResponseFactory.create_batch(2, wave=wave, business__ward=people.b.ward)
        client.force_login(people.supervisor_a)
        labels = json.loads(client.get(url("partnership"), {"wave": wave.code}).content)["data"]["labels"]
        assert labels[0] == "Semua (n\u00a0=\u00a06)"
