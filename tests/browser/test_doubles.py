"""A double is noticed at the counter, merged by a verifier, and taken apart again."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.models import Business, Owner
from tests.browser.conftest import DESKTOP
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import BusinessFactory, SectorFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sari(people: People) -> Business:
    call_command("load_sectors", stdout=StringIO())
    business = registered_business(
        name="Warung Sari Rasa",
        ward=people.a.ward,
        sector=SectorFactory(code="I"),
        owner__name="Siti Contoh",
        address="Jalan Mangga No. 4",
        annual_sales=120_000_000,
    )
    Owner.objects.filter(pk=business.owner_id).update(national_id=None)
    return business


@pytest.fixture
def double(sari: Business, people: People) -> Business:
    return BusinessFactory(
        name="Wrg. Sari Raas",
        ward=people.a.ward,
        sector=sari.sector,
        owner__name="Siti Contoh",
        owner__national_id=None,
        products="Nasi rawon, soto",
        annual_sales=150_000_000,
    )


def picture(page: Page, name: str, *, whole_page: bool = False) -> None:
    """For the manual, of the desk only."""
    if page.viewport_size == DESKTOP:
        take_picture(page, name, whole_page=whole_page)


def healthy(page: Page) -> None:
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)


def test_the_counter_is_warned_and_stores_with_a_reason(
    screen: Page, live_server: LiveServer, people: People, sari: Business
) -> None:
    log_in(screen, people.registrar_a, live_server.url)
    screen.goto(f"{live_server.url}/admin/registry/business/add/")
    screen.get_by_label("Nama usaha").fill("Kedai Sari Rasa")
    screen.get_by_label("Nama pelaku usaha baru").fill("Bu Siti Contoh")
    screen.locator("#id_sector").select_option(label=str(sari.sector))
    screen.locator("#id_ward").select_option(label=people.a.ward.name)
    screen.get_by_role("button", name="Simpan", exact=True).click()

    box = screen.get_by_role("region", name="Mungkin sudah terdaftar")
    expect(box.locator("strong")).to_have_text("Warung Sari Rasa")
    expect(box.get_by_role("link", name="Buka yang ada Warung Sari Rasa")).to_be_visible()
    expect(screen.get_by_label("Nama usaha")).to_have_value("Kedai Sari Rasa")
    healthy(screen)
    picture(screen, "ganda-peringatan")
    assert Business.objects.count() == 1

    box.get_by_label("Alasan tetap menyimpan").fill("Kedai cabang di tempat lain")
    box.get_by_role("button", name="Tetap simpan").click()
    expect(screen.get_by_text("UMKM tersimpan.")).to_be_visible()
    expect(screen.get_by_text("Disimpan walaupun mungkin ganda: Kedai cabang di tempat lain")).to_be_visible()
    assert Business.objects.count() == 2


def test_an_enumerator_records_what_he_finds_and_is_warned_alike(
    screen: Page, live_server: LiveServer, people: People, sari: Business
) -> None:
    log_in(screen, people.enumerator_a, live_server.url)
    screen.goto(f"{live_server.url}/umkm/")
    screen.get_by_role("link", name="Usaha baru di lapangan").click()
    healthy(screen)
    screen.get_by_label("Nama usaha").fill("Kedai Sari Rasa")
    screen.get_by_label("Nama pelaku usaha").fill("Bu Siti Contoh")
    screen.get_by_label("Jenis usaha").select_option(label=str(sari.sector))
    screen.get_by_label("Kelurahan").select_option(label=people.a.ward.name)
    if screen.viewport_size != DESKTOP:
        take_picture(screen, "usaha-di-lapangan-ponsel")
    screen.get_by_role("button", name="Simpan", exact=True).click()

    box = screen.get_by_role("region", name="Mungkin sudah terdaftar")
    expect(box.locator("strong")).to_have_text("Warung Sari Rasa")
    healthy(screen)
    box.get_by_label("Alasan tetap menyimpan").fill("Kedai cabang di pasar")
    box.get_by_role("button", name="Tetap simpan").click()
    expect(screen.get_by_text("tercatat sebagai usaha yang ditemukan di lapangan")).to_be_visible()
    expect(screen.get_by_text("Ditemukan di lapangan, belum terdaftar").first).to_be_visible()
    healthy(screen)


def test_two_records_are_merged_and_taken_apart(
    screen: Page, live_server: LiveServer, people: People, sari: Business, double: Business
) -> None:
    call_command("find_duplicates", stdout=StringIO())
    log_in(screen, people.verifier_a, live_server.url)
    screen.goto(f"{live_server.url}/umkm/ganda/")
    expect(screen.get_by_text("1 pasangan")).to_be_visible()
    healthy(screen)
    picture(screen, "ganda-daftar")

    screen.get_by_role("link", name="Bandingkan").click()
    healthy(screen)
    sales = screen.get_by_role("row", name="Omzet per tahun")
    sales.get_by_label("Rp120.000.000").check()
    screen.get_by_label("Alasan menggabungkan").fill("Satu warung tercatat dua kali")
    picture(screen, "ganda-gabung", whole_page=True)
    screen.get_by_role("button", name="Gabungkan", exact=True).click()
    expect(screen.get_by_text(f"Wrg. Sari Raas digabung ke {sari.called}.")).to_be_visible()
    expect(screen.get_by_text("Gabungan dari Wrg. Sari Raas")).to_be_visible()
    sari.refresh_from_db()
    assert (sari.products, sari.annual_sales) == ("Nasi rawon, soto", 120_000_000)
    screen.goto(f"{live_server.url}{double.get_absolute_url()}")
    expect(screen.get_by_role("heading", name="Warung Sari Rasa", level=1)).to_be_visible()

    screen.goto(f"{live_server.url}/umkm/penggabungan/")
    healthy(screen)
    picture(screen, "ganda-penggabungan")
    screen.get_by_role("link", name="Urungkan").click()
    screen.get_by_label("Alasan mengurungkan").fill("Ternyata dua warung")
    healthy(screen)
    screen.get_by_role("button", name="Urungkan").click()
    expect(screen.get_by_role("heading", name="Wrg. Sari Raas", level=1)).to_be_visible()
    sari.refresh_from_db()
    assert sari.products == ""
