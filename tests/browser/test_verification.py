"""REG-6 and REG-10 as they are seen: returned, corrected, registered; then changed by a proposal, and closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import Region
from core.roles import Role
from registry.models import Business, Sector
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import BusinessFactory, OwnerFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business() -> Business:
    """A draft of the counter in Mayangan."""
    call_command("load_regions", verbosity=0)
    call_command("load_sectors", verbosity=0)
    ward = Region.objects.wards().filter(parent__name="Mayangan").first()
    return BusinessFactory(
        name="Kerupuk Ikan Bu Contoh",
        ward=ward,
        owner=OwnerFactory(name="Bu Contoh", ward=ward),
        sector=Sector.objects.get(version="2020", code="C"),
        workers_male=2,
    )


@pytest.fixture
def sit_down(new_context: Callable[..., BrowserContext], live_server: LiveServer) -> Callable[..., Page]:
    def open_as(role: Role, name: str) -> Page:
        page = new_context().new_page()
        log_in(page, UserFactory(username=role, full_name=name, role=role), live_server.url)
        page.goto(live_server.url)
        return page

    return open_as


def looked_at(page: Page, picture: str = "") -> None:
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    if picture:
        take_picture(page, picture)


def test_returned_registered_changed_and_closed(
    business: Business, sit_down: Callable[..., Page], live_server: LiveServer
) -> None:
    clerk = sit_down(Role.REGISTRAR, "Petugas Pendaftaran")
    verifier = sit_down(Role.VERIFIER, "Verifikator Kota")
    record = f"{live_server.url}{business.get_absolute_url()}"

    clerk.goto(record)
    clerk.get_by_role("button", name="Ajukan untuk verifikasi").click()
    expect(clerk.get_by_text("harus disetujui orang lain")).to_be_visible()
    expect(clerk.get_by_role("button", name="Setujui")).to_have_count(0)

    take_and_return(verifier, live_server.url)
    clerk.reload()
    expect(clerk.locator(".detail-state").get_by_text("Dikembalikan")).to_be_visible()
    expect(clerk.get_by_text("Catatan: Alamat usaha belum diisi.")).to_be_visible()
    looked_at(clerk, "dikembalikan")
    correct_and_submit(clerk)

    verifier.goto(f"{live_server.url}/umkm/verifikasi/")
    verifier.get_by_role("button", name="Setujui").click()
    expect(verifier.get_by_text("Terdaftar dengan nomor 35.74-")).to_be_visible()
    expect(verifier.get_by_text("Tidak ada pendaftaran yang menunggu verifikasi")).to_be_visible()

    propose_more_workers(clerk, record)
    approve_the_proposal(verifier, live_server.url)
    clerk.goto(record)
    expect(clerk.get_by_text("laki-laki 5")).to_be_visible()
    expect(clerk.get_by_text("Menyetujui perubahan UMKM")).to_be_visible()
    close_it(clerk)


def take_and_return(page: Page, address: str) -> None:
    page.reload()
    expect(page.get_by_role("link", name="1 pendaftaran menunggu verifikasi")).to_be_visible()
    expect(page.get_by_role("link", name="Verifikasi 1 menunggu")).to_be_visible()
    page.goto(f"{address}/umkm/verifikasi/")
    page.get_by_role("button", name="Ambil").click()
    expect(page.get_by_text("Anda sekarang memeriksa pendaftaran")).to_be_visible()
    looked_at(page, "periksa-pendaftaran")
    page.goto(f"{address}/umkm/verifikasi/")
    expect(page.get_by_role("cell", name="Verifikator Kota")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="Kembalikan").click()
    page.get_by_role("button", name="Kembalikan").click()
    expect(page.get_by_text("wajib diisi")).to_be_visible()
    page.get_by_label("Alasan").fill("Alamat usaha belum diisi.")
    looked_at(page, "kembalikan")
    page.get_by_role("button", name="Kembalikan").click()
    expect(page.get_by_text("dikembalikan dengan catatan Anda")).to_be_visible()


def correct_and_submit(page: Page) -> None:
    page.get_by_role("link", name="Ubah", exact=True).click()
    page.get_by_label("Alamat usaha").fill("Jalan Ikan 1")
    page.get_by_role("button", name="Simpan dan ajukan").click()
    expect(page.get_by_text("diajukan dan menunggu verifikasi")).to_be_visible()


def propose_more_workers(page: Page, record: str) -> None:
    page.goto(record)
    page.get_by_role("link", name="Ubah", exact=True).click()
    expect(page.get_by_text("baru berlaku setelah disetujui orang lain")).to_be_visible()
    page.get_by_label("Tenaga kerja laki-laki").fill("5")
    looked_at(page, "ubah-terdaftar")
    page.get_by_role("button", name="Simpan").first.click()
    expect(page.get_by_text("Tulis alasan perubahan")).to_be_visible()
    page.get_by_label("Alasan perubahan").fill("Pemilik menambah pekerja")
    page.get_by_role("button", name="Simpan").first.click()
    expect(page.get_by_text("Usulan perubahan dikirim")).to_be_visible()
    expect(page.get_by_text("laki-laki 2")).to_be_visible()  # still the old value
    looked_at(page)
    page.goto(f"{page.url.split('/umkm/')[0]}/umkm/usulan/saya/")
    expect(page.get_by_text("Menunggu persetujuan")).to_be_visible()
    looked_at(page)


def approve_the_proposal(page: Page, address: str) -> None:
    page.goto(f"{address}/umkm/verifikasi/usulan/")
    row = page.get_by_role("row", name="tenaga kerja laki-laki")
    expect(row.get_by_role("cell")).to_have_text(["2", "5"])
    looked_at(page, "usulan-perubahan")
    page.get_by_role("button", name="Setujui usulan").click()
    expect(page.get_by_text("disetujui dan sekarang berlaku")).to_be_visible()


def close_it(page: Page) -> None:
    page.get_by_role("link", name="Ubah status").click()
    page.get_by_label("Status usaha").select_option(label="Tutup")
    page.get_by_label("Sejak tanggal").fill("05/01/2026")
    page.get_by_label("Alasan").fill("Pemilik berhenti berjualan")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator(".detail-state").get_by_text("Tutup sejak 5 Januari 2026")).to_be_visible()
    expect(page.locator(".detail-state").get_by_text("Terdaftar")).to_be_visible()
    assert not Business.objects.registered().exists()
