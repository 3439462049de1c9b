"""The pages the manual shows besides those of the main job; `make pictures` takes them here."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import Region, User
from core.roles import Role
from registry.models import Business
from surveys.models import Wave
from tests.browser.driving import log_in
from tests.browser.pictures import take_picture
from tests.factories import (
    OwnerFactory,
    ResponseFactory,
    SectorFactory,
    UserFactory,
    WaveFactory,
    registered_business,
)
from tests.surveys.study import load_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ward() -> Region:
    load_study()
    city = Region.objects.get(level=Region.Level.CITY)
    district = Region.objects.create(
        code="35.74.05", name="Kanigaran", level=Region.Level.DISTRICT, parent=city
    )
    return Region.objects.create(
        code="35.74.05.1001", name="Kanigaran", level=Region.Level.WARD, parent=district
    )


@pytest.fixture
def business(ward: Region) -> Business:
    owner = OwnerFactory(name="Pelaku Usaha Contoh", national_id="9901010101900001", ward=ward)
    return registered_business(
        name="Warung Sumber Rejeki", ward=ward, owner=owner, sector=SectorFactory(code="I")
    )


@pytest.fixture
def wave(business: Business) -> Wave:
    now = datetime.now(UTC)
    wave = WaveFactory(
        title="Survei UMKM",
        period_start=date(now.year, 1, 1),
        period_end=date(now.year, 12, 31),
    )
    enumerator = UserFactory(full_name="Enumerator Kanigaran", role=Role.ENUMERATOR)
    ResponseFactory(wave=wave, business=business, enumerator=enumerator, interviewed_at=now, received_at=now)
    return wave


def person(role: Role, name: str) -> User:
    return UserFactory(username=role, full_name=name, role=role)


def test_the_door(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/masuk/")
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    take_picture(page, "masuk")


def test_the_counter(page: Page, live_server: LiveServer, business: Business) -> None:
    log_in(page, person(Role.REGISTRAR, "Petugas Pendaftaran"), live_server.url)
    page.goto(live_server.url)
    expect(page.get_by_role("link", name="Pengelolaan data").first).to_be_visible()
    take_picture(page, "beranda")

    page.goto(f"{live_server.url}/umkm/")
    page.get_by_label("Cari").fill("9901 0101 0190 0001")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.get_by_text("sudah terdaftar atas nama")).to_be_visible()
    take_picture(page, "cari-nik")

    page.goto(f"{live_server.url}/umkm/{business.public_id}/status/")
    page.get_by_label("Status usaha").select_option(label="Tutup")
    page.get_by_label("Sejak tanggal").fill("05/01/2026")
    page.get_by_label("Alasan").fill("Pemilik berhenti berjualan")
    take_picture(page, "ubah-status")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Status usaha sekarang: tutup")).to_be_visible()


def test_a_number_is_seen_with_a_reason(page: Page, live_server: LiveServer, business: Business) -> None:
    log_in(page, person(Role.OFFICIAL, "Kepala Dinas"), live_server.url)
    page.goto(f"{live_server.url}/umkm/{business.public_id}/")
    page.get_by_role("link", name="Lihat NIK").click()
    page.get_by_label("Alasan melihat").fill("Dicocokkan dengan KTP di loket")
    take_picture(page, "lihat-nik")
    page.get_by_role("button", name="Lihat").click()
    expect(page.get_by_text("satu kali ini saja")).to_be_visible()

    page.goto(f"{live_server.url}/jejak/")
    expect(page.get_by_text("Melihat data pribadi").last).to_be_visible()
    take_picture(page, "jejak-audit")


def test_a_second_interview(phone: Page, live_server: LiveServer, business: Business, wave: Wave) -> None:
    log_in(phone, person(Role.ENUMERATOR, "Enumerator Kota"), live_server.url)
    phone.goto(f"{live_server.url}/survei/gelombang/{wave.code}/umkm/{business.public_id}/")
    expect(phone.get_by_text("Sudah diwawancarai pada")).to_be_visible()
    expect(phone.get_by_text("Enumerator Kanigaran")).to_be_visible()
    take_picture(phone, "wawancara-kedua-ponsel")


def test_published_beside_computed(page: Page, live_server: LiveServer, ward: Region) -> None:
    log_in(page, person(Role.OFFICIAL, "Kepala Dinas"), live_server.url)
    page.goto(f"{live_server.url}/dasbor/banding-publikasi/")
    expect(page.get_by_text("Tertukar", exact=True)).to_have_count(2)
    take_picture(page, "banding-publikasi")


def test_the_administrator(page: Page, live_server: LiveServer, ward: Region) -> None:
    log_in(page, person(Role.ADMINISTRATOR, "Administrator Kota"), live_server.url)
    page.goto(f"{live_server.url}/admin/core/user/add/")
    expect(page.get_by_label("Nama lengkap")).to_be_visible()
    take_picture(page, "pengguna")

    page.goto(f"{live_server.url}/admin/surveys/wave/add/")
    page.get_by_label("Judul").fill("Survei UMKM 2027")
    take_picture(page, "gelombang")
