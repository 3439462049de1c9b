"""Whatever is put into an address or a form, the answer is a page, never an error of the program.

The names of what can be asked and filled in are read from the pages themselves, so that a new field or
filter is tried without a line here. All of them get each bad text of the catalogue.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.models import User
from tests.addresses import Address, addresses
from tests.factories import ResponseFactory, WaveFactory, registered_business
from tests.people import People
from tests.url_objects import url_object

BROKEN = (
    "\0",
    "\x1b\u202e\u200b",
    str(2**63),
    "9" * 5_000,
    "1e999",
    "abc",
    "٣٥٧٤٠١",
    "00000000-0000-0000-0000-000000000000",
    "0001-01-01",
    "9999-12-31",
    "🧕🏽" * 400,
)
EVERYTHING_AT_ONCE = (*BROKEN, "x" * 20_000)
TAG = re.compile(r"<(?:input|select|textarea|button)\b[^>]*>")
ATTRIBUTE = re.compile(r"""\b(name|value|type)="([^"]*)\"""")
IN_LINKS = re.compile(r"""(?:\?|&amp;|&)([A-Za-z_]+)=""")
NOT_FUZZED = {"csrfmiddlewaretoken"}
# Read by views and the admin without standing in a link or a form of a page without rows.
HIDDEN_NAMES = {"page", "hal", "p", "o", "q", "e", "all", "after", "before", "next", "search", "wave"}
HIDDEN_NAMES |= {"term", "app_label", "model_name", "field_name", "status__exact", "_changelist_filters"}
HIDDEN_NAMES |= {"_to_field", "_popup", "district", "owner", "id__exact", "owner__name", "nib"}

# The bare address of a row in the admin and files of the site's language take no words of ours.
TRIED = [address for address in addresses() if address.name and not address.name.endswith("logout")]


def best_user(address: Address, people: People, url: str) -> User | None:
    """Somebody who gets in, so that what is tried reaches the view."""
    chosen = (
        people.administrator,
        people.registrar_a,
        people.supervisor_a,
        people.enumerator_a,
        people.verifier_a,
    )
    return next((user for user in chosen if _gets_in(ask(user, "get", url, {}))), None)


def _gets_in(response: Any) -> bool:
    if response.status_code in {301, 302}:
        return not response["Location"].startswith(reverse("core:login"))
    return response.status_code not in {403, 404}


class Crash(Exception):
    """The program answered with an error of its own."""


def send(user: User | None, method: str, url: str, data: dict[str, Any]) -> int:
    """The status; nothing that was written stays. An exception that reaches the test is a 500."""
    return ask(user, method, url, data).status_code


def ask(user: User | None, method: str, url: str, data: dict[str, Any]) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        try:
            response = getattr(client, method)(url, data)
        except Exception as error:
            raise Crash(f"{type(error).__name__}: {str(error)[:120]}") from error
        finally:
            transaction.set_rollback(True)
    return response


def fields_of(page: str) -> dict[str, str]:
    """Every name of a form of the page with the value it has."""
    found = {}
    for tag in TAG.findall(page):
        attributes = dict(ATTRIBUTE.findall(tag))
        if name := attributes.get("name"):
            if attributes.get("type") in ("checkbox", "radio", "submit") and name in found:
                continue
            found[html.unescape(name)] = html.unescape(attributes.get("value", ""))
    return {name: value for name, value in found.items() if name not in NOT_FUZZED}


def text_of(response: Any) -> str:
    if response.streaming or "text/html" not in response.headers.get("Content-Type", ""):
        return ""
    return response.content.decode()


def queries(names: set[str]) -> Iterator[dict[str, Any]]:
    for value in EVERYTHING_AT_ONCE:
        yield dict.fromkeys(sorted(names), value)
    yield {name: ["1", "\0", "2"] for name in sorted(names)}


def bodies(fields: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield {}
    yield fields
    for value in EVERYTHING_AT_ONCE:
        yield dict.fromkeys(fields, value)
    yield {name: ["1", "\0", "2"] for name in fields}


def url_of(address: Address, people: People) -> str:
    made = url_object(address.name)
    return address.url(made.make(people.a) if made and address.arguments else {})


def crashes(user: User | None, method: str, url: str, tries: Iterator[dict[str, Any]]) -> list[str]:
    found = []
    for data in tries:
        try:
            if send(user, method, url, data) >= 500:
                raise Crash("500")
        except Crash as crash:
            shown = str(data) if len(str(data)) < 200 else f"{str(data)[:150]}…"
            found.append(f"{method} {url} {shown}: {crash}")
    return found


@pytest.fixture
def stored(people):
    """Something to list on every page."""
    business = registered_business(ward=people.a.ward)
    ResponseFactory(business=business, wave=WaveFactory())
    return business


@pytest.mark.parametrize("address", TRIED, ids=str)
def test_no_question_in_an_address_is_an_error(address, people, stored):
    url = url_of(address, people)
    user = best_user(address, people, url)
    page = text_of(ask(user, "get", url, {}))

    names = HIDDEN_NAMES | set(fields_of(page)) | set(IN_LINKS.findall(page))

    assert crashes(user, "get", url, queries(names)) == []


@pytest.mark.parametrize("address", TRIED, ids=str)
def test_no_filling_in_of_a_form_is_an_error(address, people, stored):
    url = url_of(address, people)
    user = best_user(address, people, url)
    fields = fields_of(text_of(ask(user, "get", url, {})))

    assert crashes(user, "post", url, bodies(fields)) == []


BROKEN_PARTS = ("0", "-1", str(2**63), "9" * 5_000, "abc", "٣", "%00", "%ED%A0%BD", "a" * 3_000, "_", "..%2F")


@pytest.mark.parametrize("address", [item for item in TRIED if item.arguments], ids=str)
def test_no_name_of_a_thing_in_an_address_is_an_error(address, people, stored):
    made = url_object(address.name)
    assert made is not None
    arguments = made.make(people.a)
    url = address.url(arguments)
    for part in (str(value) for value in arguments.values()):
        for broken in BROKEN_PARTS:
            assert crashes(people.administrator, "get", url.replace(part, broken), iter([{}])) == []


def test_a_view_that_breaks_is_found(people, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("a fault of the program")

    monkeypatch.setattr("core.views.audit.AuditFilterForm", broken)

    assert crashes(people.administrator, "get", reverse("core:audit-list"), iter([{}])) != []
