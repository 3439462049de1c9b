"""A real Chromium, Indonesian, on a desk and on a phone; nothing may be written to its console.

A missing browser is a failure, never a skip: `make test` installs one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ViewportSize, WebError

from scripts.browser import find_chromium

# Playwright's own event loop runs in the thread of the tests, which Django would refuse
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@dataclass
class Console:
    """Every message, CSP violation and page error of a test; one not `allow`ed fails it."""

    messages: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def allow(self, part: str) -> None:
        """Expect messages with `part` in them, such as the `404` of a page that must not be found."""
        self.allowed.append(part)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_message)
        context.on("weberror", self._on_error)
        self.contexts.append(context)

    def _on_message(self, message: ConsoleMessage) -> None:
        self.messages.append(f"{message.type}: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self.messages.append(f"page error: {error.error}")

    def unexpected(self) -> list[str]:
        for context in self.contexts:
            for page in context.pages:
                page.evaluate("1")  # what the page wrote before this answer has arrived with it
        return [line for line in self.messages if not any(part in line for part in self.allowed)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    launch = {**browser_type_launch_args, "args": FLAGS}
    path = find_chromium()
    return {**launch, "executable_path": path} if path else launch


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "id-ID",
        "timezone_id": "Asia/Jakarta",
        "viewport": DESKTOP,
        "reduced_motion": "reduce",
    }


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], console: Console
) -> Iterator[Callable[..., BrowserContext]]:
    """pytest-playwright's factory, each context watched; `page` comes from here as well."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        console.watch(context)
        return context

    yield watched
    assert console.unexpected() == []


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a screen of 360 × 740; `page` is the one on a desk, 1280 wide."""
    page = new_context().new_page()
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture(params=["desktop", "phone"])
def screen(request: pytest.FixtureRequest) -> Page:
    """Runs the test twice: on a desk and on a phone."""
    return request.getfixturevalue("page" if request.param == "desktop" else "phone")
