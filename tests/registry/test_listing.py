"""What the list of businesses says when there is nothing, or more than anybody counts, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from registry import listing
from tests.factories import BusinessFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db

LIST, ADD = reverse("registry:business-list"), reverse("admin:registry_business_add")


def shown(user: User, **query: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(LIST, query)


def scans(user: User, **query: str) -> list[str]:
    client = Client()
    client.force_login(user)
    client.get(LIST)  # the first page of a session writes when it began
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST, query)
    return [query["sql"] for query in queries if 'FROM "registry_business"' in query["sql"]]


class TestAnEmptyRegister:
    def test_it_offers_to_begin_to_those_who_may(self, people: People) -> None:
        assert ADD in shown(people.registrar_a).text.partition('id="hasil"')[2]
        assert "Belum ada UMKM di daftar ini" in shown(people.trainer).text
        assert ADD not in shown(people.trainer).text

    def test_it_leads_to_the_reconstructed_rows_where_there_are_any(self, people: People) -> None:
        assert "Tampilkan baris rekonstruksi" not in shown(people.official).text
        BusinessFactory(ward=None, district=None, owner=None, name="Tersusun", is_reconstruction=True)

        assert f'href="{LIST}?reconstruction=1">Tampilkan baris rekonstruksi' in shown(people.official).text
        assert "Tersusun" in shown(people.official, reconstruction="1").text
        # outside of the area of somebody who works in one kecamatan
        assert "Tampilkan baris rekonstruksi" not in shown(people.registrar_a).text

    def test_filters_that_fit_nothing_are_no_empty_register(self, people: People) -> None:
        text = shown(people.official, search="tidak ada").text

        assert "Tidak ada UMKM yang cocok" in text
        assert "Belum ada UMKM" not in text


class TestCounting:
    def test_what_is_not_found_is_looked_for_once(self, people: People) -> None:
        registered_business(ward=people.a.ward)

        assert len(scans(people.official, search="tidak ada")) == 1
        assert len(scans(people.official)) == 2

    def test_a_broad_search_says_more_than_it_counted(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "COUNTED", 2)
        for number in range(3):
            registered_business(ward=people.a.ward, name=f"Warung {number}")

        assert "Menampilkan 3 dari lebih dari 2 UMKM" in shown(people.official, search="warung").text
        assert any("LIMIT 3" in sql for sql in scans(people.official, search="warung"))

    def test_as_many_as_are_counted_are_told_exactly(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "COUNTED", 2)
        for number in range(2):
            registered_business(ward=people.a.ward, name=f"Warung {number}")

        assert "Menampilkan 2 dari 2 UMKM" in shown(people.official, search="warung").text

    def test_without_a_search_whole_cities_are_counted(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "COUNTED", 1)
        monkeypatch.setattr(listing, "COUNTED_UNSEARCHED", 3)
        for _ in range(3):
            registered_business(ward=people.a.ward)

        assert "Menampilkan 3 dari 3 UMKM" in shown(people.official, registration="registered").text

        registered_business(ward=people.a.ward)
        assert "Menampilkan 4 dari lebih dari 3 UMKM" in shown(people.official).text
