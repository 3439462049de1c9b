"""*Mutu data*: every count is the length of its list, in the whole area and in each kecamatan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from registry import worklists
from registry.models import Business, BusinessStatus
from registry.tasks import register_tasks
from registry.worklists import WORKLISTS, on_worklist, quality
from tests.factories import BusinessFactory, OwnerFactory, ResponseFactory
from tests.people import People

pytestmark = pytest.mark.django_db
PAGE, LIST = reverse("registry:quality"), reverse("registry:business-list")
COMPLETE: dict[str, Any] = {
    "kbli_code": "56101",
    "net_assets": 10,
    "business_capital": 10,
    "annual_sales": 10,
    "latitude": Decimal("-7.75"),
    "longitude": Decimal("113.21"),
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def complete(place: Any, **kwargs: Any) -> Business:
    """A business that nothing is missing of, changed today."""
    fields = COMPLETE | {"updated_at": timezone.now()} | kwargs
    return BusinessFactory(ward=place.ward, **fields)


def lists_of(business: Business, day: date | None = None) -> set[str]:
    rows = Business.objects.filter(pk=business.pk)
    day = day or timezone.localdate()
    return {worklist.key for worklist in WORKLISTS if on_worklist(rows, worklist.key, day).exists()}


def test_a_complete_business_is_on_no_list(people: People) -> None:
    assert lists_of(complete(people.a)) == set()


@pytest.mark.parametrize(
    ("lacking", "keys"),
    [
        ({"kbli_code": ""}, {"no_kbli"}),
        ({"annual_sales": None}, {"no_amounts"}),
        ({"business_capital": None}, {"no_amounts"}),
        ({"net_assets": 60_000_000}, {"scales_differ"}),
        ({"net_assets": None, "business_capital": None, "annual_sales": None}, {"no_amounts"}),
        ({"latitude": None, "longitude": None}, {"no_coordinates"}),
        ({"latitude": Decimal("-8.5")}, {"no_coordinates"}),
        ({"longitude": Decimal("112.5")}, {"no_coordinates"}),
    ],
)
def test_what_is_missing_puts_it_on_a_list(people: People, lacking: dict[str, Any], keys: set[str]) -> None:
    assert lists_of(complete(people.a, **lacking)) == keys


def test_of_its_owner_too(people: People) -> None:
    without = OwnerFactory(ward=people.a.ward, national_id=None, phone=None)

    assert lists_of(complete(people.a, owner=without)) == {"no_phone", "no_nik"}
    assert lists_of(complete(people.a, owner=None)) == {"no_phone", "no_nik"}


def test_stale_is_neither_changed_nor_interviewed_for_a_year(people: People) -> None:
    today = date(2026, 6, 1)
    old = datetime(2025, 5, 31, 12, tzinfo=UTC)
    untouched = complete(people.a, updated_at=old)
    touched = complete(people.a, updated_at=old + timedelta(days=1))
    met = complete(people.a, updated_at=old)
    ResponseFactory(business=met, interviewed_at=datetime(2026, 1, 1, tzinfo=UTC))
    met_long_ago = complete(people.a, updated_at=old)
    ResponseFactory(business=met_long_ago, interviewed_at=old)

    assert [lists_of(row, today) for row in (untouched, touched, met, met_long_ago)] == [
        {"stale"}, set(), set(), {"stale"},
    ]  # fmt: skip


def test_who_has_left_and_what_was_reconstructed_is_no_work(people: People) -> None:
    closed = complete(people.a, kbli_code="", status=BusinessStatus.CLOSED, status_since=date(2026, 1, 1))
    BusinessFactory(ward=None, district=None, owner=None, is_reconstruction=True)

    assert lists_of(closed) == set()
    seen = quality(people.administrator, timezone.localdate())
    assert (seen.businesses, {line.total for line in seen.worklists}) == (0, {0})


@pytest.fixture
def untidy(people: People) -> People:
    for place, many in ((people.a, 3), (people.b, 2)):
        for _ in range(many):
            complete(place)
            complete(place, kbli_code="", latitude=None, longitude=None)
            complete(place, net_assets=60_000_000)
            complete(place, annual_sales=None, updated_at=timezone.now() - timedelta(days=400))
        complete(place, owner=OwnerFactory(ward=place.ward, national_id=None, phone=None))
    return people


@pytest.mark.parametrize("who", ["administrator", "registrar_a", "registrar_b", "enumerator_b"])
def test_every_number_on_the_page_opens_a_list_of_that_length(untidy: People, who: str) -> None:
    client = signed_in(getattr(untidy, who))
    seen = client.get(PAGE).context["quality"]
    assert seen.businesses in (13, 9, 22)

    for line in seen.worklists:
        opened = client.get(LIST, {"worklist": line.worklist.key})
        assert opened.context["page"].total == line.total == sum(place.count for place in line.districts)
        for place in line.districts:
            there = client.get(LIST, {"worklist": line.worklist.key, "district": place.code})
            assert there.context["page"].total == place.count
    assert sum(line.total for line in seen.worklists) > 0


def test_the_file_of_a_list_has_its_rows(untidy: People) -> None:
    asked = {"format": "csv", "worklist": "no_kbli"}
    response = signed_in(untidy.registrar_a).post(reverse("registry:business-export"), asked)

    assert len(b"".join(response.streaming_content).splitlines()) == 1 + 3


def test_four_people_at_the_door(people: People) -> None:
    assert signed_in(people.registrar_a).get(PAGE).status_code == 200
    assert signed_in(people.trainer).get(PAGE).status_code == 200
    assert PAGE in signed_in(people.registrar_a).get("/").text
    assert PAGE not in signed_in(people.trainer).get("/").text
    assert Client().get(PAGE).status_code == 302
    assert signed_in(people.registrar_a).get(LIST, {"worklist": "x"}).context["form"].errors["worklist"]


def test_more_rows_cost_no_more_queries(people: People, django_assert_num_queries: Any) -> None:
    day = timezone.localdate()
    for many in (3, 297):
        Business.objects.bulk_create(
            [
                Business(
                    **COMPLETE, name=f"Usaha {many} {n}", ward=people.a.ward, district=people.a.district,
                    sector=(complete(people.a).sector if not n else Business.objects.latest("pk").sector),
                    created_at=timezone.now(), updated_at=timezone.now(),
                )
                for n in range(many)
            ]
        )  # fmt: skip
        with django_assert_num_queries(2):
            quality(people.administrator, day)


def test_the_first_page_tells_the_counter_how_many_wait(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(user: User) -> list[str]:
        return [task.text for task in register_tasks(user, timezone.localdate()) if task.url == PAGE]

    complete(people.a)
    complete(people.a, net_assets=60_000_000)  # two laws may well differ
    assert told(people.registrar_a) == []
    for _ in range(2):
        complete(people.a, kbli_code="", annual_sales=None)
    assert told(people.registrar_a) == ["2 UMKM datanya perlu dilengkapi atau diperbarui"]
    assert told(people.registrar_b) == []
    assert told(people.trainer) == []
    monkeypatch.setattr(worklists, "COUNTED", 1)
    monkeypatch.setattr("registry.tasks.COUNTED", 1)
    assert told(people.registrar_a) == ["Lebih dari 1 UMKM datanya perlu dilengkapi atau diperbarui"]
