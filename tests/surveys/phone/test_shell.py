"""What lies in the telephone for good: pages without data, and a worker that is another one with every release."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from surveys.phone import release
from surveys.phone.release import current_release
from tests.people import People

FOLDER = settings.BASE_DIR / "static" / "js" / "field"
IMPORT = re.compile(r'from "(\.[^"]+)"')


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    release._read_once.cache_clear()


def release_of(script: str) -> dict[str, object]:
    first = script.splitlines()[0]
    document: dict[str, object] = json.loads(first.removeprefix("const RELEASE = ").removesuffix(";"))
    return document


@pytest.mark.parametrize("address", ["/lapangan/", "/lapangan/luring/"])
def test_the_pages_open_for_anybody_and_are_the_same_for_everybody(
    client: Client, people: People, address: str
) -> None:
    before = client.get(address)
    client.force_login(people.enumerator_a)
    after = client.get(address)
    assert before.status_code == after.status_code == 200
    assert before.content == after.content
    assert before["X-Field-Release"] == current_release().version
    assert not before.cookies


def test_the_app_can_be_installed(client: Client) -> None:
    answer = client.get("/lapangan/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    document = answer.json()
    assert (document["scope"], document["start_url"], document["display"]) == (
        "/lapangan/",
        "/lapangan/",
        "standalone",
    )
    assert {(icon["sizes"], icon["purpose"]) for icon in document["icons"]} == {
        (f"{size}x{size}", purpose) for size in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in document["icons"]:
        assert finders.find(icon["src"].removeprefix(settings.STATIC_URL))


def test_the_worker_names_every_module_with_its_hash(client: Client) -> None:
    answer = client.get("/lapangan/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    files = release_of(answer.content.decode())["files"]
    assert isinstance(files, dict)
    for path in FOLDER.rglob("*.js"):
        content = b64encode(sha256(path.read_bytes()).digest()).decode()
        assert files[f"/static/js/field/{path.relative_to(FOLDER)}"] == f"sha256-{content}"


def test_no_module_imports_what_is_not_in_the_release() -> None:
    files = current_release().files
    for path in FOLDER.rglob("*.js"):
        for target in IMPORT.findall(path.read_text(encoding="utf-8")):
            found = (path.parent / target).resolve().relative_to(settings.BASE_DIR / "static")
            assert f"/static/{found}" in files, f"{path.name}: {target}"


def test_another_word_on_a_page_is_another_release(settings: object) -> None:
    before = current_release().version
    settings.OFFICE_NAME = "Dinas lain"  # type: ignore[attr-defined]
    release._read_once.cache_clear()
    assert current_release().version != before


def test_only_who_interviews_sets_a_telephone_up(client: Client, people: People) -> None:
    assert client.get("/lapangan/siapkan/").status_code == 302
    client.force_login(people.official)
    assert client.get("/lapangan/siapkan/").status_code == 403
    client.force_login(people.enumerator_a)
    assert client.get("/lapangan/siapkan/").status_code == 200


def test_the_policy_lets_the_worker_in_and_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get("/lapangan/")["Content-Security-Policy"]
    for directive in ("worker-src 'self'", "manifest-src 'self'", "script-src 'self'", "default-src 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
