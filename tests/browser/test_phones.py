"""What a supervisor does with telephones: enrols one, sees what it holds, decides on what is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from surveys.actions import note_report
from surveys.models import FieldDevice
from tests.browser.driving import log_in
from tests.browser.pictures import take_picture
from tests.people import People
from tests.surveys.ingesting.sends import held_in, phone_of

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 720}


def test_a_supervisor_looks_after_the_telephones(
    people: People, new_context: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    now = datetime.now(UTC)
    people.enumerator_a.full_name = "Rina Contoh"
    people.enumerator_a.save()
    device = phone_of(people.enumerator_a).device
    note_report(device=device, waiting=3, sent=12, oldest=now, at=now)
    held_in(people.a, now)
    page = new_context().new_page()
    page.set_viewport_size(PHONE)
    log_in(page, people.supervisor_a, live_server.url)

    page.goto(f"{live_server.url}/survei/")
    page.get_by_role("link", name="Perangkat lapangan").click()
    expect(page.get_by_text("12 menurut perangkat, 0 di server")).to_be_attached()
    page.get_by_role("link", name="Daftarkan perangkat").click()
    page.get_by_label("Enumerator").select_option(label="Rina Contoh")
    page.get_by_label("Nama perangkat").fill("Samsung A15 Rina")
    page.get_by_label("Jenis").select_option("phone")
    page.get_by_role("button", name="Daftarkan").click()
    expect(page.get_by_text("Kunci ini hanya tampak sekali.")).to_be_visible()
    assert len(page.get_by_label("Kunci perangkat").input_value()) == 43
    page.get_by_role("link", name="Selesai").click()
    page.set_viewport_size({"width": 1280, "height": 560})
    take_picture(page, "perangkat-lapangan")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Cabut Samsung A15 Rina").click()
    expect(page.get_by_text("Perangkat Samsung A15 Rina dicabut")).to_be_visible()
    assert FieldDevice.objects.get(name="Samsung A15 Rina").revoked_by == people.supervisor_a

    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="1 kiriman lapangan ditahan").click()
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Coba simpan lagi").click()
    expect(page.get_by_text("Masih belum dapat disimpan")).to_be_visible()
    page.get_by_label("Alasan").fill("Sudah diwawancarai ulang")
    page.get_by_role("button", name="Kesampingkan kiriman").click()
    expect(page.get_by_text("Tidak ada kiriman yang ditahan")).to_be_visible()
