"""A list of interviews on paper, typed into the sheet of the wave, put right on the page, stored, taken back, stored again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.formats import JAKARTA
from core.models import Region, User
from core.roles import Role
from registry.models import Business
from surveys.models import Response, Wave
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.core.importing.working import work_off_the_queue
from tests.factories import BusinessFactory, ResponseFactory, SectorFactory, UserFactory, WaveFactory
from tests.surveys.importing.making import ANSWERS

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 30
MISTAKES = {
    4: {"Cara pemasaran": "Onlien"},
    8: {"Nama usaha": "Warung Tidak Ada"},
    12: {"Tanggal wawancara": "31/12/2019"},
    16: {"Kemitraan": ""},
    20: {"Nama usaha": "Warung Contoh 19"},  # as on row 19, so both are wrong
}


@pytest.fixture
def ward() -> Region:
    call_command("load_regions", verbosity=0)
    call_command("load_sectors", verbosity=0)
    return Region.objects.wards().get(name="Mayangan")


@pytest.fixture
def supervisor(ward: Region) -> User:
    facts = {"role": Role.SUPERVISOR, "full_name": "Pengawas Mayangan"}
    user: User = UserFactory(username="pengawas", whole_city=False, districts=[ward.parent], **facts)
    return user


@pytest.fixture
def wave(ward: Region) -> Wave:
    year = datetime.now(JAKARTA).year
    wave: Wave = WaveFactory(
        title=f"Survei UMKM {year}",
        code=f"survei-{year}",
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
    )
    sector = SectorFactory(code="I")
    for number in range(2, ROWS + 2):  # called after the row they are typed on
        BusinessFactory(name=f"Warung Contoh {number}", ward=ward, sector=sector, registration=None)
    return wave


def type_in(template: Path, mistakes: dict[int, dict[str, str]], name: str) -> Path:
    book = openpyxl.load_workbook(template)
    sheet = book["Wawancara"]
    headings = [cell.value for cell in sheet[1]]
    for number in range(2, ROWS + 2):
        row = {
            "Nama usaha": f"Warung Contoh {number}",
            "Kelurahan": "Mayangan",
            "Tanggal wawancara": f"{datetime.now(JAKARTA):%d/%m/%Y}",
            **ANSWERS,
            **mistakes.get(number, {}),
        }
        sheet.append([row.get(heading) for heading in headings])
    path = template.with_name(name)
    book.save(path)
    return path


def wait_for_the_worker(page: Page) -> None:
    work_off_the_queue()
    expect(page.locator(".job-status")).to_have_count(0)


def looks_right_on_both_screens(page: Page, *, desk: str = "", phone: str = "") -> None:
    """`desk` and `phone` name the pictures that the manual shows."""
    for size, picture in ((PHONE, phone), (DESKTOP, desk)):
        page.set_viewport_size(size)
        assert not scrolls_sideways(page)
        assert axe_violations(page) == []
        if picture:
            take_picture(page, picture, whole_page=True)


def upload(page: Page, address: str, path: Path) -> None:
    page.goto(f"{address}/impor/")
    page.get_by_label("Berkas").set_input_files(path)
    page.get_by_role("button", name="Unggah dan baca").click()
    expect(page.get_by_role("heading", name="2. Kolom dan pilihan")).to_be_visible()


def check(page: Page) -> None:
    page.get_by_role("button", name="Periksa semua baris").click()
    wait_for_the_worker(page)


def put_right(page: Page, row: int, heading: str, text: str, *, then: str) -> None:
    bad = page.get_by_role("article", name=f"Baris {row}:").or_(
        page.get_by_role("article", name=f"Baris {row}", exact=True)
    )
    bad.get_by_label(heading, exact=True).fill(text)
    bad.get_by_role("button", name="Periksa ulang").click()
    expect(page.get_by_role("heading", name=then)).to_be_visible()


def put_all_right(page: Page) -> None:
    today = f"{datetime.now(JAKARTA):%d/%m/%Y}"
    put_right(page, 4, "Cara pemasaran", "Online", then="25 baris siap, 5 baris bermasalah")
    put_right(page, 8, "Nama usaha", "warung contoh 8", then="26 baris siap, 4 baris bermasalah")
    put_right(page, 12, "Tanggal wawancara", today, then="27 baris siap, 3 baris bermasalah")
    put_right(page, 16, "Kemitraan", "individu", then="28 baris siap, 2 baris bermasalah")
    put_right(page, 20, "Nama usaha", "Warung Contoh 20", then="30 baris siap, 0 baris bermasalah")


def store(page: Page) -> None:
    page.get_by_role("button", name="Impor 30 baris").click()
    wait_for_the_worker(page)
    expect(page.get_by_text("30 baris dibuat")).to_be_visible()
    assert Response.objects.values("business").distinct().count() == Response.objects.count() == ROWS


def take_back(page: Page) -> None:
    page.get_by_text("Urungkan seluruh impor").click()
    page.get_by_role("button", name="Ya, urungkan").click()
    wait_for_the_worker(page)
    expect(page.get_by_text("30 baris diurungkan")).to_be_visible()
    assert not Response.objects.exists()


def test_a_paper_list_becomes_interviews(
    page: Page, live_server: LiveServer, supervisor: User, wave: Wave, tmp_path: Path
) -> None:
    log_in(page, supervisor, live_server.url)
    page.goto(f"{live_server.url}/impor/")
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Wawancara: {wave.title} (XLSX)").click()
    template = tmp_path / download.value.suggested_filename
    download.value.save_as(template)
    looks_right_on_both_screens(page, phone="impor-wawancara-unggah-ponsel")

    upload(page, live_server.url, type_in(template, MISTAKES, "wawancara-kertas.xlsx"))
    expect(page.get_by_label("Alasan tidak memakai kredit")).to_have_value("q_credit_refusal_reasons")
    expect(page.get_by_label("Sel kosong berarti Tidak menjawab")).not_to_be_checked()
    looks_right_on_both_screens(page)
    check(page)
    expect(page.get_by_role("heading", name="24 baris siap, 6 baris bermasalah")).to_be_visible()
    looks_right_on_both_screens(page, desk="impor-wawancara-periksa")
    put_all_right(page)
    assert not Response.objects.exists()

    store(page)
    assert set(Response.objects.values_list("state", "door")) == {("sent", "import")}
    looks_right_on_both_screens(page)
    take_back(page)
    upload(page, live_server.url, type_in(template, {}, "wawancara-kertas-benar.xlsx"))
    check(page)
    store(page)
    assert Business.objects.count() == ROWS


def conflict(page: Page, address: str, template: Path) -> None:
    upload(page, address, type_in(template, {5: {"Kemitraan": "individu"}}, "lain.xlsx"))
    check(page)


def test_another_answer_is_shown_beside_the_stored_one(
    phone: Page, live_server: LiveServer, supervisor: User, wave: Wave, tmp_path: Path
) -> None:
    log_in(phone, supervisor, live_server.url)
    phone.goto(f"{live_server.url}/impor/")
    with phone.expect_download() as download:
        phone.get_by_role("link", name=f"Wawancara: {wave.title} (XLSX)").click()
    template = tmp_path / "isian.xlsx"
    download.value.save_as(template)
    upload(phone, live_server.url, type_in(template, {}, "semua.xlsx"))
    check(phone)
    store(phone)

    conflict(phone, live_server.url, template)
    expect(phone.get_by_role("heading", name="0 baris siap, 1 baris bermasalah")).to_be_visible()
    expect(phone.get_by_text("tersimpan: Bermitra; pada berkas: Individu (tidak bermitra)")).to_be_visible()
    looks_right_on_both_screens(phone, phone="impor-wawancara-berbeda-ponsel")


def test_taking_the_results(page: Page, live_server: LiveServer, wave: Wave, ward: Region) -> None:
    official = UserFactory(username="pimpinan", role=Role.OFFICIAL, full_name="Kepala Dinas")
    for business in Business.objects.all()[:12]:
        ResponseFactory(wave=wave, business=business, state="accepted" if business.pk % 4 else "sent")
    log_in(page, official, live_server.url)
    page.goto(f"{live_server.url}/survei/gelombang/{wave.code}/")
    page.get_by_role("link", name="Unduh hasil").click()
    looks_right_on_both_screens(page, desk="unduh-hasil")
    for name, suffix in (("XLSX dengan buku kode", "xlsx"), ("CSV", "csv"), ("SAV (SPSS, PSPP)", "sav")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(f".{suffix}")
