"""REG-5 in a real browser: words, numbers, filters, one of them kept, and the columns of the list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.factories import OwnerFactory
from tests.factories.registry import registered_business
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)
NIK = "9901010101907003"


@pytest.fixture
def register(people: People) -> People:
    owner = OwnerFactory(ward=people.a.ward, national_id=NIK, name="Siti")
    registered_business(ward=people.a.ward, name="CV Kopi Senja", owner=owner, workers_male=3)
    registered_business(ward=people.a.ward, name="Kopi Pagi " + "panjang" * 15)
    registered_business(
        ward=people.a.ward, name="Bakso", owner=OwnerFactory(name="Q" * 90, national_id="9901010101900777")
    )
    return people


def test_a_business_is_found_a_filter_kept_and_used_again(
    screen: Page, live_server: LiveServer, register: People
) -> None:
    page = screen
    log_in(page, register.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/umkm/")
    assert not scrolls_sideways(page)

    page.get_by_label("Cari").fill("cv senja siti")
    page.get_by_label("Cari").press("Enter")
    expect(page.get_by_text("Menampilkan 1 dari 1 UMKM")).to_be_visible()
    assert "search=cv+senja+siti" in page.url

    page.get_by_label("Cari").fill("kopi")
    page.get_by_label("Cari").press("Enter")
    expect(page.get_by_text("Menampilkan 2 dari 2 UMKM")).to_be_visible()
    page.get_by_text("Filter lainnya").click()
    page.get_by_label("Tenaga kerja").first.select_option("1-4")
    expect(page.get_by_text("Menampilkan 1 dari 1 UMKM")).to_be_visible()
    expect(page.get_by_role("link", name="Hapus filter Tenaga kerja")).to_be_visible()
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)

    page.get_by_text("Filter tersimpan", exact=True).click()
    page.get_by_label("Nama filter").fill("Kopi kecil")
    page.get_by_role("button", name="Simpan filter ini").click()
    expect(page.get_by_text("Filter disimpan dengan nama Kopi kecil")).to_be_visible()

    page.get_by_role("link", name="Hapus filter", exact=True).click()
    expect(page.get_by_text("Menampilkan 3 dari 3 UMKM")).to_be_visible()
    page.get_by_text("Filter tersimpan (1)").click()
    page.get_by_role("link", name="Kopi kecil").click()
    expect(page.get_by_text("Menampilkan 1 dari 1 UMKM")).to_be_visible()

    page.get_by_label("Cari").fill("tidakada")
    page.get_by_label("Cari").press("Enter")
    expect(page.get_by_text("Tidak ada UMKM yang cocok")).to_be_visible()


def test_a_nik_is_answered_and_stands_in_no_address(
    screen: Page, live_server: LiveServer, register: People
) -> None:
    page = screen
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    log_in(page, register.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/umkm/")

    page.get_by_label("Cari").fill("9901 0101 0190 7003")
    page.get_by_role("button", name="Terapkan").click()

    expect(page.get_by_text("sudah terdaftar atas nama Siti")).to_be_visible()
    expect(page.get_by_role("link", name="CV Kopi Senja")).to_be_visible()
    assert axe_violations(page) == []
    assert not any("9901" in address for address in [*addresses, page.url])


def test_the_columns_are_chosen_once(screen: Page, live_server: LiveServer, register: People) -> None:
    page = screen
    log_in(page, register.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/umkm/")

    page.get_by_text("Pilih kolom").click()
    page.get_by_label("NIK", exact=True).check()
    page.get_by_label("Tenaga kerja").last.check()
    page.get_by_role("button", name="Simpan kolom").click()

    expect(page.get_by_role("columnheader", name="NIK")).to_be_visible()
    expect(page.get_by_text("9901••••••••7003")).to_be_visible()
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
