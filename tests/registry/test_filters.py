"""Every filter of the list lets through what it says, and stands in the address."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from core.models import ImportBatch, ImportRow, ImportState, RowOutcome, Verdict
from registry.filters import FilterForm, matching
from registry.models import Business, BusinessPermit, RegistrationState
from tests.factories import BusinessFactory
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
LIST = reverse("registry:business-list")


def listed(people: People, query: str, person: str = "official") -> set[str]:
    user = getattr(people, person)
    form = FilterForm(QueryDict(query), user=user)
    assert form.is_valid(), form.errors
    return {business.name for business in matching(Business.objects.for_user(user), form.filters)}


def make(people: People, name: str, **fields: Any) -> Business:
    return BusinessFactory(ward=people.a.ward, name=name, owner=None, **fields)


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("legal_form=entity", {"legal_form": "entity"}, {"legal_form": "individual"}),
    ("legal_form=unknown", {}, {"legal_form": "individual"}),
    ("workers=1-4", {"workers_male": 1, "workers_female": 3}, {"workers_male": 5}),
    ("workers=5-19", {"workers_female": 19}, {"workers_male": 10, "workers_female": 10}),
    ("workers=100", {"workers_male": 100}, {"workers_male": 99}),
    ("workers=0", {"workers_male": 0}, {}),
    ("workers=unknown", {}, {"workers_male": 0}),
    ("year_from=2015&year_to=2016", {"started_on": date(2016, 12, 31)}, {"started_on": date(2017, 1, 1)}),
    ("year_from=2015", {"started_on": date(2015, 1, 1)}, {}),
    ("nib=yes", {"nib": "1234567890123"}, {}),
    ("nib=no", {}, {"nib": "1234567890123"}),
    ("npwp=yes", {"npwp": "990101010190123"}, {}),
    ("npwp=no", {}, {"npwp": "990101010190123"}),
    ("location=yes", {"latitude": "-7.75", "longitude": "113.2"}, {}),
    ("location=no", {}, {"latitude": "-7.75", "longitude": "113.2"}),
    ("source=SIDT", {"source": "SIDT", "source_key": "1"}, {"source": "OSS", "source_key": "1"}),
    ("scale_second=small", {"annual_sales": 1_000_000_000}, {"annual_sales": 200_000_000}),
    ("scale=micro", {"annual_sales": 1_000_000_000}, {"annual_sales": 3_000_000_000}),
]


@pytest.mark.parametrize(("query", "in_it", "not_in_it"), CASES, ids=[case[0] for case in CASES])
def test_a_filter_lets_through_what_it_says(
    people: People, settings: Any, query: str, in_it: dict[str, Any], not_in_it: dict[str, Any]
) -> None:
    settings.HEADLINE_RULE_SET = "pp7_2021"
    make(people, "Cocok", **in_it)
    make(people, "Tidak", **not_in_it)
    for source in ("SIDT", "OSS"):
        make(people, f"Dari {source}", source=source, source_key="2", is_reconstruction=True)

    assert listed(people, query) == {"Cocok"}


def test_permits(people: People) -> None:
    halal, pirt = make(people, "Halal"), make(people, "Pirt")
    make(people, "Tanpa")
    BusinessPermit.objects.create(business=halal, kind="halal")
    BusinessPermit.objects.create(business=halal, kind="sni")
    BusinessPermit.objects.create(business=pirt, kind="pirt")

    assert listed(people, "permit=any") == {"Halal", "Pirt"}
    assert listed(people, "permit=halal") == {"Halal"}
    assert listed(people, "permit=none") == {"Tanpa"}


def test_the_rows_of_an_import(people: People) -> None:
    written, failed = make(people, "Ditulis"), make(people, "Gagal")
    batch = ImportBatch.objects.create(
        kind="businesses",
        file_name="daftar.xlsx",
        sha256="0",
        state=ImportState.COMMITTED,
        uploaded_at=AT,
        uploaded_by=people.registrar_a,
        committed_at=AT,
        committed_by=people.registrar_a,
    )
    for number, (business, outcome) in enumerate(
        [(written, RowOutcome.CREATED), (failed, RowOutcome.FAILED)], start=2
    ):
        ImportRow.objects.create(
            batch=batch, number=number, verdict=Verdict.NEW, outcome=outcome, target=business.pk
        )

    assert listed(people, f"batch={batch.public_id}", "registrar_a") == {"Ditulis"}
    for person in ("registrar_b", "official"):
        form = FilterForm(QueryDict(f"batch={batch.public_id}"), user=getattr(people, person))
        assert "tidak ada lagi" in str(form.errors["batch"])


def test_each_state_of_a_registration_can_be_chosen(people: People) -> None:
    for state in RegistrationState.values:
        assert listed(people, f"registration={state}") == set()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("year_from=2020&year_to=2019", "year_to"),
        ("year_from=abc", "year_from"),
        ("year_to=99999999999", "year_to"),
        ("workers=many", "workers"),
        ("permit=x", "permit"),
        ("source=gone", "source"),
        ("batch=zzz", "batch"),
    ],
)
def test_a_bad_value_is_named_at_its_field_and_the_folded_part_is_open(
    people: People, query: str, field: str
) -> None:
    client = Client()
    client.force_login(people.official)
    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert '<details class="more-filters" open>' in response.text
    assert "page" not in response.context


def test_each_filter_in_use_is_a_chip_that_takes_it_out(people: People) -> None:
    form = FilterForm(QueryDict("search=kopi&nib=yes&year_from=2015&reconstruction=1"), user=people.official)
    assert form.is_valid()

    assert [(chip.label, chip.value) for chip in form.chips] == [
        ("Cari", "kopi"),
        ("Mulai dari tahun", "2015"),
        ("NIB", "Ada"),
        ("Sertakan baris rekonstruksi", "Ya"),
    ]
    assert parse_qs(form.chips[2].query_without) == {
        "search": ["kopi"],
        "year_from": ["2015"],
        "reconstruction": ["1"],
    }
