"""How offices write what they know by heart: kinds of business, kelurahan, headings."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from core.cleaning import CleaningError
from core.importing.headers import without_unit
from core.models import Region
from registry.importing.lookups import Places, Sectors
from registry.models import Sector
from tests.factories import UserFactory
from tests.factories.imports import make_batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reference() -> None:
    call_command("load_regions", stdout=StringIO())
    call_command("load_sectors", stdout=StringIO())


@pytest.mark.parametrize(
    ("written", "letter"),
    [
        ("Perdagangan", "G"),
        ("PERDAGANGAN BESAR DAN ECERAN", "G"),
        ("Penyediaan Akomodasi dan Makan Minum", "I"),  # “dan” elsewhere than in the name
        ("industri", "C"),
        ("Pertanian", "A"),
        ("Konstruksi.", "F"),
    ],
)
def test_a_kind_of_business_is_known_by_the_words_it_begins_with(written: str, letter: str) -> None:
    assert Sectors(UserFactory()).find(written) == Sector.objects.get(code=letter, version="2020").pk


@pytest.mark.parametrize("written", ["Aktivitas", "Perdagang", "Kuliner", "in", "-", "dan"])
def test_what_may_be_several_kinds_or_none_is_asked(written: str) -> None:
    with pytest.raises(CleaningError) as refused:
        Sectors(UserFactory()).find(written)
    assert "misalnya Perdagangan atau G" in refused.value.message or "Mungkin" in refused.value.message


@pytest.mark.parametrize("written", ["Curah Grinting", "kel. CURAHGRINTING", "Curah-Grinting"])
def test_a_kelurahan_is_known_however_its_name_is_spaced(written: str) -> None:
    ward = Region.objects.get(name="Curahgrinting")
    assert Places(UserFactory(whole_city=True)).find(written, "")[0] == ward.pk


def test_headings_of_an_office_are_recognised() -> None:
    headings = {
        "No. HP / WA": "owner_phone",
        "Tgl Berdiri": "started_on",
        "Omset/Tahun (Rp)": "annual_sales",
        "Aset (Rp)": "net_assets",
        "Kategori Usaha": "sector",
        "Kelurahan/Desa": "ward",
        "NIK (16 digit)": "owner_national_id",
        "Alamat Tempat Usaha": "address",
        "Omzet/Bulan": None,  # of a month
        "Alamat (KTP)": None,  # where the owner lives
    }
    batch = make_batch(UserFactory(), tuple(headings))
    found = {heading: batch.mapping.get(str(place)) for place, heading in enumerate(headings)}
    assert found == headings


def test_a_bracket_that_changes_the_meaning_stays() -> None:
    assert without_unit("Aset (dalam Rupiah)") == "aset"
    assert without_unit("Alamat (KTP)") == "alamat ktp"
    assert without_unit("Omzet (juta)") == "omzet juta"
