"""A certificate from its issue to its end: at the desk, on the paper, and on a passer-by's telephone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from core.roles import Role
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.pictures import take_picture
from tests.factories import OwnerFactory, SectorFactory, UserFactory, registered_business
from tests.registry.certificates import make_office

pytestmark = pytest.mark.django_db(transaction=True)


def looked_at(page: Page, picture: str) -> None:
    assert axe_violations(page) == []
    assert not scrolls_sideways(page)
    take_picture(page, picture)


def code_on_the_paper(paper: Path) -> str:
    [attachment] = PdfReader(BytesIO(paper.read_bytes())).attachments["sertifikat.txt"]
    return attachment.decode().strip()


def test_a_certificate_is_issued_checked_and_taken_back(
    page: Page, phone: Page, live_server: LiveServer
) -> None:
    make_office()
    business = registered_business(
        name="Warung Sumber Rejeki",
        owner=OwnerFactory(name="Pelaku Usaha Contoh"),
        sector=SectorFactory(code="I", name="Penyediaan Akomodasi dan Penyediaan Makan Minum"),
    )
    log_in(page, UserFactory(full_name="Verifikator Kota", role=Role.VERIFIER), live_server.url)
    page.goto(f"{live_server.url}{business.get_absolute_url()}")
    page.get_by_role("button", name="Terbitkan sertifikat").click()
    expect(page.get_by_text("diterbitkan.")).to_be_visible()
    page.get_by_role("heading", name="Sertifikat", exact=True).scroll_into_view_if_needed()
    looked_at(page, "sertifikat")

    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh sertifikat").click()
    code = code_on_the_paper(download.value.path())
    assert code.startswith(f"{live_server.url}/sertifikat/")

    phone.goto(code)
    expect(phone.get_by_text("Sah", exact=True)).to_be_visible()
    expect(phone.get_by_text("Warung Sumber Rejeki")).to_be_visible()
    assert "Pelaku Usaha Contoh" not in phone.content()
    looked_at(phone, "sertifikat-sah-ponsel")

    page.get_by_role("link", name="Cabut sertifikat").click()
    page.get_by_label("Alasan mencabut").fill("Diterbitkan atas nama yang keliru")
    looked_at(page, "cabut-sertifikat")
    page.get_by_role("button", name="Cabut sertifikat").click()
    expect(page.get_by_text("Diterbitkan atas nama yang keliru").first).to_be_visible()

    phone.goto(code.partition("#")[0])
    expect(phone.get_by_text("Dicabut", exact=True)).to_be_visible()
    assert "keliru" not in phone.content()
    looked_at(phone, "sertifikat-dicabut-ponsel")
