"""I change data and see what it was; two people on one record; an old state comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.roles import Role
from registry.models import Business
from tests.browser.conftest import PHONE
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import BusinessFactory, OwnerFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def looked_at(page: Page) -> None:
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)


@pytest.fixture
def draft() -> Business:
    owner = OwnerFactory(name="Pelaku Usaha Contoh")
    return BusinessFactory(name="Warung Sumber Rejeki", owner=owner, annual_sales=100_000_000)


@pytest.fixture
def editor(new_context: Callable[..., BrowserContext], live_server: LiveServer, draft: Business) -> Callable:
    def sit_down(name: str) -> Page:
        page = new_context().new_page()
        log_in(page, UserFactory(full_name=name, role=Role.REGISTRAR), live_server.url)
        page.goto(f"{live_server.url}/admin/registry/business/{draft.pk}/change/")
        return page

    return sit_down


def test_two_editors_then_a_look_back_and_an_old_state_restored(
    editor: Callable[[str], Page], draft: Business, live_server: LiveServer
) -> None:
    first, second = editor("Petugas Pertama"), editor("Petugas Kedua")
    first.get_by_label("Nama usaha").fill("Warung Sumber Makmur")
    first.get_by_label("Omzet per tahun").fill("250.000.000")
    first.get_by_role("button", name="Simpan", exact=True).click()
    expect(first.get_by_text("UMKM tersimpan")).to_be_visible()

    second.get_by_label("Nama usaha").fill("Warung Sumber Jaya")
    second.get_by_label("Produk utama").fill("Rawon")
    second.get_by_role("button", name="Simpan", exact=True).click()
    expect(second.get_by_text("Data sudah diubah oleh Petugas Pertama").first).to_be_visible()
    conflict = second.get_by_role("region", name="Perubahan orang lain").first
    expect(conflict).to_contain_text("Warung Sumber Makmur")
    expect(conflict).to_contain_text("Warung Sumber Jaya")
    expect(second.get_by_label("Produk utama")).to_have_value("Rawon")
    expect(second.get_by_label("Omzet per tahun")).to_have_value("250.000.000")
    looked_at(second)
    take_picture(second, "perubahan-orang-lain")
    draft.refresh_from_db()
    assert (draft.name, draft.products) == ("Warung Sumber Makmur", "")

    second.get_by_label("Saya sudah membacanya").check()
    second.get_by_role("button", name="Simpan", exact=True).click()
    expect(second.get_by_text("UMKM tersimpan")).to_be_visible()
    draft.refresh_from_db()
    assert (draft.name, draft.products, draft.annual_sales) == ("Warung Sumber Jaya", "Rawon", 250_000_000)

    an_old_state_is_brought_back(second, draft)


def an_old_state_is_brought_back(second: Page, draft: Business) -> None:
    history = second.locator("#riwayat")
    history.scroll_into_view_if_needed()
    expect(history.locator("tbody tr").first).to_contain_text("Warung Sumber Jaya")
    expect(history.locator("tbody tr").nth(1)).to_contain_text("Petugas Pertama")
    looked_at(second)
    take_picture(second, "riwayat")
    second.set_viewport_size(PHONE)
    looked_at(second)
    history.locator("tbody tr").nth(1).get_by_role("link", name="Keadaan ini").click()
    expect(second.get_by_role("heading", name="Keadaan dahulu")).to_be_visible()
    looked_at(second)
    second.get_by_label("Produk utama").uncheck()
    second.get_by_label("Alasan").fill("Nama yang benar adalah yang pertama")
    take_picture(second, "keadaan-dahulu-ponsel")
    second.get_by_role("button", name="Kembalikan").click()
    expect(second.get_by_text("Keadaan itu dikembalikan.")).to_be_visible()
    draft.refresh_from_db()
    assert (draft.name, draft.products) == ("Warung Sumber Makmur", "Rawon")

    a_day_before_the_record_is_refused(second)


def a_day_before_the_record_is_refused(second: Page) -> None:
    second.get_by_label("Keadaan pada tanggal").fill("01/01/1999")
    second.get_by_role("button", name="Lihat keadaan itu").click()
    expect(second.get_by_text("baru dicatat pada")).to_be_visible()
    looked_at(second)


def test_an_owner_has_a_history_too(
    editor: Callable[[str], Page], draft: Business, live_server: LiveServer
) -> None:
    page = editor("Petugas Pertama")
    page.goto(f"{live_server.url}/admin/registry/owner/{draft.owner_id}/change/")
    page.get_by_label("Nama pelaku usaha").fill("Nama Yang Baru")
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.goto(f"{live_server.url}/admin/registry/owner/{draft.owner_id}/change/")
    page.get_by_role("link", name="Riwayat").click()
    expect(page.locator("#riwayat").locator("tbody tr").first).to_contain_text("Nama Yang Baru")
    looked_at(page)
