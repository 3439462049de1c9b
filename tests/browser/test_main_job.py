"""The main job, as five people do it: a business is registered, approved, interviewed, reviewed, and counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from core.models import Region
from core.roles import Role
from registry.models import Business, Registration
from surveys.models import Response
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driving import axe_violations, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import UserFactory, WaveFactory
from tests.factories.core import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

SITTING_DOWN, STANDING_IN_A_SHOP = DESKTOP, PHONE


@pytest.fixture
def office() -> None:
    """The city with its study, an open wave, and one person a desk; the enumerator works in Mayangan only."""
    call_command("load_regions", verbosity=0)
    call_command("load_sectors", verbosity=0)
    call_command("load_study", verbosity=0)
    WaveFactory(
        code="survei-2026",
        title="Survei UMKM 2026",
        design="census",
        target_n=None,
        period_end=timezone.localdate().replace(month=12, day=31),
    )
    UserFactory(username="petugas", role=Role.REGISTRAR, full_name="Petugas Pendaftaran")
    UserFactory(username="verifikator", role=Role.VERIFIER, full_name="Verifikator Kota")
    UserFactory(username="pengawas", role=Role.SUPERVISOR, full_name="Pengawas Kota")
    UserFactory(username="pimpinan", role=Role.OFFICIAL, full_name="Kepala Dinas")
    mayangan = Region.objects.districts().get(name="Mayangan")
    UserFactory(
        username="enumerator",
        role=Role.ENUMERATOR,
        full_name="Enumerator Mayangan",
        whole_city=False,
        districts=[mayangan],
    )


Desk = Callable[..., Page]


@pytest.fixture
def desk(new_context: Callable[..., BrowserContext], live_server: LiveServer) -> Desk:
    """Sit down as somebody: a fresh browser, logged in through the form."""

    def sit_down(username: str, screen: ViewportSize = SITTING_DOWN) -> Page:
        page = new_context().new_page()
        page.set_viewport_size(screen)
        page.goto(live_server.url)
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Masuk").click()
        expect(page.get_by_role("heading", name="Selamat datang")).to_be_visible()
        return page

    return sit_down


def looked_at(page: Page, picture: str = "", *, whole_page: bool = False) -> None:
    """Nothing is wrong with the page as it stands, and a picture of it goes into the manual."""
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    if picture:
        take_picture(page, picture, whole_page=whole_page)


def open_menu(page: Page, entry: str) -> None:
    toggler = page.get_by_role("button", name="Buka menu")
    if toggler.is_visible():
        toggler.click()
    name = re.compile(rf"^{entry}( [\d.]+ menunggu)?$")
    page.get_by_role("navigation", name="Menu utama").get_by_role("link", name=name).click()


def card(page: Page, title: str) -> Locator:
    return page.locator(".figure-cards li", has_text=title).locator(".card-value")


@pytest.mark.usefixtures("office")
def test_a_business_is_registered_approved_interviewed_reviewed_and_counted(desk: Desk) -> None:
    official = desk("pimpinan")
    open_menu(official, "Dasbor")
    expect(official.get_by_text("(55 dari 100 jawaban)")).to_be_visible()
    official.wait_for_function("() => document.querySelectorAll('figure.chart:not([hidden])').length === 4")
    looked_at(official, "dasbor")

    register_at_the_counter(desk("petugas"))
    approve_as_second_person(desk("verifikator"))
    interview_in_the_shop(desk("enumerator", STANDING_IN_A_SHOP))

    dashboard = official.url.split("?")[0] + "?wave=survei-2026"
    official.goto(dashboard)
    expect(card(official, "Diwawancarai")).to_have_text("0")
    expect(official.locator(".waiting").first).to_have_text("menunggu pemeriksaan: 1")
    looked_at(official, "menunggu-pemeriksaan")
    pass_the_interview(desk("pengawas"))
    accept_the_interview(official)

    official.goto(dashboard)
    expect(card(official, "Diwawancarai")).to_have_text("1")
    expect(official.locator(".waiting").first).to_have_text("menunggu pemeriksaan: 0")
    expect(official.locator("section.breakdown", has_text="Tabel 2")).to_contain_text("1 dari 1")
    looked_at(official)
    response = Response.objects.get(wave__code="survei-2026")
    assert (response.business.name, response.marketing_channel, response.partnership) == (
        "Warung Sumber Rejeki",
        "both",
        "",
    )


def register_at_the_counter(page: Page) -> None:
    open_menu(page, "UMKM")
    looked_at(page)
    page.get_by_role("link", name="Daftarkan UMKM").first.click()
    page.get_by_label("Nama usaha", exact=False).first.fill("Warung Sumber Rejeki")
    page.get_by_label("Nama pelaku usaha baru").fill("Pelaku Usaha Contoh")
    page.locator("[name=owner_national_id]").fill("9901010101900001")
    page.locator("[name=sector]").select_option(label="Penyediaan Akomodasi dan Penyediaan Makan Minum (I)")
    page.get_by_label("Kekayaan bersih").press_sequentially("40.000.000")
    page.get_by_label("Omzet per tahun").press_sequentially("400.000.000")
    expect(page.get_by_text("Kriteria berbeda").first).to_be_visible()

    page.get_by_role("button", name="Simpan dan ajukan").click()  # the kelurahan is still missing
    expect(page.locator(".field-ward .errorlist")).to_be_visible()
    expect(page.locator("[name=owner_national_id]")).to_have_value("9901010101900001")
    assert not Business.objects.real().exists()
    looked_at(page, "daftarkan-umkm")

    page.locator("[name=ward]").select_option(label="Jati")
    page.get_by_role("button", name="Simpan dan ajukan").click()
    expect(page.get_by_text("UMKM tersimpan")).to_be_visible()
    expect(page.get_by_text("Menunggu verifikasi").first).to_be_visible()
    expect(page.get_by_role("button", name="Setujui")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("9901••••••••0001")
    assert "9901010101900001" not in page.content()
    looked_at(page, "detail-umkm")


def approve_as_second_person(page: Page) -> None:
    open_menu(page, "Verifikasi")
    expect(page.locator("main")).to_contain_text("Warung Sumber Rejeki")
    looked_at(page, "menunggu-verifikasi")
    page.get_by_role("link", name="Warung Sumber Rejeki").first.click()
    page.get_by_role("button", name="Setujui").click()
    registration = Registration.objects.get()
    assert registration.number.startswith("35.74-")
    expect(page.locator("main")).to_contain_text(registration.number)
    open_menu(page, "UMKM")
    looked_at(page, "daftar-umkm")


def interview_in_the_shop(page: Page) -> None:
    open_menu(page, "Wawancara")
    page.get_by_role("link", name="Survei UMKM 2026", exact=True).click()
    looked_at(page, "tugas-ponsel")
    page.get_by_role("link", name="Warung Sumber Rejeki").first.click()
    expect(page.locator("main input:checked")).to_have_count(0)
    looked_at(page)

    answer(page, "Bacakan kepada pelaku usaha", "Bersedia")
    answer(page, "Bagaimana usaha ini memasarkan", "Offline dan online")
    page.get_by_role("button", name="Kirim wawancara").click()
    expect(page.get_by_role("alert")).to_contain_text("Belum diisi")
    expect(page.get_by_label("Offline dan online")).to_be_checked()
    assert Response.objects.filter(wave__code="survei-2026").count() == 0
    looked_at(page)

    platforms = page.get_by_role("group", name="Platform apa saja")
    expect(platforms).to_contain_text("Belum diisi")
    answer(page, "Platform apa saja", "Media sosial")
    expect(platforms.get_by_text("Belum diisi")).to_be_hidden()
    answer(page, "Apakah usaha ini bermitra", "Tidak menjawab")
    answer(page, "Bagaimana pendapatan", "Meningkat")
    answer(page, "Dari mana modal", "Modal pribadi")
    answer(page, "Mengapa tidak memakai kredit", "Suku bunga terlalu tinggi")
    answer(page, "Apakah pembukuan", "Ya")
    answer(page, "Apakah keuangan usaha", "Tidak")
    answer(page, "Masalah apa saja", "Promosi")
    answer(page, "Apakah usaha ini berpotensi", "Ya")
    answer(page, "Bagaimana jawaban diperoleh", "Wawancara")
    answer(page, "Langsung atau tidak", "Langsung")
    page.get_by_role("group", name="Bagaimana usaha ini memasarkan").evaluate(
        "group => group.scrollIntoView()"
    )
    looked_at(page, "wawancara-ponsel")
    page.get_by_role("button", name="Kirim wawancara").click()
    expect(page.locator("main")).to_contain_text("Offline dan online")
    looked_at(page, "wawancara-terkirim-ponsel")


def pass_the_interview(page: Page) -> None:
    open_menu(page, "Pemeriksaan")
    page.get_by_role("link", name="Warung Sumber Rejeki").click()
    expect(page.locator("main")).to_contain_text("Offline dan online")
    page.get_by_role("button", name="Loloskan").click()
    expect(page.locator("main")).to_contain_text("lolos pemeriksaan")


def accept_the_interview(page: Page) -> None:
    open_menu(page, "Pemeriksaan")
    # One by one: interviewed after 21.00 by the clock of the machine, it has a flag and is in no bulk.
    page.get_by_role("link", name="Warung Sumber Rejeki").click()
    page.get_by_role("button", name="Terima", exact=True).click()
    expect(page.locator("main")).to_contain_text("diterima dan sekarang dihitung.")


def answer(page: Page, prompt: str, label: str) -> None:
    page.get_by_role("group", name=prompt).locator("label", has_text=label).first.click()
