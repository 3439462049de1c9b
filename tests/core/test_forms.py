"""The fields of forms: what they take, what they refuse and how they show a value. Numbers: input catalogue."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from core.forms import (
    CleanCharField,
    CleanTextField,
    DecimalDegreeField,
    IdentifierField,
    IndonesianDateField,
    RupiahField,
    WholeNumberField,
)
from registry.identifiers import normalise_nik

TODAY = date(2026, 3, 2)
NIK = IdentifierField(normalise=normalise_nik, required=False)
NAME = CleanCharField(max_length=20)
WORKERS = WholeNumberField(maximum=100_000, required=False)
STARTED = IndonesianDateField(latest=TODAY, required=False)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (NIK, " 3574.0101-0101 0001 ", "3574010101010001"),  # 43
        (NIK, "３５７４０１０１０１０１０００１", "3574010101010001"),  # 45
        (NIK, "3574010101010001\n", "3574010101010001"),  # 46
        (NIK, "-", ""),  # 75
        (RupiahField(), "Rp 1.000.000,-", 1_000_000),  # 51
        (RupiahField(), "1,5 juta", 1_500_000),  # 51
        (RupiahField(), "1.000", 1_000),  # 52
        (RupiahField(required=False), "tidak ada", None),  # 75
        (WORKERS, "1.250", 1_250),
        (STARTED, "21/03/2021", date(2021, 3, 21)),  # 58
        (STARTED, "21 Maret 2021", date(2021, 3, 21)),
        (DecimalDegreeField(), "-7,754300", Decimal("-7.754300")),
        (NAME, "Wa\u200brung \u202eSari\u00a0", "Warung Sari"),  # 46, 69
        (NAME, "Kope\u0301", "Kopé"),  # 72
        (NAME, "<b>Sari</b>", "<b>Sari</b>"),  # 74
        (CleanTextField(), " Kopi \r\n\r\nTeh\x07 ", "Kopi\n\nTeh"),
    ],
)
def test_what_is_taken(field: forms.Field, typed: str, value: object) -> None:
    assert field.clean(typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (NIK, "3,57401E+15", "hilang"),  # 41
        (NIK, "3574010101010000", "0000"),  # 42
        (NIK, "357401010101000", "16 digit"),  # 44
        (NIK, "1111111111111111", "sama semua"),  # 44
        (RupiahField(), "1,000,000.00", "titik untuk ribuan"),  # 53
        (RupiahField(), "-5", "negatif"),  # 54
        (RupiahField(), "(500)", "kurung"),  # 54
        (RupiahField(), "NaN", "bukan jumlah"),  # 55
        (RupiahField(), "1e400", "1E+10"),  # 55
        (RupiahField(), "1" * 16, "15 digit"),  # 56
        (RupiahField(), "9" * 5_000, "15 digit"),  # 56
        (WORKERS, "2147483648", "terlalu besar"),  # 57
        (WORKERS, "1_000", "bilangan bulat"),  # 57
        (WORKERS, "3.7", "bilangan bulat"),  # 57
        (STARTED, "45000", "nomor seri"),  # 58
        (STARTED, "1/2/26", "empat digit"),  # 58
        (STARTED, "31/02/2026", "tidak ada di kalender"),  # 59
        (STARTED, "03/03/2026", "tidak boleh sesudah 2 Maret 2026"),  # 59
        (STARTED, "31/12/1899", "tidak boleh sebelum"),  # 59
        (DecimalDegreeField(), "7°45'S", "derajat desimal"),  # 62
        (NAME, "#REF!", "galat lembar kerja"),  # 63
        (NAME, "a\x00b", "NUL"),  # 67
        (NAME, "a\ud83d", "rusak"),  # 68
        (CleanTextField(), "baris\nrusak \ud83d", "rusak"),  # 68
        (NAME, "x" * 21, "paling banyak 20 karakter, yang diisi 21"),  # 73
        (NAME, " \u200b\t", "wajib diisi"),  # 75
    ],
)
def test_what_is_refused_and_why(field: forms.Field, typed: str, message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert message in " ".join(refusal.value.messages)


def test_values_are_shown_as_they_are_written_here() -> None:
    assert RupiahField().prepare_value(50_000_000) == "50.000.000"
    assert STARTED.prepare_value(date(2021, 3, 21)) == "21/03/2021"
    assert DecimalDegreeField().prepare_value(Decimal("-7.754300")) == "-7,754300"
    assert WORKERS.prepare_value(None) is None


def test_what_was_typed_stays_in_a_refused_field() -> None:
    class Form(forms.Form):
        amount = RupiahField(label="Omzet")

    form = Form({"amount": "lima juta"})

    assert not form.is_valid()
    assert 'value="lima juta"' in str(form["amount"])


def test_an_unchanged_value_is_no_change() -> None:
    assert not RupiahField().has_changed(50_000_000, "50.000.000")
    assert RupiahField().has_changed(50_000_000, "50.000.001")
    assert not STARTED.has_changed(date(2021, 3, 21), "21/03/2021")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/?q=%00", "/umkm/?q=a%00b", "/umkm/?%00=1", "/umkm/%00/"])
def test_an_address_with_broken_text_is_a_bad_request(client, people, path: str) -> None:  # 67
    client.force_login(people.administrator)
    assert client.get(path).status_code == 400


@pytest.mark.django_db
def test_half_a_character_in_an_address_is_no_server_error(client, people) -> None:  # 68
    client.force_login(people.administrator)
    assert client.get("/umkm/?q=%ED%A0%BD").status_code in (200, 400)
