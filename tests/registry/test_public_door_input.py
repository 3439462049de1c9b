"""What may be typed at the public door, field by field."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.factories import SectorFactory, WardFactory
from tests.registry.applicants import (
    SUMMARY,
    agreed,
    application_of,
    business_answers,
    filled_in,
    owner_answers,
    place_answers,
    step,
)

pytestmark = pytest.mark.django_db

# What is typed, in which field, and what is said of it; rows 43–46 and 67–74 of the catalogue of bad input.
REFUSED = [
    ("owner_national_id", "357401010101", "16 digit"),
    ("owner_national_id", "35740101010100011", "16 digit"),
    ("owner_national_id", "0" * 16, "satu angka"),
    ("owner_national_id", "3574010101010000", "0000"),
    ("owner_national_id", "3,57401E+15", "Digit NIK hilang"),
    ("owner_national_id", "٣٥٧٤٠١٠١٠١٠١٠٠٠١", "angka"),
    ("owner_national_id", "abc", "angka"),
    ("owner_phone", "abc", "hanya boleh berisi angka"),
    ("owner_phone", "08", "tidak lengkap"),
    ("owner_name", "", "wajib diisi"),
    ("owner_name", "   ", "wajib diisi"),
    ("owner_name", "a\0b", "NUL"),
    ("owner_name", "x" * 151, "Terlalu panjang"),
    ("owner_name", "#REF!", "lembar kerja"),
    ("name", "", "wajib diisi"),
    ("name", "a\0b", "NUL"),
    ("name", "x" * 151, "Terlalu panjang"),
    ("sector", "", "wajib diisi"),
    ("sector", "999999", "Pilih salah satu"),
    ("sector", "\0", "Pilih salah satu"),
    ("sector", str(2**70), "Pilih salah satu"),
    ("products", "x" * 1_001, "Terlalu panjang"),
    ("started_on", "31/02/2021", "kalender"),
    ("started_on", "01/01/2999", "sesudah"),
    ("started_on", "01/01/1899", "sebelum"),
    ("legal_form", "kerajaan", "Masukkan pilihan yang valid"),
    ("nib", "12", "13 digit"),
    ("nib", "1" * 13, "satu angka"),
    ("ward", "", "wajib diisi"),
    ("ward", "abc", "Pilih salah satu"),
    ("address", "x" * 251, "Terlalu panjang"),
    ("address", "a\0b", "NUL"),
    ("net_assets", "-1", "negatif"),
    ("net_assets", "1e999", "1E+10"),
    ("net_assets", "1,000,000.00", "titik"),
    ("annual_sales", "9" * 16, "terlalu besar"),
    ("business_capital", "dua juta", "bukan jumlah rupiah"),
]
TAKEN = [
    ("owner_national_id", "3574.0101 0101-0001", "3574010101010001"),
    ("owner_national_id", "'3574010101010001", "3574010101010001"),
    ("owner_national_id", "３５７４０１０１０１０１０００１", "3574010101010001"),
    ("owner_national_id", "3574010101010001\u200b\n", "3574010101010001"),
    ("owner_name", "Ibu\u202e Contoh\u200b", "Ibu Contoh"),
    ("owner_name", "Café", "Café"),
    ("owner_name", "🧕🏽 ꦮꦫꦸꦁ", "🧕🏽 ꦮꦫꦸꦁ"),
    ("name", "Wаrung", "Wаrung"),
    (
        "name",
        "<script>alert(1)</script>{{7*7}}'; DROP TABLE x",
        "<script>alert(1)</script>{{7*7}}'; DROP TABLE x",
    ),
    ("products", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ("nib", "'1234567890123", "1234567890123"),
    ("nib", "tidak ada", None),
    ("address", "  Jalan  Contoh ", "Jalan Contoh"),
    ("net_assets", "1,5 juta", 1_500_000),
]


def page_with(client: Client, field: str, value: str):
    """The step that has the field, sent with this value in it."""
    sector, ward = SectorFactory(), WardFactory()
    pages = [owner_answers(), business_answers(sector), place_answers(ward)]
    number, answers = next((n, page) for n, page in enumerate(pages, start=1) if field in page)
    return client.post(step(number), answers | {field: value})


@pytest.mark.parametrize(("field", "value", "message"), REFUSED)
def test_bad_input_is_told_at_its_field_and_kept_on_the_page(field, value, message):
    client = agreed()

    page = page_with(client, field, value)

    assert page.status_code == 200
    assert message in " ".join(page.context["form"].errors[field])
    assert page.context["form"].data[field] == value
    assert application_of(client).answers is None


@pytest.mark.parametrize(("field", "value", "kept"), TAKEN)
def test_odd_input_is_kept_clean(field, value, kept):
    client = agreed()

    assert page_with(client, field, value).status_code == 302

    assert json.loads(application_of(client).answers).get(field) == kept


def test_markup_is_shown_as_it_was_typed(people):
    client = filled_in(people.a.ward, name="<script>alert(1)</script>")

    page = client.get(SUMMARY).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
