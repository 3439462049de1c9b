"""The main job's pages without a mouse: where the focus is, that it is seen, and what the keys do."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.models import Response
from tests.browser.driving import log_in
from tests.factories import WaveFactory, registered_business
from tests.factories.core import PASSWORD
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)

ENOUGH = 80  # presses of Tab that reach anything on a page of ours


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus."""
    for _ in range(ENOUGH):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by Tab")


def focus_is_seen(page: Page) -> bool:
    """Whether the focused element, or the label drawn for it, has an outline or a ring."""
    return bool(
        page.evaluate(
            """() => {
                const focused = document.activeElement;
                return [focused, ...(focused.labels ?? [])].some((element) => {
                    const style = getComputedStyle(element);
                    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
                        || style.boxShadow !== "none";
                });
            }"""
        )
    )


def test_the_first_tab_leads_past_the_menu(page: Page, live_server: LiveServer, people: People) -> None:
    log_in(page, people.official, live_server.url)
    page.goto(f"{live_server.url}/umkm/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Lompat ke isi")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_one_logs_in_by_keys_alone(page: Page, live_server: LiveServer, people: People) -> None:
    page.goto(f"{live_server.url}/masuk/")
    tab_to(page, page.get_by_label("Nama pengguna"))
    page.keyboard.type(people.official.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Selamat datang")).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/umkm/", "/dasbor/", "/survei/", "/jejak/", "/admin/"])
def test_the_focus_is_seen_wherever_it_goes(
    page: Page, live_server: LiveServer, people: People, address: str
) -> None:
    registered_business(ward=people.a.ward)
    WaveFactory()
    log_in(page, people.administrator, live_server.url)
    page.goto(live_server.url + address)
    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        if not focus_is_seen(page):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    # The parts of a date field are the browser's own, and so is the mark on them.
    assert [element for element in unseen if not element.startswith("<body") and "date" not in element] == []


def test_the_menu_of_a_phone_opens_by_keys(phone: Page, live_server: LiveServer, people: People) -> None:
    log_in(phone, people.official, live_server.url)
    phone.goto(live_server.url)
    toggle = phone.get_by_role("button", name="Buka menu")
    tab_to(phone, toggle)
    assert focus_is_seen(phone)
    phone.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    entry = phone.get_by_role("navigation", name="Menu utama").get_by_role("link", name="UMKM", exact=True)
    expect(entry).to_be_visible()
    tab_to(phone, entry)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Daftar UMKM")).to_be_visible()


def test_an_interview_is_entered_by_keys_alone(phone: Page, live_server: LiveServer, people: People) -> None:
    business = registered_business(ward=people.a.ward)
    wave = WaveFactory(period_end=timezone.localdate().replace(month=12, day=31))
    log_in(phone, people.enumerator_a, live_server.url)
    phone.goto(f"{live_server.url}/survei/gelombang/{wave.code}/umkm/{business.public_id}/")

    choose_first(phone, "consent")
    tab_to(phone, phone.locator("[name=marketing_channel]").first)
    assert focus_is_seen(phone)
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("ArrowDown")
    tick(phone, "platforms", "social_media")
    choose_first(phone, "partnership", "revenue_trend", "capital_source")
    tick(phone, "credit_refusal_reasons", "other")
    choose_first(phone, "bookkeeping_regular", "finances_separated")
    tick(phone, "problems", "capital")
    choose_first(phone, "has_potential")
    tick(phone, "methods", "interview")
    choose_first(phone, "mode")
    tab_to(phone, phone.get_by_role("button", name="Kirim wawancara"))
    phone.keyboard.press("Enter")

    expect(phone.get_by_text("tersimpan")).to_be_visible()
    response = Response.objects.get(business=business)
    assert (response.marketing_channel, response.partnership) == ("both", "partnered")


def choose_first(page: Page, *questions: str) -> None:
    for question in questions:
        tab_to(page, page.locator(f"[name={question}]").first)
        page.keyboard.press("Space")


def tick(page: Page, question: str, value: str) -> None:
    box = page.locator(f"[name={question}][value={value}]")
    tab_to(page, box)
    assert focus_is_seen(page)
    page.keyboard.press("Space")
    expect(box).to_be_checked()


def test_an_element_without_a_visible_focus_is_found(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/masuk/")
    page.evaluate(
        """() => {
            const link = document.createElement("a");
            link.href = "#";
            link.style.outline = "none";
            document.querySelector("main").append(link);
            link.focus();
        }"""
    )
    assert not focus_is_seen(page)
