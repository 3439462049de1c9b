"""What only a drawn page shows: distances that style sheets of others and ours disagree about."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from core.roles import Role
from tests.browser.conftest import PHONE
from tests.browser.door_walk import send_nothing
from tests.browser.driving import log_in
from tests.factories import UserFactory
from tests.registry.applicants import consent_text

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_stands_close_to_the_help_of_its_field(page: Page, live_server: LiveServer) -> None:
    consent_text()
    page.set_viewport_size(PHONE)
    page.goto(live_server.url)
    send_nothing(page)

    message = page.locator(".invalid-feedback").first.bounding_box()
    help_text = page.locator("#id_owner_name_helptext").bounding_box()

    assert message
    assert help_text
    assert help_text["y"] - (message["y"] + message["height"]) < 10


def test_the_sign_before_a_link_of_the_filter_covers_no_letter(page: Page, live_server: LiveServer) -> None:
    log_in(page, UserFactory(role=Role.ADMINISTRATOR), live_server.url)
    page.goto(f"{live_server.url}/admin/core/user/")

    link = page.locator("#changelist-filter .viewlink").first

    assert int(link.evaluate("link => parseInt(getComputedStyle(link).paddingLeft)")) >= 16
