"""The ministry's columns: in its order on the way out, under our headings on the way in."""

from __future__ import annotations

from datetime import date

import pytest

from registry import exports, sidt
from registry.models import Business
from registry.resources import BusinessResource
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory


def test_every_name_is_one_of_ours_or_not_held() -> None:
    ours = {*BusinessResource.fields, *sidt.EXTRA, ""}

    assert set(sidt.SIDT.values()) <= ours
    assert set(sidt.SIDT.values()) >= set(sidt.EXTRA)
    held = [attribute for attribute in sidt.SIDT.values() if attribute]
    assert len(held) == len(set(held)), "two columns of theirs would fight for one of ours"
    assert {name for names in sidt.SUMS.values() for name in names} <= set(sidt.SIDT)


def test_a_column_of_ours_that_only_they_see_stands_under_their_name() -> None:
    for name, column in sidt.sidt_columns():
        if column in sidt.EXTRA.values():
            assert column is not None
            assert column.column_name == name


@pytest.mark.django_db
def test_a_business_in_their_order() -> None:
    business = BusinessFactory(
        ward__parent__parent__code="35.74",
        ward__parent__parent__name="Kota Probolinggo",
        owner=OwnerFactory(national_id="9901010101900003", sex="female", born_on=date(1990, 1, 2)),
        sector=SectorFactory(code="C"),
        started_on=date(2019, 3, 15),
        net_assets=5,
        workers_male=2,
    )
    columns = dict(sidt.sidt_columns())

    [cells] = exports.cells(Business.objects.all(), [c for c in columns.values() if c], full=False)

    row = dict(zip([name for name, column in columns.items() if column], cells, strict=True))
    assert row["id_data_badan_usaha"] == str(business.public_id)
    assert row["nik_pengusaha"] == "9901••••••••0003"
    assert (row["jenis_kelamin"], row["tanggal_lahir"]) == ("Perempuan", "02/01/1990")
    assert (row["kategori_kbli"], row["asset"], row["omzet_tahunan"]) == ("C", 5, "")
    assert (row["bulan_mulai_operasi"], row["tahun_mulai_operasi"]) == (3, 2019)
    assert (row["prov_usaha"], row["kab_usaha"]) == ("Jawa Timur", "Kota Probolinggo")
    assert (row["kec_usaha"], row["kel_usaha"]) == (business.district.name, business.ward.name)
    assert row["updated_at"].startswith("2026-03-02T")
