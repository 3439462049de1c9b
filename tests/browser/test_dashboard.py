"""The dashboard in a real browser: charts drawn, tables beside them, on a desk, a phone and paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from core.roles import Role
from tests.browser.conftest import Console
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.factories import UserFactory
from tests.surveys.study import load_study

pytestmark = pytest.mark.django_db(transaction=True)

DRAWN = "() => document.querySelectorAll('figure.chart:not([hidden]) canvas').length === 4"


@pytest.fixture
def official() -> User:
    load_study()
    return UserFactory(role=Role.OFFICIAL)


def open_dashboard(page: Page, live_server: LiveServer, official: User) -> None:
    log_in(page, official, live_server.url)
    page.goto(f"{live_server.url}/dasbor/")
    page.wait_for_function(DRAWN)


def test_the_dashboard_is_accessible_and_fits_every_screen(
    screen: Page, live_server: LiveServer, official: User
) -> None:
    open_dashboard(screen, live_server, official)

    expect(screen.get_by_text("(55 dari 100 jawaban)")).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)


def test_the_comparison_is_accessible_and_fits_every_screen(
    screen: Page, live_server: LiveServer, official: User
) -> None:
    log_in(screen, official, live_server.url)
    screen.goto(f"{live_server.url}/dasbor/banding-publikasi/")

    expect(screen.get_by_text("Tertukar", exact=True)).to_have_count(2)
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)


def test_bad_filters_are_accessible_too(screen: Page, live_server: LiveServer, official: User) -> None:
    log_in(screen, official, live_server.url)
    screen.goto(f"{live_server.url}/dasbor/?district=99&scale=raksasa")

    expect(screen.get_by_text("Kecamatan ini tidak ada")).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)


def test_the_chart_draws_its_bars_and_speaks_in_its_tooltips(
    page: Page, live_server: LiveServer, official: User
) -> None:
    open_dashboard(page, live_server, official)

    seen = page.evaluate(
        """() => {
            const chart = Chart.getChart(document.querySelectorAll('canvas')[1]);
            const food = chart.data.labels.findIndex((label) => label.startsWith('Penyediaan'));
            chart.tooltip.setActiveElements([{datasetIndex: 0, index: food}], {x: 1, y: 1});
            const bar = chart.getDatasetMeta(0).data[food];
            return {
                tooltip: chart.tooltip.body[0].lines[0],
                share: (bar.x - bar.base) / (chart.scales.x.getPixelForValue(100) - bar.base),
            };
        }"""
    )

    assert seen["tooltip"].replace("\u00a0", " ") == "Offline: 18 dari 33 jawaban, 54,5 %"
    assert seen["share"] == pytest.approx(18 / 33, abs=0.005)


def test_labels_too_wide_for_their_segment_stay_away(
    phone: Page, live_server: LiveServer, official: User
) -> None:
    open_dashboard(phone, live_server, official)

    drawn = phone.evaluate(
        """() => Object.values(Chart.instances)
            .flatMap((chart) => chart.$datalabels._datasets.flat(2))
            .filter((label) => label.model())
            .map((label) => Math.abs(label._el.x - label._el.base) - label.model().size.width)"""
    )

    assert len(drawn) > 20
    assert min(drawn) >= 0


def test_the_picture_names_the_table_as_its_alternative(
    page: Page, live_server: LiveServer, official: User
) -> None:
    open_dashboard(page, live_server, official)

    chart = page.get_by_role("img", name="Diagram batang: Kemitraan")
    expect(chart).to_have_accessible_description("Tabel di bawah memuat angka yang sama.")


def test_without_javascript_the_tables_are_all_there(
    browser: Browser, live_server: LiveServer, official: User
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, official, live_server.url)
    page.goto(f"{live_server.url}/dasbor/")

    assert page.locator("section.breakdown tbody tr").count() == 40
    assert page.locator("figure.chart:visible").count() == 0
    context.close()


def test_a_chart_that_cannot_be_loaded_leaves_the_table(
    page: Page, live_server: LiveServer, official: User, console: Console
) -> None:
    page.route("**/diagram/**", lambda route: route.abort())
    console.allow("Failed to load resource")
    console.allow("Diagram tidak dapat dimuat")
    log_in(page, official, live_server.url)
    page.goto(f"{live_server.url}/dasbor/")
    page.wait_for_load_state("networkidle")

    assert page.locator("figure.chart:visible").count() == 0
    expect(page.get_by_text("106 menjawab.")).to_be_visible()


def test_on_paper_no_chart_is_wider_than_the_page(
    page: Page, live_server: LiveServer, official: User
) -> None:
    open_dashboard(page, live_server, official)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins, at 96 dots an inch
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    widths = page.evaluate(
        "[...document.querySelectorAll('canvas')].map((canvas) => canvas.getBoundingClientRect().right)"
    )

    assert len(widths) == 4
    assert max(widths) <= 718
    assert page.locator("form.filters").is_hidden()


def test_filtering_moves_the_numbers(page: Page, live_server: LiveServer, official: User) -> None:
    open_dashboard(page, live_server, official)
    page.get_by_label("Jenis usaha", exact=True).select_option(label="Penyediaan Akomodasi Makan dan Minum")
    page.get_by_role("button", name="Terapkan").click()

    expect(page.get_by_text("33 menjawab.").first).to_be_visible()
    page.get_by_role("link", name="Hapus filter Jenis usaha").click()
    expect(page.get_by_text("106 menjawab.")).to_be_visible()


def test_a_table_is_downloaded(page: Page, live_server: LiveServer, official: User) -> None:
    open_dashboard(page, live_server, official)
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Unduh CSV.*Tabel 4")).click()

    assert download.value.suggested_filename == "revenue-trend-probolinggo-2022.csv"
