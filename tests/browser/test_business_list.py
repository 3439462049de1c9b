"""The list in a real browser: one request an Enter, back works, the file is the list, the sheet has no barrier."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Console
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.factories.registry import registered_business
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def register(people: People) -> People:
    for number in range(3):
        registered_business(ward=people.a.ward, name=f"Warung {number}", annual_sales=5)
    registered_business(ward=people.a.ward, name="Warung besar", annual_sales=900_000_000_000)
    registered_business(ward=people.a.ward, name="Toko Kain")
    return people


def test_search_filter_file_and_back(page: Page, live_server: LiveServer, register: People) -> None:
    log_in(page, register.administrator, live_server.url)
    page.goto(f"{live_server.url}/umkm/")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.headers.get("hx-request") else None)

    page.get_by_label("Cari").fill("warung")
    page.get_by_label("Cari").press("Enter")
    expect(page.get_by_text("Menampilkan 4 dari 4 UMKM")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1

    page.get_by_label("Skala usaha").select_option("micro")
    expect(page.get_by_text("Menampilkan 3 dari 3 UMKM")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(asked) == 2
    assert "search=warung" in page.url

    # What is typed but not yet applied does not count: the file is the list on the screen.
    page.get_by_label("Cari").fill("toko")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(StringIO(text), delimiter=";"))) == 1 + 3

    page.go_back()
    expect(page.get_by_text("Menampilkan 4 dari 4 UMKM")).to_be_visible()
    expect(page.get_by_label("Cari")).to_have_value("warung")
    page.go_back()
    expect(page.get_by_text("Menampilkan 5 dari 5 UMKM")).to_be_visible()


def test_a_file_without_reason_is_asked_for_it(
    screen: Page, live_server: LiveServer, register: People, console: Console
) -> None:
    console.allow("400")
    log_in(screen, register.administrator, live_server.url)
    screen.goto(f"{live_server.url}/umkm/")
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)

    screen.get_by_text("Pilihan berkas dan samaran", exact=True).click()
    screen.get_by_label("Tanpa samaran: NIK").check()
    with screen.expect_response(lambda response: response.status == 400):
        screen.get_by_role("button", name="Unduh XLSX").click()

    expect(screen.get_by_text("Tulis alasan")).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)


def test_the_sheet(screen: Page, live_server: LiveServer, register: People) -> None:
    log_in(screen, register.registrar_a, live_server.url)
    screen.goto(f"{live_server.url}/umkm/")
    screen.get_by_role("link", name="Warung besar").click()
    screen.get_by_role("button", name="Cetak").click()

    expect(screen.get_by_role("heading", name="Lembar data UMKM")).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)
    screen.emulate_media(media="print")
    expect(screen.get_by_text("Kembali ke Warung besar")).to_be_hidden()
    expect(screen.get_by_text("Dicetak oleh")).to_be_visible()
