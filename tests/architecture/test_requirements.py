"""Every requirement is pinned exactly and says why it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture import sources

PIN = re.compile(r"(?P<name>[a-z0-9-]+)==\d[\w.]*\s+# \S.{9,}")
FILES = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]
ASKED_FOR = {
    "django",
    "django-crispy-forms",
    "crispy-bootstrap5",
    "psycopg2-binary",
    "django-import-export",
    "django-chartjs",
}


def unfit(line: str) -> bool:
    return not (PIN.fullmatch(line) or line.startswith(("#", "-r ")) or not line.strip())


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_an_exact_pin_with_a_reason(name: str) -> None:
    assert [line for line in sources.text(Path(name)).splitlines() if unfit(line)] == []


@pytest.mark.parametrize(
    "line", ["django", "django>=5.2  # the framework", "django==5.2.19", "django==5.2.* # it is"]
)
def test_a_loose_or_unexplained_pin_is_noticed(line: str) -> None:
    assert unfit(line)


def test_what_was_asked_for_is_there_and_nothing_twice() -> None:
    lines = [line for name in FILES for line in sources.text(Path(name)).splitlines()]
    names = [match["name"] for line in lines if (match := PIN.fullmatch(line))]
    assert set(names) >= ASKED_FOR
    assert sorted(names) == sorted(set(names))
