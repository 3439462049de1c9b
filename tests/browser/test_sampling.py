"""A sample from the frame to the list, as the office draws it; `make pictures` takes the manual's pictures here."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import Region, User
from core.roles import Role
from surveys.models import Draw, SampleEntry, Wave
from tests.browser.driving import log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import CityFactory, DistrictFactory, UserFactory, WardFactory, WaveFactory
from tests.surveys.sampling.cities import food, registered

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wave() -> Wave:
    city = CityFactory(code="35.74", name="Kota Probolinggo")
    for number, (name, count) in enumerate({"Kanigaran": 240, "Wonoasih": 110, "Kedopok": 50}.items()):
        district = DistrictFactory(code=f"35.74.0{number + 1}", name=name, parent=city)
        ward = WardFactory(parent=district, code=f"{district.code}.1001", name=name)
        registered(ward, count * 2 // 3, first=1_000 * number)
        registered(ward, count - count * 2 // 3, first=1_000 * number + 500, sector=food())
    year = datetime.now(UTC).year
    period = {"period_start": date(year, 1, 1), "period_end": date(year, 12, 31)}
    return WaveFactory(code="survei-umkm", title="Survei UMKM", **period)


@pytest.fixture
def administrator() -> User:
    return UserFactory(username="administrator", full_name="Administrator", role=Role.ADMINISTRATOR)


def test_from_the_frame_to_the_list(
    page: Page, live_server: LiveServer, wave: Wave, administrator: User
) -> None:
    log_in(page, administrator, live_server.url)
    page.goto(f"{live_server.url}/survei/gelombang/{wave.code}/")
    page.get_by_role("link", name="Sampel gelombang ini").click()
    page.get_by_role("link", name="Ambil kerangka").click()
    page.get_by_role("button", name="Simpan kerangka").click()
    expect(page.get_by_text("Kerangka berisi 400 UMKM tersimpan.")).to_be_visible()

    page.get_by_role("link", name="Hitung ukuran sampel").click()
    page.get_by_label("Batas kesalahan").fill("7,5")
    page.get_by_role("button", name="Hitung", exact=True).click()
    # 400 / (1 + 400 × 0,075²) = 123,1 and Cochran's 119,7; 150 are drawn for 120 to answer
    expect(page.get_by_role("region", name="Slovin", exact=True)).to_contain_text("124 wawancara")
    expect(page.get_by_role("region", name="Cochran")).to_contain_text("120 wawancara")
    expect(page.get_by_role("region", name="Cochran")).to_contain_text("150 UMKM")
    expect(page.get_by_role("row", name=re.compile("^Kedopok"))).to_contain_text("± 19,7 poin")
    take_picture(page, "sampel-ukuran", whole_page=True)

    page.get_by_role("link", name="Tarik sampel dengan angka ini").click()
    page.get_by_label("Minimum per strata").fill("30")
    page.get_by_label("Benih").fill("2026")
    take_picture(page, "sampel-tarik", whole_page=True)
    page.get_by_role("button", name="Tarik sampel").click()
    expect(page.get_by_text("Sampel berisi 150 UMKM sudah ditarik.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Kedopok"))).to_contain_text("50 30 6 1,67")
    take_picture(page, "sampel-hasil", whole_page=True)

    page.get_by_role("link", name="Ulangi penarikan untuk memeriksa").click()
    expect(page.get_by_text("181 baris yang persis sama")).to_be_visible()
    assert Draw.objects.get().seed == 2026
    assert SampleEntry.objects.targets(wave).count() == 150


def test_the_list_on_a_telephone(
    phone: Page, live_server: LiveServer, wave: Wave, administrator: User
) -> None:
    log_in(phone, administrator, live_server.url)
    for step, button in (("kerangka", "Simpan kerangka"), ("tarik/?size=40", "Tarik sampel")):
        phone.goto(f"{live_server.url}/survei/gelombang/{wave.code}/sampel/{step}")
        phone.get_by_role("button", name=button).click()
    district = Region.objects.districts().get(name="Kedopok")
    supervisor = UserFactory(role=Role.SUPERVISOR, whole_city=False, districts=[district])
    log_in(phone, supervisor, live_server.url)
    phone.goto(f"{live_server.url}/survei/gelombang/{wave.code}/sampel/")
    expect(phone.get_by_role("link", name="Tarik ulang sampel")).to_have_count(0)
    phone.get_by_role("link", name="Lihat daftar sampel").click()
    expect(phone.get_by_text("6 baris")).to_be_visible()  # 5 and a reserve
    phone.get_by_label("Jenis").select_option(label="Cadangan")
    phone.get_by_role("button", name="Tampilkan").click()
    expect(phone.get_by_text("1 baris")).to_be_visible()
    assert not scrolls_sideways(phone)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Unduh daftar sampel").click()
    assert download.value.path().read_text(encoding="utf-8-sig").count("\n") == 7


def test_without_javascript(new_context, live_server: LiveServer, wave: Wave, administrator: User) -> None:
    page = new_context(java_script_enabled=False).new_page()
    log_in(page, administrator, live_server.url)
    page.goto(f"{live_server.url}/survei/gelombang/{wave.code}/sampel/ukuran/")
    page.get_by_label("Tingkat kepercayaan").select_option(label="99 %")
    page.get_by_role("button", name="Hitung", exact=True).click()
    expect(page.get_by_role("region", name="Cochran")).to_contain_text("250 wawancara")
