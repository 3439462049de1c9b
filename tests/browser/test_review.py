"""An interview comes back with a note, is corrected on a phone, passes, is accepted, and only then is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from core.formats import JAKARTA
from core.models import Region, User
from core.roles import Role
from registry.models import Business
from surveys.actions import record_response
from surveys.actions.back_checks import record_back_check
from surveys.models import Response, Wave
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import (
    BusinessFactory,
    DistrictFactory,
    SectorFactory,
    UserFactory,
    WardFactory,
    WaveFactory,
)
from tests.surveys.interviews import some_answers

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [pytest.param(PHONE, id="360"), pytest.param(DESKTOP, id="desktop")]
Seat = Callable[[User, ViewportSize], Page]


@pytest.fixture
def district() -> Region:
    return DistrictFactory(name="Mayangan")


@pytest.fixture
def wave() -> Wave:
    today = datetime.now(JAKARTA).date()
    year = {"period_start": today.replace(month=1, day=1), "period_end": today.replace(month=12, day=31)}
    return WaveFactory(code="survei-umkm", title="Survei UMKM", **year)


@pytest.fixture
def team(district: Region) -> dict[str, User]:
    local = {"whole_city": False, "districts": [district]}
    return {
        "enumerator": UserFactory(role=Role.ENUMERATOR, full_name="Enumerator Mayangan", **local),
        "pengawas": UserFactory(role=Role.SUPERVISOR, full_name="Pengawas Mayangan", **local),
        "pimpinan": UserFactory(role=Role.OFFICIAL, full_name="Kepala Dinas"),
    }


@pytest.fixture
def sit_down(new_context: Callable[..., BrowserContext], live_server: LiveServer) -> Seat:
    def seat(user: User, screen: ViewportSize) -> Page:
        page = new_context().new_page()
        page.set_viewport_size(screen)
        log_in(page, user, live_server.url)
        page.goto(live_server.url)
        return page

    return seat


def interviewed(wave: Wave, district: Region, by: User, name: str, **answers: object) -> Response:
    ward = district.children.first() or WardFactory(parent=district, name="Jati")
    business: Business = BusinessFactory(name=name, ward=ward, sector=SectorFactory(code="I"))
    at = datetime.now(JAKARTA)
    given = some_answers(interviewed_at=at, **answers)
    return record_response(wave=wave, business=business, submission_id=uuid4(), answers=given, by=by, at=at)[
        0
    ]


def looked_at(page: Page, picture: str = "") -> None:
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    if picture:
        take_picture(page, picture)


@pytest.mark.parametrize("screen", SCREENS)
def test_an_interview_is_returned_corrected_passed_and_only_then_counted(
    sit_down: Seat, district: Region, wave: Wave, team: dict[str, User], screen: ViewportSize
) -> None:
    at_a_desk = screen == DESKTOP
    unanswered = {"partnership": "", "capital_source": "", "problems": []}
    response = interviewed(wave, district, team["enumerator"], "Warung Sumber Rejeki", **unanswered)
    interviewed(wave, district, team["enumerator"], "Toko Maju", marketing_channel="offline")

    supervisor = sit_down(team["pengawas"], screen)
    supervisor.get_by_role("link", name="2 wawancara menunggu pemeriksaan").click()
    expect(supervisor.get_by_role("row", name="Warung Sumber Rejeki")).to_contain_text("3 jawaban kosong")
    looked_at(supervisor, "pemeriksaan" if at_a_desk else "")
    supervisor.get_by_role("link", name="Warung Sumber Rejeki").click()
    return_with_a_note(supervisor, "pemeriksaan-wawancara" if at_a_desk else "")
    expect(supervisor.get_by_role("heading", level=1)).to_have_text("Toko Maju")  # the next one
    response.refresh_from_db()
    assert response.state == "returned"

    correct_what_came_back(
        sit_down(team["enumerator"], screen), "" if at_a_desk else "wawancara-dikembalikan-ponsel"
    )
    response.refresh_from_db()
    assert (response.state, response.partnership) == ("corrected", "partnered")

    supervisor.goto(supervisor.url.split("/survei/")[0] + "/survei/pemeriksaan/?state=corrected")
    supervisor.get_by_role("link", name="Warung Sumber Rejeki").click()
    expect(supervisor.get_by_text("2 jawaban kosong")).to_be_visible()
    supervisor.get_by_role("button", name="Loloskan").focus()
    supervisor.keyboard.press("Enter")
    expect(supervisor.get_by_text("Wawancara Warung Sumber Rejeki lolos")).to_be_visible()

    official = sit_down(team["pimpinan"], screen)
    assert counted(official) == ("0", "menunggu pemeriksaan: 2")
    official.locator(".waiting a").first.click()
    official.get_by_role("link", name="Warung Sumber Rejeki").click()
    official.get_by_role("button", name="Terima").click()
    expect(official.get_by_text("diterima dan sekarang dihitung")).to_be_visible()
    assert counted(official) == ("1", "menunggu pemeriksaan: 1")


def return_with_a_note(page: Page, picture: str) -> None:
    reason = page.get_by_label("Alasan mengembalikan: Kemitraan")
    reason.fill("Ada papan nama mitra di depan warung.")
    page.get_by_role("button", name="Kembalikan").click()
    expect(page.locator("#galat-catatan")).to_contain_text("Catatan belum diisi")
    expect(reason).to_have_value("Ada papan nama mitra di depan warung.")
    looked_at(page)
    page.get_by_label("Catatan").last.fill("Tanyakan lagi kemitraannya.")
    looked_at(page, picture)
    page.get_by_role("button", name="Kembalikan").click()
    expect(page.get_by_text("dikembalikan kepada enumerator")).to_be_visible()


def correct_what_came_back(page: Page, picture: str) -> None:
    page.get_by_role("link", name="1 wawancara Anda dikembalikan untuk diperbaiki").click()
    page.get_by_role("link", name="Perbaiki Warung Sumber Rejeki").click()
    expect(page.get_by_text("Tanyakan lagi kemitraannya.")).to_be_visible()
    expect(page.get_by_text("Ada papan nama mitra")).to_be_visible()
    looked_at(page, picture)
    page.get_by_role("link", name="Kemitraan").click()
    bermitra = page.get_by_role("group", name="Apakah usaha ini bermitra")
    expect(bermitra).to_be_in_viewport()
    bermitra.locator("label", has_text="Bermitra").first.click()
    page.get_by_role("button", name="Simpan perbaikan").click()
    expect(page.get_by_text("Perbaikan wawancara tersimpan.")).to_be_visible()


def counted(page: Page) -> tuple[str | None, str]:
    page.goto(page.url.split("/survei/")[0].split("/dasbor/")[0].rstrip("/") + "/dasbor/?wave=survei-umkm")
    card = page.locator(".figure-cards li", has_text="Diwawancarai").locator(".card-value")
    return card.text_content(), page.locator(".waiting").first.inner_text().strip()


def test_thresholds_and_back_checks(
    sit_down: Seat, district: Region, wave: Wave, team: dict[str, User]
) -> None:
    for number in range(3):
        first = interviewed(wave, district, team["enumerator"], f"Warung Contoh {number + 1}")
    record_back_check(
        first=first,
        submission_id=uuid4(),
        answers=some_answers(interviewed_at=datetime.now(JAKARTA), partnership="independent"),
        by=team["pengawas"],
        at=datetime.now(JAKARTA),
    )
    page = sit_down(team["pengawas"], DESKTOP)
    page.get_by_role("navigation", name="Menu utama").get_by_role(
        "link", name="Wawancara", exact=True
    ).click()
    page.get_by_role("link", name="Mutu wawancara Survei UMKM").click()
    page.get_by_label("Paling singkat (menit)").fill("5")
    page.get_by_role("button", name="Simpan batas").click()
    expect(page.get_by_text("Batas mutu tersimpan")).to_be_visible()
    looked_at(page, "mutu-wawancara")

    page.goto(page.url.replace("/mutu/", "/wawancara-ulang/"))
    page.get_by_label("Benih").fill("7")
    page.get_by_label("Banyaknya").fill("2")
    page.get_by_role("button", name="Undi").click()
    expect(page.locator("ol.lines li")).to_have_count(2)
    looked_at(page, "wawancara-ulang")
    page.get_by_role("link", name="Warung Contoh 3", exact=True).click()
    expect(page.get_by_text("1 dari 10 jawaban berbeda.")).to_be_visible()
    looked_at(page, "banding-wawancara-ulang")
