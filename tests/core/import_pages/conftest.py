"""Kinds of business to choose from, and the registrar who brings lists."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from tests.core.import_pages.driving import of
from tests.people import People


@pytest.fixture(autouse=True)
def _sectors() -> None:
    call_command("load_sectors", stdout=StringIO())


@pytest.fixture
def registrar(people: People) -> Client:
    return of(people.registrar_a)
