"""Money, counts, dates and places as people and spreadsheets write them. Numbers in the ids are those of
the catalogue of bad inputs that the office's forms and imports must withstand.
"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cleaning import (
    CleaningError,
    parse_coordinate,
    parse_date,
    parse_latitude_longitude,
    parse_rupiah,
    parse_whole_number,
)
from core.formats import MONTH_NAMES, format_date, format_integer, format_rupiah

LARGEST_INTEGER = 2_147_483_647


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        pytest.param("1.000.000,00", 1_000_000, id="51-sen-zero"),
        pytest.param("Rp 1.000.000,-", 1_000_000, id="51-rp-and-dash"),
        pytest.param("Rp. 50.000.000", 50_000_000, id="51-rp-with-dot"),
        pytest.param("IDR 250.000", 250_000, id="51-idr"),
        pytest.param("250.000 rupiah", 250_000, id="51-rupiah-in-words"),
        pytest.param("1jt", 1_000_000, id="51-jt"),
        pytest.param("1,5 juta", 1_500_000, id="51-comma-juta"),
        pytest.param("Rp1,25 Miliar", 1_250_000_000, id="51-comma-miliar"),
        pytest.param("2 miliar", 2_000_000_000, id="51-miliar"),
        pytest.param("2 milyar", 2_000_000_000, id="51-milyar"),
        pytest.param("1,5 triliun", 1_500_000_000_000, id="51-triliun"),
        pytest.param("500rb", 500_000, id="51-rb"),
        pytest.param("750 ribu", 750_000, id="51-ribu"),
        pytest.param("1.500 juta", 1_500_000_000, id="51-grouped-juta"),
        pytest.param("0,5 juta", 500_000, id="51-half-a-million"),
        pytest.param("0 juta", 0, id="51-zero-million"),
        pytest.param("1.000", 1_000, id="52-dot-groups-thousands"),
        pytest.param("1000", 1_000, id="52-plain-digits"),
        pytest.param("0500", 500, id="52-leading-zero"),
        pytest.param("１０００", 1_000, id="45-full-width-digits"),
        pytest.param("\u00a01.000\u200b", 1_000, id="46-invisible-around"),
        pytest.param("999.999.999.999.999", 999_999_999_999_999, id="56-fifteen-digits"),
        pytest.param("000000000000000000005", 5, id="56-zeros-do-not-count"),
    ],
)
def test_money_is_read_as_indonesians_write_it(typed, rupiah):
    assert parse_rupiah(typed) == rupiah


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("1.000.000,50", "tanpa sen", id="51-fifty-sen"),
        pytest.param("1,2345 rb", "tanpa sen", id="51-part-of-a-rupiah"),
        pytest.param("1.5 juta", "1,5 juta", id="51-dot-as-decimal"),
        pytest.param("1.00", "ribuan", id="52-badly-grouped"),
        pytest.param("10.0000", "ribuan", id="52-group-of-four"),
        pytest.param("0.001", "ribuan", id="52-group-after-zero"),
        pytest.param("1,000,000.00", "titik untuk ribuan", id="53-american"),
        pytest.param("1,000", "titik untuk ribuan", id="53-american-thousand"),
        pytest.param("1,250 juta", "titik untuk ribuan", id="53-american-or-decimal"),
        pytest.param("2 M", "dua hal", id="53-m-is-miliar-or-million"),
        pytest.param("500k", "dua hal", id="53-k"),
        pytest.param("-5.000", "negatif", id="54-negative"),
        pytest.param("−5000", "negatif", id="54-typographic-minus"),
        pytest.param("Rp -5.000", "negatif", id="54-negative-after-rp"),
        pytest.param("-0", "negatif", id="54-minus-zero"),
        pytest.param("10%", "persen", id="54-percent"),
        pytest.param("(500)", "kurung", id="54-brackets"),
        pytest.param("NaN", "bukan jumlah rupiah", id="55-nan"),
        pytest.param("Infinity", "bukan jumlah rupiah", id="55-infinity"),
        pytest.param("1e400", "semua digitnya", id="55-exponent"),
        pytest.param("1E+10", "semua digitnya", id="55-exponent-of-a-spreadsheet"),
        pytest.param("1.000.000.000.000.000", "15 digit", id="56-sixteen-digits"),
        pytest.param("1.000 triliun", "15 digit", id="56-sixteen-digits-with-word"),
        pytest.param("9" * 5_000, "15 digit", id="56-five-thousand-digits"),
        pytest.param("1_000", "bukan jumlah rupiah", id="57-underscore"),
        pytest.param("٥٠٠", "bukan jumlah rupiah", id="45-arabic-digits"),
        pytest.param("10²", "pangkat", id="45-superscript"),
        pytest.param("#VALUE!", "galat lembar kerja", id="63-error-cell"),
        pytest.param("5\x00", "NUL", id="67-nul"),
        pytest.param("tidak", "bukan jumlah rupiah", id="51-word"),
        pytest.param("Rp", "bukan jumlah rupiah", id="51-rp-alone"),
        pytest.param("juta", "bukan jumlah rupiah", id="51-juta-alone"),
        pytest.param("+500", "bukan jumlah rupiah", id="65-plus"),
        pytest.param("1.000 2.000", "bukan jumlah rupiah", id="51-two-amounts"),
    ],
)
def test_money_that_can_not_be_read_is_refused_with_the_reason(typed, reason):
    with pytest.raises(CleaningError, match=reason):
        parse_rupiah(typed)


@given(st.integers(0, 10**15 - 1))
def test_money_comes_back_as_it_was_written(amount):
    assert parse_rupiah(format_rupiah(amount)) == amount
    assert parse_rupiah(format_integer(amount)) == amount
    assert parse_rupiah(f"Rp {format_integer(amount)},-") == amount
    assert parse_rupiah(f"{amount},00") == amount


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("12", 12, id="57-plain"),
        pytest.param("1.250", 1250, id="57-grouped"),
        pytest.param("１２", 12, id="45-full-width-digits"),
        pytest.param(" 7\n", 7, id="46-trailing-newline"),
        pytest.param("2147483647", 2_147_483_647, id="57-the-maximum-itself"),
        pytest.param("007", 7, id="57-leading-zeros"),
    ],
)
def test_a_count_is_read(typed, number):
    assert parse_whole_number(typed, LARGEST_INTEGER) == number


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("2147483648", "paling banyak 2.147.483.647", id="57-two-to-the-31"),
        pytest.param("9223372036854775808", "terlalu besar", id="57-two-to-the-63"),
        pytest.param("9" * 5_000, "terlalu besar", id="57-five-thousand-digits"),
        pytest.param("1_000", "bilangan bulat", id="57-underscore"),
        pytest.param("3.7", "bilangan bulat", id="57-dot-decimal"),
        pytest.param("3,7", "bilangan bulat", id="57-comma-decimal"),
        pytest.param("1.25", "bilangan bulat", id="57-badly-grouped"),
        pytest.param("-3", "negatif", id="54-negative"),
        pytest.param("-0", "negatif", id="54-minus-zero"),
        pytest.param("٣", "bilangan bulat", id="45-arabic-digit"),
        pytest.param("3²", "pangkat", id="45-superscript"),
        pytest.param("1e3", "bilangan bulat", id="55-exponent"),
        pytest.param("NaN", "bilangan bulat", id="55-nan"),
        pytest.param("tiga", "bilangan bulat", id="57-word"),
        pytest.param("#REF!", "galat lembar kerja", id="63-error-cell"),
    ],
)
def test_a_count_that_can_not_be_read_is_refused(typed, reason):
    with pytest.raises(CleaningError, match=reason):
        parse_whole_number(typed, LARGEST_INTEGER)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_count_comes_back_or_is_above_the_maximum(number, maximum):
    if number <= maximum:
        assert parse_whole_number(format_integer(number), maximum) == number
    else:
        with pytest.raises(CleaningError, match="terlalu besar"):
            parse_whole_number(format_integer(number), maximum)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        pytest.param("31/01/2026", date(2026, 1, 31), id="58-slashes"),
        pytest.param("31-1-2026", date(2026, 1, 31), id="58-dashes"),
        pytest.param("2026-01-31", date(2026, 1, 31), id="58-iso"),
        pytest.param("31 Januari 2026", date(2026, 1, 31), id="58-words"),
        pytest.param("1 agt. 2022", date(2022, 8, 1), id="58-short-month"),
        pytest.param("10 Nopember 2022", date(2022, 11, 10), id="58-old-spelling"),
        pytest.param("2/3/2026", date(2026, 3, 2), id="58-day-comes-first"),
        pytest.param("３１/０１/２０２６", date(2026, 1, 31), id="45-full-width-digits"),
        pytest.param("29/02/2024", date(2024, 2, 29), id="59-leap-day"),
    ],
)
def test_a_date_is_read_day_first(typed, day):
    assert parse_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("45000", "nomor seri", id="58-serial-number"),
        pytest.param("1/2/26", "empat digit", id="58-two-digit-year"),
        pytest.param("31 Januari 26", "empat digit", id="58-two-digit-year-in-words"),
        pytest.param("01/31/2026", "hari/bulan/tahun", id="58-american-order"),
        pytest.param("31/01-2026", "seperti 31/01/2026", id="58-two-marks"),
        pytest.param("31 January 2026", "bulan tidak dikenal", id="58-english-month"),
        pytest.param("2026", "seperti 31/01/2026", id="58-only-a-year"),
        pytest.param("kemarin", "seperti 31/01/2026", id="58-word"),
        pytest.param("31/02/2026", "tidak ada di kalender", id="59-31-february"),
        pytest.param("29/02/2023", "tidak ada di kalender", id="59-no-leap-day"),
        pytest.param("00/01/2026", "tidak ada di kalender", id="59-day-zero"),
        pytest.param("01/00/2026", "Bulan harus", id="59-month-zero"),
        pytest.param("01/01/0000", "tidak ada di kalender", id="59-year-zero"),
        pytest.param("01/01/20261", "empat digit", id="59-five-digit-year"),
        pytest.param("#NUM!", "galat lembar kerja", id="63-error-cell"),
    ],
)
def test_a_date_that_can_not_be_read_is_refused(typed, reason):
    with pytest.raises(CleaningError, match=reason):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("31/12/9999", "sesudah 15 Juni 2026", id="59-year-9999"),
        pytest.param("16/06/2026", "sesudah 15 Juni 2026", id="59-future"),
        pytest.param("31/12/1899", "sebelum 1 Januari 1900", id="59-before-1900"),
    ],
)
def test_a_date_outside_its_bounds_is_refused(typed, reason):
    with pytest.raises(CleaningError, match=reason):
        parse_date(typed, earliest=date(1900, 1, 1), latest=date(2026, 6, 15))


def test_both_bounds_are_allowed_days():
    first, last = date(1900, 1, 1), date(2026, 6, 15)
    assert parse_date("01/01/1900", earliest=first, latest=last) == first
    assert parse_date("15/06/2026", earliest=first, latest=last) == last


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_comes_back_as_it_was_written(day):
    assert parse_date(format_date(day)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day}/{day.month}/{day.year}") == day
    assert parse_date(f"{day.day} {MONTH_NAMES[day.month - 1][:3]} {day.year}") == day


@pytest.mark.parametrize(
    ("typed", "degrees"),
    [
        ("-7.7543", Decimal("-7.754300")),
        ("-7,7543", Decimal("-7.754300")),
        ("−7,7543", Decimal("-7.754300")),
        ("113.2158971234567", Decimal("113.215897")),
        ("113", Decimal("113")),
    ],
)
def test_a_coordinate_has_a_comma_or_a_dot(typed, degrees):
    assert parse_coordinate(typed) == degrees


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("7°45'S", "derajat desimal", id="62-degrees-and-minutes"),
        pytest.param("7.75 LS", "derajat desimal", id="62-letters"),
        pytest.param("1.234,5", "derajat desimal", id="62-dot-and-comma"),
        pytest.param("NaN", "derajat desimal", id="55-nan"),
        pytest.param("1e2", "derajat desimal", id="55-exponent"),
        pytest.param("-180.5", "antara -180 dan 180", id="62-no-such-degree"),
    ],
)
def test_a_coordinate_that_can_not_be_read_is_refused(typed, reason):
    with pytest.raises(CleaningError, match=reason):
        parse_coordinate(typed)


def test_a_place_in_indonesia_is_taken():
    assert parse_latitude_longitude("-7,7543", "113.2159") == (Decimal("-7.7543"), Decimal("113.2159"))


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        pytest.param(
            "113,2159", "-7,7543", "tertukar: tulis lintang -7,754300 dan bujur 113,215900", id="62-swapped"
        ),
        pytest.param("0", "0", "bukan lokasi", id="62-zero-zero"),
        pytest.param("0,0", "-0.0", "bukan lokasi", id="62-minus-zero"),
        pytest.param("52.52", "13.40", "di luar Indonesia", id="62-berlin"),
        pytest.param("7.7543", "113.2159", "di luar Indonesia", id="62-minus-forgotten"),
        pytest.param("-7.7543", "", "bersama-sama", id="75-longitude-missing"),
        pytest.param("-", "113.2159", "bersama-sama", id="75-latitude-missing"),
    ],
)
def test_a_place_that_can_not_be_right_is_refused(latitude, longitude, reason):
    with pytest.raises(CleaningError, match=reason):
        parse_latitude_longitude(latitude, longitude)


@given(st.decimals(-11, Decimal("6.1"), places=6), st.decimals(95, Decimal("141.1"), places=6))
def test_every_place_in_indonesia_is_taken_and_its_swap_is_noticed(latitude, longitude):
    assert parse_latitude_longitude(f"{latitude:f}", f"{longitude:f}") == (latitude, longitude)
    with pytest.raises(CleaningError, match="tertukar"):
        parse_latitude_longitude(f"{longitude:f}", f"{latitude:f}")


@given(st.text(max_size=30))
@pytest.mark.parametrize(
    "parse", [parse_rupiah, parse_date, parse_coordinate, lambda typed: parse_whole_number(typed, 999)]
)
def test_anything_typed_gives_a_value_or_a_message(parse, typed):
    try:
        parse(typed)
    except CleaningError as refusal:
        message = refusal.message
    else:
        message = "Diterima."
    assert message.endswith(".")
