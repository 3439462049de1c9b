"""The database and the pure function say the same size class, whatever way a row is written."""

import random

import pytest

from registry.models import Business
from registry.size_class import RULE_SETS, classify
from tests.factories import BusinessFactory, SectorFactory, WardFactory
from tests.factories.registry import AT

pytestmark = pytest.mark.django_db
COLUMNS = {"uu20_2008": "scale_uu20", "pp7_2021": "scale_pp7"}


def amounts_around_every_bound() -> list[int | None]:
    bounds = {
        threshold.up_to_and_including
        for rules in RULE_SETS.values()
        for thresholds in rules.criteria.values()
        for threshold in thresholds
        if threshold.up_to_and_including is not None
    }
    return [None, 0, *sorted({bound + step for bound in bounds for step in (-1, 0, 1)})]


def disagreements() -> list[tuple[str, Business]]:
    wrong = []
    for business in Business.objects.all():
        for code, column in COLUMNS.items():
            expected = classify(
                RULE_SETS[code],
                asset_amount=getattr(business, RULE_SETS[code].asset_criterion),
                annual_sales=business.annual_sales,
            )
            if (getattr(business, column), getattr(business, f"{column}_basis")) != (
                expected.scale,
                expected.basis,
            ):
                wrong.append((code, business))
    return wrong


def test_columns_equal_the_pure_function_at_every_bound_of_both_laws():
    amounts = amounts_around_every_bound()
    ward, sector = WardFactory(), SectorFactory()
    everything = [(a, s) for a in amounts for s in amounts]
    random.Random(20).shuffle(everything)
    Business.objects.bulk_create(
        Business(
            name=f"Usaha {number}",
            sector=sector,
            ward=ward,
            district=ward.parent,
            net_assets=assets,
            business_capital=everything[-number][0],
            annual_sales=sales,
            created_at=AT,
            updated_at=AT,
        )
        for number, (assets, sales) in enumerate(everything)
    )

    assert Business.objects.count() == len(amounts) ** 2
    assert disagreements() == []


def test_a_bulk_update_cannot_miss_the_class():
    business = BusinessFactory(net_assets=0, annual_sales=0)
    assert Business.objects.get(pk=business.pk).scale_uu20 == "micro"

    Business.objects.filter(pk=business.pk).update(net_assets=50_000_001, annual_sales=300_000_001)

    assert Business.objects.get(pk=business.pk).scale_uu20 == "small"


def test_the_comparison_notices_a_wrong_function(monkeypatch):
    BusinessFactory(net_assets=50_000_000, annual_sales=300_000_000)
    monkeypatch.setitem(COLUMNS, "uu20_2008", "scale_pp7")

    assert [code for code, _ in disagreements()] == ["uu20_2008"]
