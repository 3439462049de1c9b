"""Every page of the site, on a desk and on a phone: no barrier, no message, no sideways scrolling.

The pages are those of the URL resolver. A new one needs a line in tests/browser/page_table.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatch

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Response, TimeoutError
from pytest_django.live_server_helper import LiveServer

from core.models import User
from tests.addresses import addresses
from tests.browser.conftest import DESKTOP, PHONE, Console
from tests.browser.driving import axe_violations, log_in, scrolls_sideways
from tests.browser.every_page import NOBODY, Visit, World, make_world
from tests.browser.page_table import NOT_PAGES, VISITS
from tests.people import People
from tests.url_objects import url_object

MOST = 12  # visits a test: short enough for two workers to share them evenly
NAMES = sorted({address.name for address in addresses() if address.name})


def rounds() -> Iterator[tuple[str, tuple[Visit, ...]]]:
    """The visits person by person, so that one browser session serves many pages."""
    for who in dict.fromkeys(visit.who for visit in VISITS):
        theirs = [visit for visit in VISITS if visit.who == who]
        for start in range(0, len(theirs), MOST):
            yield who, tuple(theirs[start : start + MOST])


def is_no_page(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in NOT_PAGES)


@pytest.fixture
def world(transactional_db: None, people: People) -> World:
    return make_world(people)


@pytest.fixture
def person(world: World) -> Callable[[str], User]:
    def named(who: str) -> User:
        user: User = getattr(world, who, None) or getattr(world.people, who)
        return user

    return named


@pytest.mark.parametrize(
    ("who", "visits"),
    [pytest.param(*part, id=f"{part[0] or 'nobody'}-{n}") for n, part in enumerate(rounds())],
)
def test_every_page_is_quiet_accessible_and_as_wide_as_its_screen(
    who: str,
    visits: tuple[Visit, ...],
    world: World,
    person: Callable[[str], User],
    new_context: Callable[..., BrowserContext],
    live_server: LiveServer,
    console: Console,
) -> None:
    page = new_context().new_page()
    found: list[str] = []
    for visit in visits:
        if who != NOBODY:
            log_in(page, person(who), live_server.url)
        found += [f"{visit}: {line}" for line in look(page, visit, live_server.url + visit.address(world))]
        found += [f"{visit}: {line}" for line in said(console, visit)]
    assert not found, "\n".join(found)


def look(page: Page, visit: Visit, url: str) -> Iterator[str]:
    """What is wrong with the page, on both screens."""
    statuses: list[int] = []

    def note(answer: Response) -> None:
        if answer.request.is_navigation_request():
            statuses.append(answer.status)

    page.set_viewport_size(DESKTOP)
    page.on("response", note)
    page.goto(url)
    if page.locator("canvas, [hx-trigger^=load]").count():
        page.wait_for_load_state("networkidle")
    if visit.act:
        visit.act(page)
    page.remove_listener("response", note)
    if statuses[-1] != visit.status:
        yield f"status {statuses[-1]} instead of {visit.status}"
    if not comes_to_show(page, visit.shows):
        yield "does not show what it should"
    for screen in (DESKTOP, PHONE):
        page.set_viewport_size(screen)
        for line in axe_violations(page):
            yield f"{line} at {screen['width']}"
        if scrolls_sideways(page):
            yield f"scrolls sideways at {screen['width']}"


def comes_to_show(page: Page, text: str) -> bool:
    """Some pages are drawn by a script once they have read what the telephone keeps."""
    try:
        page.wait_for_function("text => document.body.innerText.includes(text)", arg=text, timeout=10_000)
    except TimeoutError:
        return False
    return True


def said(console: Console, visit: Visit) -> list[str]:
    """What the page wrote to the console besides the status it is meant to have; heard once only."""
    expected = f"status of {visit.status} "
    lines = [line for line in console.unexpected() if visit.status == 200 or expected not in line]
    console.messages.clear()
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_every_address_is_looked_at_or_known_to_be_no_page(name: str) -> None:
    visited = any(visit.name == name for visit in VISITS)
    assert visited or is_no_page(name), f"{name} is new: add a visit to tests/browser/page_table.py"
    assert not (visited and is_no_page(name))


def test_the_table_names_no_address_that_is_gone() -> None:
    assert {visit.name for visit in VISITS} <= set(NAMES)
    assert [pattern for pattern in NOT_PAGES if not any(fnmatch(name, pattern) for name in NAMES)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if is_no_page(name)])
def test_what_is_said_to_be_no_page_shows_none(name: str, people: People) -> None:
    [address] = [address for address in addresses() if address.name == name]
    made = url_object(name) if address.arguments else None
    client = Client()
    client.force_login(people.administrator)

    answer = client.get(address.url(made.make(people.a) if made else {}))

    assert answer.status_code != 200 or b"<html" not in answer.content


def test_a_page_wider_than_its_screen_is_found(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/masuk/")
    page.evaluate("document.querySelector('main h1').textContent = 'a'.repeat(500)")
    assert scrolls_sideways(page)
