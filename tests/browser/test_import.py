"""REG-8: a list from a spreadsheet, seen with what is wrong in it before anything is stored, and taken back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from core.roles import Role
from registry.models import Business
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.core.importing.working import work_off_the_queue
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
HEADERS = ("No.", "Nama Usaha", "Nama Pemilik", "No. KTP", "No. HP", "Jenis usaha", "Kecamatan", "Kelurahan")
ROWS = (
    ("1", "Warung Sumber Rejeki", "Siti Contoh", "9901014101900001", "081234567890", "I"),
    ("2", "Toko Kain Makmur", "Budi Contoh", "", "081234567891", "G"),
    ("3", "Keripik Renyah", "Rina Contoh", "99010141", "081234567892", "C"),
    ("4", "Bengkel Jaya", "Agus Contoh", "", "", "G"),
)


@pytest.fixture
def registrar() -> User:
    call_command("load_regions", verbosity=0)
    call_command("load_sectors", verbosity=0)
    return UserFactory(username="petugas", role=Role.REGISTRAR, full_name="Petugas Pendaftaran")


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    path = tmp_path / "daftar-umkm-2026.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Daftar UMKM binaan tahun 2026"])
    sheet.append([])
    sheet.append(HEADERS)
    for row in ROWS:
        sheet.append([*row, "Mayangan", "Mayangann" if row[0] == "4" else "Mayangan"])
    book.save(path)
    return path


def wait_for_the_worker(page: Page) -> None:
    work_off_the_queue()
    expect(page.locator(".job-status")).to_have_count(0)


def upload(page: Page, spreadsheet: Path) -> None:
    page.get_by_label("Berkas").set_input_files(spreadsheet)
    page.get_by_label("Sumber").fill("Data kelurahan 2026")
    take_picture(page, "impor-unggah")
    page.get_by_role("button", name="Unggah dan baca").click()


def check_all_rows(page: Page) -> None:
    expect(page.get_by_role("heading", name="2. Kolom dan pilihan")).to_be_visible()
    expect(page.get_by_label("No. KTP")).to_have_value("owner_national_id")
    expect(page.get_by_label("Baris judul kolom")).to_have_value("3")
    take_picture(page, "impor-kolom", whole_page=True)
    page.get_by_role("button", name="Periksa semua baris").click()
    wait_for_the_worker(page)


def see_what_is_wrong(page: Page) -> None:
    expect(page.get_by_role("heading", name="2 baris siap, 2 baris bermasalah")).to_be_visible()
    button = page.get_by_role("button", name="Impor 2 baris")
    expect(button).to_be_disabled()
    page.get_by_label("Lewati baris bermasalah").check()
    expect(button).to_be_enabled()
    take_picture(page, "impor-periksa", whole_page=True)
    assert axe_violations(page) == []


def put_a_cell_right(page: Page) -> None:
    bad = page.get_by_role("article", name="Baris 7")
    bad.get_by_label("Kelurahan").fill("Mayangan")
    bad.get_by_role("button", name="Periksa ulang").click()
    expect(page.get_by_role("heading", name="3 baris siap, 1 baris bermasalah")).to_be_visible()


def store_the_good_rows(page: Page) -> None:
    page.get_by_label("Lewati baris bermasalah").check()
    page.get_by_role("button", name="Impor 3 baris").click()
    wait_for_the_worker(page)
    expect(page.get_by_text("3 baris dibuat")).to_be_visible()
    take_picture(page, "impor-selesai")


def test_a_list_from_a_spreadsheet(
    page: Page, live_server: LiveServer, registrar: User, spreadsheet: Path
) -> None:
    log_in(page, registrar, live_server.url)
    page.goto(f"{live_server.url}/impor/")
    upload(page, spreadsheet)
    check_all_rows(page)
    see_what_is_wrong(page)
    put_a_cell_right(page)
    assert Business.objects.count() == 0

    store_the_good_rows(page)
    names = set(Business.objects.values_list("name", flat=True))
    assert names == {"Warung Sumber Rejeki", "Toko Kain Makmur", "Bengkel Jaya"}
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh baris bermasalah (XLSX)").click()
    assert download.value.suggested_filename.endswith(".xlsx")

    page.get_by_text("Urungkan seluruh impor").click()
    page.get_by_role("button", name="Ya, urungkan").click()
    wait_for_the_worker(page)
    expect(page.get_by_text("3 baris diurungkan")).to_be_visible()
    assert Business.objects.count() == 0


def test_the_same_on_a_phone(
    phone: Page, live_server: LiveServer, registrar: User, spreadsheet: Path
) -> None:
    log_in(phone, registrar, live_server.url)
    phone.goto(f"{live_server.url}/impor/")
    phone.get_by_label("Berkas").set_input_files(spreadsheet)
    phone.get_by_role("button", name="Unggah dan baca").click()
    phone.get_by_role("button", name="Periksa semua baris").click()
    wait_for_the_worker(phone)
    expect(phone.get_by_role("heading", name="2 baris siap, 2 baris bermasalah")).to_be_visible()
    take_picture(phone, "impor-ponsel", whole_page=True)
    assert not scrolls_sideways(phone)
    assert axe_violations(phone) == []
