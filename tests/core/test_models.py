"""Smoke: the base stands on its feet."""

import pytest

from registry.models import Business
from tests.factories import registered_business

pytestmark = pytest.mark.django_db


def test_the_database_computes_both_size_classes(people):
    business = registered_business(ward=people.a.ward, net_assets=60_000_000, annual_sales=400_000_000)

    stored = Business.objects.get(pk=business.pk)

    assert (stored.scale_uu20, stored.scale_uu20_basis) == ("small", "agree")
    assert (stored.scale_pp7, stored.scale_pp7_basis) == ("micro", "one_criterion")


def test_rows_outside_the_area_are_absent(people):
    registered_business(ward=people.a.ward)

    assert Business.objects.for_user(people.registrar_a).count() == 1
    assert Business.objects.for_user(people.registrar_b).count() == 0
