"""A file of ours comes in again through the real import, and every row of it is unchanged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.importing.reading import open_table
from registry.exports import REGISTER, SIDT, Wanted, export_businesses
from registry.filters import Filters
from registry.models import Business, Owner, Sector
from registry.spreadsheets import FORMATS
from tests.factories import BusinessFactory, OwnerFactory
from tests.factories.imports import AT, staged
from tests.people import People

pytestmark = pytest.mark.django_db
REASON = "Diperiksa bersama BPK"


@pytest.fixture
def register(people: People) -> People:
    call_command("load_sectors", stdout=StringIO())
    food = Sector.objects.get(version="2020", code="I")
    everything: dict[str, Any] = {
        "kbli_code": "56101",
        "products": '=Rawon\nSoto; "Bakso"',
        "legal_form": "individual",
        "nib": "0123456789012",
        "npwp": "091234567890123",
        "address": "-Jalan Contoh 1",
        "latitude": Decimal("-7.754300"),
        "longitude": Decimal("113.215700"),
        "started_on": date(2019, 3, 1),
        "net_assets": 40_000_000,
        "business_capital": 0,
        "annual_sales": 999_999_999_999_999,
        "workers_male": 1,
        "workers_female": 0,
        "is_branch_or_subsidiary": False,
        "micro_kind": "grown",
    }
    ward = people.a.ward
    owner = OwnerFactory(ward=ward, sex="female", born_on=date(1990, 1, 2), national_id="3574014201900001")
    BusinessFactory(ward=ward, name="=1+1 Warung", owner=owner, sector=food, **everything)
    BusinessFactory(
        ward=ward, name="'Kosong", owner=OwnerFactory(ward=ward, national_id=None, phone=None), sector=food
    )
    return people


@pytest.mark.parametrize("full", [True, False], ids=["whole", "masked"])
@pytest.mark.parametrize("layout", [REGISTER, SIDT])
@pytest.mark.parametrize("file_format", FORMATS)
def test_every_row_is_unchanged(
    register: People, tmp_path: Path, file_format: str, layout: str, full: bool
) -> None:
    user = register.administrator
    wanted = Wanted(file_format, layout, full=full, reason=REASON if full else "")
    exported = export_businesses(filters=Filters(), described=[], wanted=wanted, by=user, at=AT)
    path = tmp_path / exported.name
    path.write_bytes(exported.content.read())
    with open_table(path) as table:
        rows, headings = [cells for _, cells in table], list(table.header)

    batch = staged(user, rows, headings)

    found = [(row.verdict, row.found) for row in batch.rows.all()]
    assert batch.counts.get("unchanged") == 2, found
    assert (Business.objects.count(), Owner.objects.count()) == (2, 2)
