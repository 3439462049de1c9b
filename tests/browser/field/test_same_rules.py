"""The telephone judges answers exactly as the server does: the same that count, the same words for what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from core.formats import format_date, format_integer, format_rupiah
from surveys.questionnaire import Definition, Item, Kind, Value, check, questionnaire
from tests.surveys.questionnaire.fillings import DAYS, WHOLE, anything, definitions, fillings

pytestmark = pytest.mark.django_db(transaction=True)

JUDGE = """async ([definition, values]) => {
    const { check } = await import("/static/js/field/check.js");
    return check(definition, values);
}"""
WRITE = """async ([days, numbers]) => {
    const { formatDate, formatInteger, formatRupiah } = await import("/static/js/field/formats.js");
    return [days.map(formatDate), numbers.map(formatInteger), numbers.map(formatRupiah)];
}"""
ODD_DAYS = ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "2026-13-01", "2026-04-31"]
ODD_NUMBERS = ["-0", "007", "1e3", "1.000", "٣", "9" * 15, "9" * 16, "-", "0", " 7", "7\n", "50000000"]


@pytest.fixture
def browser_page(page: Page, live_server: LiveServer) -> Page:
    page.goto(f"{live_server.url}/lapangan/luring/")
    return page


def as_json(values: dict[str, Value]) -> dict[str, Any]:
    return {code: list(value) if isinstance(value, tuple) else value for code, value in values.items()}


def both(page: Page, definition: Definition, values: dict[str, Value]) -> tuple[Any, Any]:
    ours = check(definition, values)
    theirs = page.evaluate(JUDGE, [definition.as_json(), as_json(values)])
    return (as_json(ours.values), ours.problems), (theirs["values"], theirs["problems"])


@st.composite
def questions_and_answers(draw: st.DrawFn) -> tuple[Definition, dict[str, Value]]:
    """Half of the answers fit their question; the others may be anything at all."""
    definition = draw(definitions())
    values = draw(fillings(definition))
    odd = anything() | st.sampled_from(ODD_DAYS + ODD_NUMBERS)
    for item in definition:
        if draw(st.integers(0, 3)) == 0:
            values[item.code] = draw(odd)
    return definition, values


@given(drawn=questions_and_answers())
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_they_agree_on_any_questionnaire_and_any_answers(
    browser_page: Page, drawn: tuple[Definition, dict[str, Value]]
) -> None:
    ours, theirs = both(browser_page, *drawn)
    assert theirs == ours


def test_they_agree_on_the_odd_cases_of_every_kind(browser_page: Page) -> None:
    for kind in Kind:
        for given_value in (
            *ODD_DAYS,
            *ODD_NUMBERS,
            "🧕🏽" * 30,
            "x" * 41,
            ("none", "a"),
            ("not_answered", "a"),
            (),
        ):
            definition = questionnaire((_item(kind),))
            ours, theirs = both(browser_page, definition, {"lokal": given_value})
            assert theirs == ours


def _item(kind: Kind) -> Item:
    limits = {
        Kind.NUMBER: ("-5", "1000"),
        Kind.AMOUNT: ("1000", "50000000"),
        Kind.DATE: ("2020-01-05", "2025-12-31"),
    }
    low, high = limits.get(kind, ("", ""))
    choices = (("a", "A"), ("none", "Tidak ada")) if kind in (Kind.SINGLE, Kind.MULTIPLE) else ()
    return Item(
        "lokal",
        kind,
        "Lokal",
        "Lokal?",
        choices,
        minimum=low,
        maximum=high,
        max_length=40,
        may_decline=bool(choices),
    )


@given(days=st.lists(DAYS, min_size=1), numbers=st.lists(WHOLE, min_size=1))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_write_dates_and_numbers_alike(browser_page: Page, days: list[Any], numbers: list[int]) -> None:
    written = browser_page.evaluate(WRITE, [[day.isoformat() for day in days], [str(n) for n in numbers]])
    assert written == [
        [format_date(day) for day in days],
        [format_integer(n) for n in numbers],
        [format_rupiah(n) for n in numbers],
    ]
