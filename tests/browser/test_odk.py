"""An enumerator sets up ODK Collect on the own telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from core.models import User
from core.roles import Role
from tests.browser.driving import log_in
from tests.browser.pictures import take_picture
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def enumerator() -> User:
    user: User = UserFactory(full_name="Enumerator Kanigaran", role=Role.ENUMERATOR)
    return user


def test_the_code_is_seen_once(phone: Page, live_server: LiveServer, enumerator: User) -> None:
    log_in(phone, enumerator, live_server.url)
    phone.goto(f"{live_server.url}/survei/lapangan/perangkat/")
    phone.get_by_role("link", name="Pasang ODK Collect").click()
    phone.get_by_label("Nama perangkat").fill("Samsung A15 Kanigaran")
    take_picture(phone, "odk-collect")
    phone.get_by_role("button", name="Buat kode").click()

    picture = phone.get_by_role("img", name=re.compile("Kode QR"))
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 250
    address = phone.get_by_label(re.compile("alamat server ini")).input_value()
    assert address.startswith(f"{live_server.url}/odk/")
    assert phone.request.get(f"{address}/formList").status == 200

    phone.get_by_role("link", name="Selesai").click()
    expect(phone.get_by_text("Samsung A15 Kanigaran")).to_be_visible()
    assert address.rpartition("/")[2] not in phone.content()
