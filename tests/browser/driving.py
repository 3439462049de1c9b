"""What a browser test does besides clicking: log in, ask axe, look for sideways scrolling."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from core.models import User

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@lru_cache(maxsize=1)
def _axe_source() -> str:
    return (settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """What breaks WCAG 2.2 A or AA on the page as it stands: `rule: place`, one string a place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())
    result = page.evaluate(
        # without `preload` axe copies style sheets into the page, which the policy refuses aloud
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false})",
        AXE_TAGS,
    )
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def log_in(page: Page, user: User, address: str) -> None:
    """A session for `user` at the live server's `address`, without the login form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    host = urlsplit(address).hostname
    assert host
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "domain": host, "path": "/"}]
    )


def scrolls_sideways(page: Page) -> bool:
    """Whether the page as a whole is wider than its window (a table in its own region may be)."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
