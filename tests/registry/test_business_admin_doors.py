"""The list of the desk and its doors: who gets in, and what a page costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.registry import BusinessFactory, OwnerFactory
from tests.people import People
from tests.registry.test_business_admin import as_shown, change_url, desk, html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "add/"])
def test_who_may_open_the_desk(people: People, page: str) -> None:
    url = f"/admin/registry/business/{page}"
    assert desk(people.registrar_a).get(url).status_code == 200
    assert desk(people.verifier_a).get(url).status_code == (403 if page else 200)
    assert desk(people.official).get(url).status_code in (302, 403)
    assert Client().get(url).status_code == 302


def test_a_business_of_another_area_does_not_exist(people: People) -> None:  # 81
    business = BusinessFactory(ward=people.b.ward)
    assert desk(people.registrar_a).get(change_url(business)).status_code == 404
    assert desk(people.registrar_a).post(change_url(business), as_shown(business)).status_code == 404
    for key in ("0", "-1", str(2**63), "abc"):
        assert desk(people.registrar_a).get(f"/admin/registry/business/{key}/change/").status_code == 404


def test_who_may_only_read_is_sent_to_the_page_of_the_business(people: People) -> None:
    business = BusinessFactory(ward=people.a.ward)
    client = desk(people.verifier_a)
    assert client.get(change_url(business)).url == f"/umkm/{business.public_id}/"
    client.post(change_url(business), as_shown(business, name="Diubah"))
    business.refresh_from_db()
    assert business.name != "Diubah"


def test_a_reconstructed_row_is_labelled_and_cannot_be_changed(people: People) -> None:
    business = BusinessFactory(ward=None, district=None, owner=None, is_reconstruction=True)
    client = desk(people.administrator)

    assert "Baris rekonstruksi, bukan data survei" in html(client.get("/admin/registry/business/"))
    assert client.get(change_url(business)).status_code == 302
    client.post(change_url(business), as_shown(business, name="Diubah", owner="", ward=""))
    business.refresh_from_db()
    assert business.name != "Diubah"


def test_the_list_shows_only_the_own_area_and_its_filters_work(people: People) -> None:
    mine = BusinessFactory(ward=people.a.ward, annual_sales=1)
    BusinessFactory(ward=people.b.ward, annual_sales=1)
    client = desk(people.registrar_a)

    for query in (
        {},
        {"jenis": mine.sector.code},
        {"kecamatan": people.a.district.code},
        {"skala": "micro"},
        {"pendaftaran": "draft"},
        {"status__exact": "active"},
        {"q": mine.name},
    ):
        rows = client.get("/admin/registry/business/", query).context["cl"].result_list
        assert [row.pk for row in rows] == [mine.pk], query
    for query in ({"kecamatan": people.b.district.code}, {"jenis": "ZZ"}, {"skala": "large"}, {"q": "tiada"}):
        assert not client.get("/admin/registry/business/", query).context["cl"].result_list


@pytest.mark.parametrize(
    "query",
    ["p=-1", "p=1000000000", "o=password", "foo=1", "status__exact=%F0%9F%98%80", "owner__password=1"],
)
def test_strange_addresses_of_the_list_are_no_server_error(people: People, query: str) -> None:  # 82
    assert desk(people.registrar_a).get(f"/admin/registry/business/?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("text", ["%00", "%ED%A0%BD", "%F0%9F%98%80", "x" * 5_000])
def test_search_and_autocomplete_take_any_text(people: People, text: str) -> None:  # 67, 68
    client = desk(people.registrar_a)
    autocomplete = "/admin/autocomplete/?app_label=registry&model_name=business&field_name=owner&term="
    for url in (
        f"/admin/registry/business/?q={text}",
        f"/admin/registry/owner/?q={text}",
        autocomplete + text,
    ):
        assert client.get(url).status_code in (200, 400)


def test_autocomplete_names_only_owners_of_the_own_area(people: People) -> None:
    OwnerFactory(name="Siti A", ward=people.a.ward)
    OwnerFactory(name="Siti B", ward=people.b.ward)
    query = {"app_label": "registry", "model_name": "business", "field_name": "owner", "term": "Siti"}

    found = desk(people.registrar_a).get("/admin/autocomplete/", query).json()["results"]

    assert [row["text"] for row in found] == ["Siti A"]
    assert desk(people.enumerator_a).get("/admin/autocomplete/", query).status_code in (302, 403)
    assert Client().get("/admin/autocomplete/", query).status_code in (302, 403)


def test_three_rows_and_three_hundred_cost_the_same_queries(people: People) -> None:
    client = desk(people.registrar_a)
    client.get("/admin/registry/business/")  # the first request of a session writes it
    costs = []
    for rows in (3, 297):
        BusinessFactory.create_batch(rows, ward=people.a.ward)
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/registry/business/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 9
