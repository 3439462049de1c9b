"""The desk in a real browser: no message in the console, no barrier, and what only JavaScript does."""

from __future__ import annotations

import os
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.models import Business, Owner
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.factories.registry import OwnerFactory
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture(autouse=True)
def _sectors() -> None:
    call_command("load_sectors", stdout=StringIO())


def healthy(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{page.viewport_size['width']}.png", full_page=True)
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)


def test_a_clerk_registers_with_errors_first(screen: Page, live_server: LiveServer, people: People) -> None:
    log_in(screen, people.registrar_a, live_server.url)
    screen.goto(f"{live_server.url}/admin/registry/business/add/")
    screen.get_by_label("Nama usaha").fill("Roti Bu Siti")
    screen.get_by_label("NIK").fill("123")
    screen.get_by_role("button", name="Simpan", exact=True).click()

    expect(screen.get_by_text("NIK harus 16 digit; yang diisi 3 digit.")).to_be_visible()
    expect(screen.get_by_text("Belum tersimpan. Perbaiki isian yang ditandai di bawah ini.")).to_be_visible()
    expect(screen.get_by_label("Nama usaha")).to_have_value("Roti Bu Siti")
    expect(screen.get_by_label("NIK")).to_be_focused()  # the first of the mistakes
    healthy(screen, "add-errors")

    screen.get_by_label("Nama pelaku usaha baru").fill("Siti Contoh")
    screen.get_by_label("NIK").fill("3574014101900001")
    screen.get_by_label("Saring jenis usaha").fill("makan")
    shown = screen.locator("#id_sector option:not([hidden])")
    expect(shown).to_have_text(["Penyediaan Akomodasi dan Penyediaan Makan Minum (I)"])
    screen.get_by_label("Kelurahan").last.select_option(label=people.a.ward.name)
    screen.get_by_role("button", name="Simpan dan ajukan").click()
    expect(screen.get_by_text("UMKM tersimpan")).to_be_visible()
    assert Business.objects.get().registration.state == "submitted"


def test_pressing_twice_stores_one_business(page: Page, live_server: LiveServer, people: People) -> None:
    log_in(page, people.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/admin/registry/business/add/")
    page.get_by_label("Nama usaha").fill("Roti Bu Siti")
    page.get_by_label("Nama pelaku usaha baru").fill("Siti Contoh")
    page.locator("#id_sector").select_option(index=1)
    page.locator("#id_ward").select_option(label=people.a.ward.name)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        """() => {
          const button = document.querySelector('input[name="_save"]');
          button.click();
          setTimeout(() => button.click(), 30);  // long before the answer
        }"""
    )
    expect(page.get_by_text("UMKM tersimpan")).to_be_visible()
    assert len(sent) == Business.objects.count() == Owner.objects.count() == 1


def test_the_size_class_follows_what_is_typed(page: Page, live_server: LiveServer, people: People) -> None:
    log_in(page, people.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/admin/registry/business/add/")
    box = page.locator("#size-class")
    expect(box.get_by_text("Belum diklasifikasi")).to_have_count(2)

    page.get_by_label("Kekayaan bersih").press_sequentially("40.000.000")
    page.get_by_label("Omzet per tahun").press_sequentially("400.000.000")
    expect(box.get_by_text("Kriteria berbeda", exact=True)).to_be_visible()
    expect(box.locator(".size-small")).to_have_count(1)
    healthy(page, "size")

    page.get_by_label("Omzet per tahun").fill("banyak")
    expect(box.get_by_text("Omzet: Ini bukan jumlah rupiah")).to_be_visible()


def test_an_owner_is_found_while_typing(page: Page, live_server: LiveServer, people: People) -> None:
    OwnerFactory(name="Siti Contoh", ward=people.a.ward)
    OwnerFactory(name="Siti Lain", ward=people.b.ward)
    log_in(page, people.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/admin/registry/business/add/")
    page.locator(".field-owner .select2-selection").click()
    page.locator(".select2-search__field").press_sequentially("Siti")
    expect(page.locator(".select2-results__option")).to_have_text(["Siti Contoh"])
    healthy(page, "autocomplete")
    page.locator(".select2-results__option").click()
    expect(page.locator(".field-owner .select2-selection__rendered")).to_contain_text("Siti Contoh")


def test_an_owner_is_added_in_a_popup(page: Page, live_server: LiveServer, people: People) -> None:
    log_in(page, people.registrar_a, live_server.url)
    page.goto(f"{live_server.url}/admin/registry/business/add/")
    with page.expect_popup() as opened:
        page.locator("#add_id_owner").click()
    popup = opened.value
    popup.get_by_label("Nama pelaku usaha").fill("Budi Contoh")
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".field-owner .select2-selection__rendered")).to_contain_text("Budi Contoh")
    assert Owner.objects.get().name == "Budi Contoh"
