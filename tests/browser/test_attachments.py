"""Photos and documents at the counter and in the shop, on a desk and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.roles import Role
from registry.models import Attachment
from tests.browser.conftest import PHONE
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import UserFactory, registered_business
from tests.registry.attachments import PDF, photo_with_secrets

pytestmark = pytest.mark.django_db(transaction=True)


def add(page: Page, name: str, kind: str, content: bytes, caption: str) -> None:
    page.get_by_role("link", name="Tambah foto atau dokumen").click()
    page.get_by_label("Foto atau dokumen").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )
    page.get_by_label("Keterangan").fill(caption)


def save(page: Page) -> None:
    page.get_by_role("button", name="Simpan").click()


def test_a_photo_and_a_document_are_added_seen_and_removed(screen: Page, live_server: LiveServer) -> None:
    business = registered_business(name="Warung Sumber Rejeki")
    log_in(screen, UserFactory(full_name="Petugas Pendaftaran", role=Role.REGISTRAR), live_server.url)
    screen.goto(f"{live_server.url}{business.get_absolute_url()}")

    add(screen, "palsu.jpg", "image/jpeg", b"<svg onload=alert(1)></svg>", "Tampak depan warung")
    save(screen)
    expect(screen.get_by_text("bukan gambar")).to_be_visible()
    expect(screen.get_by_label("Keterangan")).to_have_value("Tampak depan warung")
    assert axe_violations(screen) == []

    screen.get_by_label("Foto atau dokumen").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo_with_secrets()}
    )
    on_a_telephone = screen.viewport_size == PHONE  # where photos are taken
    if on_a_telephone:
        take_picture(screen, "tambah-lampiran-ponsel")
    save(screen)
    expect(screen.get_by_role("img", name="Tampak depan warung")).to_be_visible()
    add(screen, "NIB.pdf", "application/pdf", PDF, "NIB dari OSS")
    save(screen)

    photo = screen.get_by_role("img", name="Tampak depan warung")
    photo.scroll_into_view_if_needed()
    screen.wait_for_function(
        "() => [...document.images].every(image => image.complete && image.naturalWidth)"
    )
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)
    if on_a_telephone:
        take_picture(screen, "lampiran-ponsel")
    with screen.expect_download() as download:
        screen.get_by_role("button", name="Unduh NIB dari OSS").click()
    assert download.value.path().read_bytes() == PDF

    screen.get_by_role("link", name="Hapus NIB dari OSS").click()
    screen.get_by_label("Alasan menghapus").fill("Salah unggah")
    screen.get_by_role("button", name="Hapus lampiran").click()
    expect(screen.get_by_text("Lampiran dihapus.")).to_be_visible()
    assert [str(attachment) for attachment in Attachment.objects.all()] == ["Tampak depan warung"]
