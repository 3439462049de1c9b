"""Filters under a name: kept, shared, renamed, deleted; never wider than their reader may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent, User, Verb
from registry.models import ListColumns, SavedFilter, Sector
from tests.factories import OwnerFactory, registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
LIST, FILTERS = reverse("registry:business-list"), reverse("registry:filter-list")
SAVE, COLUMNS = reverse("registry:filter-save"), reverse("registry:columns-choose")
NIK = "9901010101907003"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def kept(user: User, query: str = "search=kopi", **fields: Any) -> SavedFilter:
    return SavedFilter.objects.create(name="Kopi", query=query, made_by=user, made_at=AT, **fields)


def change(user: User, saved: SavedFilter, step: str, **sent: str) -> Any:
    address = reverse("registry:filter-change", args=[saved.public_id])
    return signed_in(user).post(address, {"step": step, **sent}, follow=True)


class TestKeeping:
    def test_the_filters_of_the_list_are_kept_and_opened_again(self, people: People) -> None:
        registered_business(ward=people.a.ward, name="Kopi Senja")
        registered_business(ward=people.a.ward, name="Bakso")
        client = signed_in(people.registrar_a)

        page = client.post(SAVE, {"search": "kopi", "nib": "no", "name": " Kopi  tanpa NIB "}, follow=True)

        saved = SavedFilter.objects.get()
        assert (saved.name, saved.query, saved.made_by) == (
            "Kopi tanpa NIB",
            "search=kopi&nib=no",
            people.registrar_a,
        )
        assert not saved.is_shared
        assert page.redirect_chain[0][0] == f"{LIST}?search=kopi&nib=no&saved={saved.public_id}"
        assert "Kopi Senja" in page.text
        assert "Bakso" not in page.text
        assert "Cari: kopi; NIB: Tidak ada" in client.get(FILTERS).text

    @pytest.mark.parametrize(
        "sent",
        [
            {"search": NIK, "name": "x"},
            {"search": "9901 0101 0190 7003", "name": "x"},
            {"search": "0811-0001-2890", "name": "x"},
            {"search": "kopi", "name": NIK},
            {"search": "kopi", "name": ""},
            {"search": "kopi", "name": "x" * 61},
            {"sector": "zzz", "name": "x"},
        ],
    )
    def test_a_number_or_a_bad_name_is_never_kept(self, people: People, sent: dict[str, str]) -> None:
        response = signed_in(people.registrar_a).post(SAVE, sent, follow=True)

        assert response.status_code == 200
        assert "alert" in response.text
        assert NIK not in response.text
        assert not SavedFilter.objects.exists()

    def test_a_name_is_used_once_a_person(self, people: People) -> None:
        kept(people.registrar_a)

        response = signed_in(people.registrar_a).post(SAVE, {"nib": "no", "name": "Kopi"}, follow=True)

        assert "sudah mempunyai filter dengan nama ini" in response.text
        assert SavedFilter.objects.count() == 1
        signed_in(people.registrar_b).post(SAVE, {"nib": "no", "name": "Kopi"})
        assert SavedFilter.objects.count() == 2


class TestSharing:
    def test_shared_with_colleagues_and_noted(self, people: People) -> None:
        saved = kept(people.registrar_a)
        assert "Kopi" not in signed_in(people.registrar_b).get(LIST).text

        change(people.registrar_a, saved, "share")

        assert "Kopi" in signed_in(people.registrar_b).get(LIST).text
        event = AuditEvent.objects.get()
        assert (event.verb, event.changes) == (Verb.CHANGED, {"is_shared": [False, True]})
        assert event.object_id == str(saved.pk)

        change(people.registrar_a, saved, "unshare")
        assert "Kopi" not in signed_in(people.registrar_b).get(LIST).text
        assert AuditEvent.objects.count() == 2

    def test_who_may_not_share_cannot(self, people: People) -> None:
        saved = kept(people.trainer)

        assert change(people.trainer, saved, "share").status_code == 403
        saved.refresh_from_db()
        assert not saved.is_shared
        assert "Bagikan kepada" not in signed_in(people.trainer).get(FILTERS).text

    def test_a_shared_filter_shows_its_reader_no_more_than_before(self, people: People) -> None:
        registered_business(ward=people.a.ward, name="Kopi di A")
        saved = kept(people.registrar_a, is_shared=True)
        elsewhere = SavedFilter.objects.create(
            name="Kecamatan A",
            query=f"district={people.a.district.code}",
            made_by=people.registrar_a,
            made_at=AT,
            is_shared=True,
        )
        client = signed_in(people.registrar_b)

        assert "Kopi di A" not in client.get(f"{LIST}?{saved.query}&saved={saved.public_id}").text
        page = client.get(f"{LIST}?{elsewhere.query}&saved={elsewhere.public_id}").text
        assert "di luar wilayah kerja Anda" in page
        assert "Kopi di A" not in page
        assert "Tidak berlaku lagi: Kecamatan" in client.get(FILTERS).text

    def test_only_its_maker_changes_it(self, people: People) -> None:
        saved = kept(people.registrar_a, is_shared=True)

        for step in ("rename", "share", "unshare", "delete"):
            assert change(people.registrar_b, saved, step, name="Lain").status_code == 404
        saved.refresh_from_db()
        assert (saved.name, saved.is_shared) == ("Kopi", True)


class TestChanging:
    def test_renamed_and_deleted(self, people: People) -> None:
        saved = kept(people.registrar_a)
        SavedFilter.objects.create(name="Lain", made_by=people.registrar_a, made_at=AT)

        assert "bernama Kedai sekarang" in change(people.registrar_a, saved, "rename", name="Kedai").text
        assert "sudah mempunyai" in change(people.registrar_a, saved, "rename", name="Lain").text
        assert "belum diganti" in change(people.registrar_a, saved, "rename", name="").text
        saved.refresh_from_db()
        assert saved.name == "Kedai"

        change(people.registrar_a, saved, "delete")
        assert not SavedFilter.objects.filter(pk=saved.pk).exists()

    def test_a_filter_whose_sector_is_gone_says_so(self, people: People) -> None:
        registered_business(ward=people.a.ward)
        kept(people.registrar_a, query="sector=2020-Z")
        assert not Sector.objects.filter(code="Z").exists()
        client = signed_in(people.registrar_a)

        assert "Tidak berlaku lagi: Jenis usaha" in client.get(FILTERS).text
        assert "Jenis usaha ini tidak ada" in client.get(f"{LIST}?sector=2020-Z").text

    @pytest.mark.parametrize("count", [3, 300])
    def test_more_filters_cost_no_more_queries(self, people: People, count: int) -> None:
        SavedFilter.objects.bulk_create(
            SavedFilter(
                name=f"F{number}", query="nib=no", made_by=people.registrar_b, made_at=AT, is_shared=True
            )
            for number in range(count)
        )
        client = signed_in(people.registrar_a)
        client.get(FILTERS)

        with CaptureQueriesContext(connection) as queries:
            client.get(FILTERS)

        assert len(queries) == 8


class TestColumns:
    def test_the_chosen_columns_are_shown_and_remembered(self, people: People) -> None:
        owner = OwnerFactory(ward=people.a.ward, national_id=NIK)
        registered_business(ward=people.a.ward, owner=owner, products="Kopi bubuk", workers_male=1_200)
        client = signed_in(people.registrar_a)
        assert "Kopi bubuk" not in client.get(LIST).text

        answer = client.post(COLUMNS, {"columns": ["workers", "products", "nik"], "nib": "no"})

        assert answer["Location"] == f"{LIST}?nib=no"
        text = signed_in(people.registrar_a).get(LIST).text
        assert "Kopi bubuk" in text
        assert "1.200" in text
        assert NIK not in text
        assert "9901••••••••7003" in text
        assert '<th scope="col">Pelaku usaha</th>' not in text
        assert "Kopi bubuk" not in signed_in(people.registrar_b).get(LIST).text

        client.post(COLUMNS, {})
        assert '<th scope="col">Pelaku usaha</th>' in client.get(LIST).text

    def test_a_column_that_does_not_exist_is_refused(self, people: People) -> None:
        text = signed_in(people.registrar_a).post(COLUMNS, {"columns": ["password"]}, follow=True).text

        assert "Kolom ini tidak ada" in text
        assert not ListColumns.objects.exists()

    def test_a_saved_filter_brings_its_columns(self, people: People) -> None:
        registered_business(ward=people.a.ward, products="Kopi bubuk")
        saved = kept(people.registrar_a, query="nib=no", columns=["products", "gone"])

        text = signed_in(people.registrar_a).get(f"{LIST}?{saved.query}&saved={saved.public_id}").text

        assert "Kopi bubuk" in text

    @pytest.mark.parametrize("count", [3, 300])
    def test_columns_read_all_rows_at_once(self, people: People, count: int) -> None:
        from registry.columns import COLUMNS as ALL

        ListColumns.objects.create(user=people.registrar_a, columns=list(ALL))
        for _ in range(min(count, 50)):
            registered_business(ward=people.a.ward)
        client = signed_in(people.registrar_a)
        client.get(LIST)

        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)

        assert len(queries) == 11
