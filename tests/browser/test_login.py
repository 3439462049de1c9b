"""The door of the register, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Console
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.factories.core import PASSWORD
from tests.people import People


def test_the_login_page_is_accessible_on_every_screen(screen: Page, live_server: LiveServer) -> None:
    screen.goto(f"{live_server.url}/masuk/")
    expect(screen.get_by_role("heading", name="Masuk")).to_be_visible()
    assert axe_violations(screen) == []
    assert not scrolls_sideways(screen)


@pytest.mark.django_db(transaction=True)
def test_a_registrar_logs_in_by_hand(page: Page, live_server: LiveServer, people: People) -> None:
    page.goto(live_server.url)
    page.locator("[name=username]").fill(people.registrar_a.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form").get_by_role("button", name="Masuk").click()
    expect(page).to_have_url(f"{live_server.url}/")


@pytest.mark.django_db(transaction=True)
def test_a_session_given_to_the_browser_opens_the_first_page(
    page: Page, live_server: LiveServer, people: People
) -> None:
    log_in(page, people.official, live_server.url)
    page.goto(live_server.url)
    expect(page).to_have_url(f"{live_server.url}/")


def test_axe_finds_a_field_without_a_label(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/masuk/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(line.startswith("label: ") for line in axe_violations(page))


def test_an_inline_style_is_refused_and_noticed(
    page: Page, live_server: LiveServer, console: Console
) -> None:
    page.goto(f"{live_server.url}/masuk/")
    page.evaluate("document.querySelector('main').setAttribute('style', 'color: red')")
    page.evaluate("document.querySelector('main').innerHTML = '<p style=\"color: red\">merah</p>'")
    assert any("Content Security Policy" in line for line in console.unexpected())
    console.allow("Content Security Policy")
