"""From a number on *Mutu data* to its rows, their file, and one change of all of them."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.models import Business, ChangeProposal
from tests.browser.conftest import DESKTOP
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import BusinessFactory, SectorFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Pemutakhiran kode KBLI tahun ini"


def picture(page: Page, name: str) -> None:
    """Of the desk, not of the phone that takes the same way."""
    if page.viewport_size == DESKTOP:
        take_picture(page, name)


@pytest.fixture
def register(people: People) -> People:
    food = SectorFactory(code="I", study_row=6, study_label="Penyediaan Akomodasi dan Penyediaan Makan Minum")
    for name in ("Warung Melati", "Warung Kenanga", "Kedai Sore"):
        BusinessFactory(ward=people.a.ward, name=name, sector=food)
    registered_business(ward=people.a.ward, name="Rawon Bu Contoh", sector=food)
    BusinessFactory(ward=people.a.ward, name="Soto Contoh", sector=food, kbli_code="56101")
    return people


def test_a_list_is_handed_over_and_the_log_tells(
    screen: Page, live_server: LiveServer, register: People
) -> None:
    log_in(screen, register.registrar_a, live_server.url)
    screen.goto(f"{live_server.url}/umkm/mutu/")
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)
    picture(screen, "mutu-data")
    screen.get_by_role("link", name="Tanpa kode KBLI: 4", exact=True).click()
    expect(screen.get_by_text("Menampilkan 4 dari 4 UMKM")).to_be_visible()

    with screen.expect_download() as download:
        screen.get_by_role("button", name="Unduh CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == 4
    assert {row["NIK"][4:12] for row in rows} == {"••••••••"}
    for kind in ("XLSX", "ODS"):
        with screen.expect_download() as download:
            screen.get_by_role("button", name=f"Unduh {kind}").click()
        assert download.value.suggested_filename.endswith(kind.lower())

    screen.get_by_role("link", name="Log unduhan").click()
    expect(screen.get_by_text("UMKM: 4 baris")).to_have_count(3)
    expect(screen.get_by_text("Tanpa kode KBLI").first).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)
    picture(screen, "log-unduhan")


def test_the_order_of_the_ministry(page: Page, live_server: LiveServer, register: People) -> None:
    log_in(page, register.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/umkm/")
    page.get_by_text("Pilihan berkas", exact=True).click()
    page.get_by_label("Susunan kolom").select_option(label="Urutan kolom SIDT-KUMKM")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh CSV").click()

    assert download.value.suggested_filename.startswith("umkm-sidt-")
    assert "id_data_badan_usaha;nik_pengusaha" in Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_all_rows_of_a_list_are_changed_after_a_look(
    screen: Page, live_server: LiveServer, register: People
) -> None:
    log_in(screen, register.registrar_a, live_server.url)
    screen.goto(f"{live_server.url}/umkm/?worklist=no_kbli")
    screen.get_by_role("button", name="Ubah sekaligus").click()
    expect(screen.get_by_text("4 UMKM")).to_be_visible()
    screen.get_by_label("Kode KBLI").fill("56101")
    screen.get_by_label("Alasan").fill(REASON)
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)
    screen.get_by_role("button", name="Lihat dahulu").click()

    expect(screen.get_by_text("4 UMKM akan diubah")).to_be_visible()
    expect(screen.get_by_text("menjadi usulan yang disetujui orang lain")).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)
    picture(screen, "ubah-sekaligus")
    Business.objects.filter(name="Kedai Sore").update(version=2)  # somebody else saves it now
    screen.get_by_role("button", name="Terapkan").click()

    expect(screen.get_by_text("Perubahan selesai dikerjakan")).to_be_visible()
    for outcome in ("Diubah: 2", "Diusulkan, menunggu persetujuan: 1"):
        expect(screen.get_by_role("link", name=outcome, exact=True)).to_be_visible()
    screen.get_by_role("link", name="Diubah orang lain sejak pratinjau: 1").click()
    expect(screen.get_by_role("link", name="Kedai Sore")).to_be_visible()
    assert not scrolls_sideways(screen)
    assert Business.objects.filter(kbli_code="56101", version=2).count() == 2
    assert ChangeProposal.objects.count() == 1


def test_only_the_ticked_ones(page: Page, live_server: LiveServer, register: People) -> None:
    log_in(page, register.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/umkm/")
    page.get_by_label("Cari").fill("warung")
    page.get_by_label("Cari").press("Enter")
    expect(page.get_by_text("Menampilkan 2 dari 2 UMKM")).to_be_visible()
    everything = page.get_by_label("Pilih semua di halaman ini")
    expect(page.get_by_text("Tanpa centang: semua 2 UMKM")).to_be_visible()
    everything.check()
    expect(page.get_by_label("Pilih Warung Kenanga")).to_be_checked()
    expect(page.get_by_text("2 UMKM dicentang.")).to_be_visible()
    page.get_by_label("Pilih Warung Kenanga").uncheck()
    expect(page.get_by_text("1 UMKM dicentang.")).to_be_visible()
    page.get_by_label("Pilih Warung Melati").uncheck()
    expect(page.get_by_text("Tanpa centang: semua 2 UMKM")).to_be_visible()
    page.get_by_label("Pilih Warung Melati").check()
    page.get_by_role("button", name="Ubah sekaligus").click()
    expect(page.get_by_text("1 UMKM")).to_be_visible()
    page.get_by_label("Bentuk usaha").select_option(label="Badan usaha")
    page.get_by_label("Alasan").fill(REASON)
    page.get_by_role("button", name="Lihat dahulu").click()
    expect(page.get_by_role("link", name="Warung Melati")).to_be_visible()
    expect(page.get_by_role("link", name="Warung Kenanga")).to_have_count(0)
