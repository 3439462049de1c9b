"""What every test gets: fast password hashes, its own keys, append-only tables that a flush may empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

from core import audit_triggers, keys, office_key
from surveys import version_triggers
from tests.people import People, make_people


@pytest.fixture(autouse=True)
def _own_settings(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _own_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys of this run only: no test reads or writes the keys of the working copy."""
    from django.conf import settings

    directory = tmp_path_factory.mktemp("keys")
    for name in ("data-0001", "index", "audit", "certificate-0001"):
        (directory / f"{name}.key").write_bytes(keys.new_key())
    office_key.write_new(directory / office_key.FILE, bits=2048)
    before, settings.KEYS_DIR = settings.KEYS_DIR, directory
    keys.forget()
    yield directory
    settings.KEYS_DIR = before


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_DIR = tmp_path_factory.getbasetemp() / "media"
    settings.IMPORT_DIR = tmp_path_factory.getbasetemp() / "imports"


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_what_is_append_only() -> Iterator[None]:
    """Tests with real transactions end in a flush, which the append-only triggers would refuse."""
    teardown = TransactionTestCase._fixture_teardown

    def without_triggers(self: TransactionTestCase) -> None:
        connection = connections["default"]
        for triggers in (audit_triggers, version_triggers):
            triggers.remove(connection)
        try:
            teardown(self)
        finally:
            for triggers in (audit_triggers, version_triggers):
                triggers.install(connection)

    TransactionTestCase._fixture_teardown = without_triggers  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


@pytest.fixture
def people(db: None) -> People:
    return make_people()
