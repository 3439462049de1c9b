"""The field and the office with JavaScript off: everything works, and the tables are there to be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from surveys.models import Response
from tests.browser.conftest import PHONE
from tests.factories import WaveFactory, registered_business
from tests.factories.core import PASSWORD
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


def enter(page: Page, user: User, address: str) -> None:
    page.goto(address)
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Selamat datang")).to_be_visible()


def answer(page: Page, question: str, label: str) -> None:
    group = page.get_by_role("group", name=question)
    group.locator("label", has_text=label).first.click()


def answer_all_but_the_revenue(field: Page) -> None:
    answer(field, "Bacakan kepada pelaku usaha", "Bersedia")
    answer(field, "Bagaimana usaha ini memasarkan", "Offline dan online")
    answer(field, "Platform apa saja", "Tidak ada")
    answer(field, "Apakah usaha ini bermitra", "Bermitra")
    answer(field, "Dari mana modal", "Kredit modal usaha")
    answer(field, "Apakah pembukuan", "Ya")
    answer(field, "Apakah keuangan usaha", "Tidak menjawab")
    answer(field, "Masalah apa saja", "Promosi")
    answer(field, "Apakah usaha ini berpotensi", "Ya")
    answer(field, "Bagaimana jawaban diperoleh", "Wawancara")
    answer(field, "Langsung atau tidak", "Langsung")


def test_an_interview_is_sent_and_counted(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, people: People
) -> None:
    registered_business(ward=people.a.ward, name="Warung Sumber Rejeki")
    wave = WaveFactory(
        title="Survei UMKM", design="census", period_end=timezone.localdate().replace(month=12, day=31)
    )
    field = new_context(java_script_enabled=False).new_page()
    field.set_viewport_size(PHONE)
    enter(field, people.enumerator_a, live_server.url)
    field.goto(f"{live_server.url}/survei/")
    field.get_by_role("link", name="Survei UMKM").first.click()
    field.get_by_role("link", name="Warung Sumber Rejeki", exact=True).click()

    answer_all_but_the_revenue(field)
    field.get_by_role("button", name="Kirim wawancara").click()

    expect(field.get_by_role("alert")).to_contain_text("Belum diisi: Pendapatan")
    expect(field.get_by_role("alert").get_by_role("listitem")).to_have_count(1)
    expect(field.locator("[name=marketing_channel][value=both]")).to_be_checked()
    assert not Response.objects.exists()
    answer(field, "Bagaimana pendapatan", "Meningkat")
    field.get_by_role("button", name="Kirim wawancara").click()
    expect(field.get_by_text("tersimpan")).to_be_visible()
    assert Response.objects.get().finances_separated == ""

    office = new_context(java_script_enabled=False).new_page()
    enter(office, people.official, live_server.url)
    office.goto(f"{live_server.url}/survei/pemeriksaan/?state=sent")
    office.get_by_role("link", name="Warung Sumber Rejeki").click()
    office.get_by_role("button", name="Terima").click()
    expect(office.get_by_text("sekarang dihitung")).to_be_visible()
    office.goto(f"{live_server.url}/dasbor/?wave={wave.code}")
    expect(office.locator("section.breakdown table")).to_have_count(4)
    expect(office.locator("section.breakdown", has_text="Tabel 4")).to_contain_text("1 dari 1")
    expect(office.locator("figure.chart:visible")).to_have_count(0)
