"""An owner registers from a telephone, is asked for more, answers, and is registered; with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import Region, User
from core.roles import Role
from registry import actions
from registry.models import Business, PublicApplication
from tests.browser.conftest import PHONE
from tests.browser.door_walk import PAGES, fill_step, press
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import CityFactory, DistrictFactory, SectorFactory, UserFactory, WardFactory
from tests.registry.applicants import consent_text

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = "Tulis RT dan RW pada alamat."


@pytest.fixture
def ward() -> Region:
    city = CityFactory(code="35.74", name="Kota Probolinggo")
    district = DistrictFactory(code="35.74.05", name="Kanigaran", parent=city)
    SectorFactory(code="I", name="Penyediaan Akomodasi dan Penyediaan Makan Minum", study_row=6)
    consent_text()
    return WardFactory(code="35.74.05.1001", name="Kanigaran", parent=district)


@pytest.fixture(params=[True, False], ids=["javascript", "without javascript"])
def owner(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Page:
    page = new_context(java_script_enabled=request.param).new_page()
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def verifier(page: Page, live_server: LiveServer, ward: Region) -> Page:
    log_in(page, person(), live_server.url)
    return page


def person() -> User:
    return UserFactory(username="verifikator", full_name="Verifikator Kota", role=Role.VERIFIER)


def is_narrow(page: Page) -> None:
    assert not scrolls_sideways(page), page.url


def register(page: Page, live_server: LiveServer) -> str:
    """From the login page to the receipt; the code on it."""
    page.goto(f"{live_server.url}/masuk/")
    page.get_by_role("link", name="daftarkan usaha").click()
    expect(page.get_by_text("Untuk apa data dipakai.")).to_be_visible()
    is_narrow(page)
    press(page, "Saya setuju")
    for number in range(1, len(PAGES) + 1):
        expect(page.locator("[aria-current=step]")).to_have_count(1)
        fill_step(page, number)
        is_narrow(page)
        press(page, "Lanjut")
    expect(page.get_by_role("heading", name="Periksa, lalu kirim")).to_be_visible()
    expect(page.get_by_text("Kelurahan").first).to_be_visible()
    is_narrow(page)
    press(page, "Kirim pendaftaran")
    expect(page.get_by_role("heading", name="Pendaftaran diterima, menunggu verifikasi")).to_be_visible()
    is_narrow(page)
    return page.locator(".code-large").inner_text()


def decide(verifier: Page, live_server: LiveServer, button: str, note: str = "") -> None:
    verifier.goto(f"{live_server.url}/umkm/verifikasi/")
    verifier.get_by_role("link", name="Permohonan daring").click()
    verifier.get_by_role("link", name="Warung Sumber Rejeki Dua").click()
    if note:
        verifier.get_by_label("Catatan untuk pemohon").fill(note)
    press(verifier, button)


def answer_the_note(owner: Page, live_server: LiveServer, code: str) -> None:
    owner.goto(f"{live_server.url}/daftar/usaha-saya/")
    owner.get_by_label("Kode pendaftaran").fill(code.lower())
    press(owner, "Buka")
    expect(owner.get_by_text(NOTE)).to_be_visible()
    is_narrow(owner)
    owner.get_by_role("link", name="Perbaiki dan kirim lagi").click()
    press(owner, "Lanjut")
    press(owner, "Lanjut")
    owner.get_by_label("Alamat usaha").fill("Jalan Contoh 1, RT 2 RW 3")
    press(owner, "Lanjut")
    expect(owner.get_by_text("RT 2 RW 3")).to_be_visible()
    press(owner, "Kirim pendaftaran")


def test_a_business_is_registered_from_a_telephone(
    owner: Page, verifier: Page, live_server: LiveServer
) -> None:
    code = register(owner, live_server)
    owner.get_by_role("link", name="Lihat usaha saya").click()
    expect(owner.get_by_text("Menunggu verifikasi")).to_be_visible()
    press(owner, "Tutup di perangkat ini")

    decide(verifier, live_server, "Kembalikan", NOTE)
    expect(verifier.get_by_text("Dikembalikan kepada pemohon")).to_be_visible()

    answer_the_note(owner, live_server, code)
    assert owner.locator(".code-large").inner_text() == code

    decide(verifier, live_server, "Terima")
    expect(verifier.get_by_text("Diterima, menunggu persetujuan orang lain")).to_be_visible()
    business = Business.objects.get()
    assert business.address == "Jalan Contoh 1, RT 2 RW 3"
    verifier.goto(f"{live_server.url}{business.get_absolute_url()}")
    expect(verifier.get_by_role("button", name="Setujui")).to_have_count(0)
    owner.goto(f"{live_server.url}/daftar/usaha-saya/")
    expect(owner.get_by_text("Diterima, menunggu persetujuan")).to_be_visible()
    is_narrow(owner)

    second = UserFactory(role=Role.VERIFIER)
    actions.approve_registration(registration=business.registration, by=second, at=timezone.now())
    business.registration.refresh_from_db()

    owner.goto(f"{live_server.url}/daftar/usaha-saya/")
    expect(owner.get_by_text("Terdaftar", exact=True)).to_be_visible()
    expect(owner.get_by_text(business.registration.number)).to_be_visible()
    is_narrow(owner)


def test_who_does_not_agree_leaves_nothing(owner: Page, live_server: LiveServer, ward: Region) -> None:
    owner.goto(f"{live_server.url}/daftar/")

    press(owner, "Saya tidak setuju")

    expect(owner.get_by_role("heading", name="Terima kasih")).to_be_visible()
    assert not PublicApplication.objects.exists()
    assert [cookie["name"] for cookie in owner.context.cookies()] in ([], ["csrf"])


def test_the_size_class_follows_the_amounts(phone: Page, live_server: LiveServer, ward: Region) -> None:
    phone.goto(f"{live_server.url}/daftar/")
    press(phone, "Saya setuju")
    for number in (1, 2):
        fill_step(phone, number)
        press(phone, "Lanjut")

    phone.get_by_label("Kekayaan bersih").press_sequentially("50000001")
    expect(phone.locator(".size-class")).to_contain_text("Kecil")

    assert axe_violations(phone) == []
    assert "net_assets" not in phone.url


def test_the_pages_of_the_manual(phone: Page, page: Page, live_server: LiveServer, ward: Region) -> None:
    phone.goto(f"{live_server.url}/daftar/")
    press(phone, "Saya setuju")
    fill_step(phone, 1)
    take_picture(phone, "daftarkan-usaha-ponsel")
    phone.goto("about:blank")
    register(phone, live_server)
    take_picture(phone, "tanda-terima-ponsel")
    log_in(page, person(), live_server.url)
    decide(page, live_server, "Mulai periksa")
    expect(page.get_by_text("Sedang diverifikasi oleh Verifikator Kota")).to_be_visible()
    take_picture(page, "permohonan-daring")
    press(page, "Lepas")
    page.get_by_label("Catatan untuk pemohon").fill(NOTE)
    press(page, "Kembalikan")
    phone.goto(f"{live_server.url}/daftar/usaha-saya/")
    expect(phone.get_by_text(NOTE)).to_be_visible()
    take_picture(phone, "usaha-saya-ponsel")
