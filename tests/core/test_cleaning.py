"""What people and spreadsheets write, and what is taken from it. Numbers in the ids are those of
the catalogue of bad inputs that the office's forms and imports must withstand.
"""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cleaning import (
    CleaningError,
    clean_multiline,
    clean_text,
    is_blank,
    is_mixed_script,
    parse_coordinate,
    parse_date,
    parse_latitude_longitude,
    parse_rupiah,
    parse_whole_number,
)
from core.formats import MONTH_NAMES, format_date, format_integer, format_rupiah

LARGEST_INTEGER = 2_147_483_647


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        pytest.param("Warung Bu Sri\n", "Warung Bu Sri", id="46-trailing-newline"),
        pytest.param("Warung\u200b Bu Sri\u200b", "Warung Bu Sri", id="46-zero-width-space"),
        pytest.param("\u00a0Warung\u00a0Bu  Sri\u00a0", "Warung Bu Sri", id="46-no-break-space"),
        pytest.param("\ufeffWarung", "Warung", id="46-byte-order-mark"),
        pytest.param("Warung\tBu\r\nSri", "Warung Bu Sri", id="46-tab-and-newline-inside"),
        pytest.param("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", id="65-formula-is-text"),
        pytest.param("\t=1+1", "=1+1", id="65-tab-before-formula"),
        pytest.param("＝1+1", "＝1+1", id="65-full-width-formula"),
        pytest.param("@SUM(A1)", "@SUM(A1)", id="65-at-formula"),
        pytest.param("War\x07ung\x1b", "Warung", id="69-control-characters"),
        pytest.param("Warung\u202eirS uB", "WarungirS uB", id="69-right-to-left-override"),
        pytest.param("\u2066Warung\u2069 \u200fSri", "Warung Sri", id="69-bidi-isolates"),
        pytest.param("Wa\u200drung", "Warung", id="69-joiner-outside-emoji"),
        pytest.param("Warung\ufe0f", "Warung", id="69-variation-selector-outside-emoji"),
        pytest.param("Tani 👩\u200d🌾", "Tani 👩\u200d🌾", id="70-emoji-with-joiner"),
        pytest.param("👩🏽\u200d🌾", "👩🏽\u200d🌾", id="70-emoji-with-skin-tone"),
        pytest.param("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈", id="70-emoji-with-selector"),
        pytest.param("👩\u200d⚕\ufe0f", "👩\u200d⚕\ufe0f", id="70-emoji-ending-in-selector"),
        pytest.param("1\ufe0f\u20e3", "1\ufe0f\u20e3", id="70-keycap"),
        pytest.param("1\ufe0f", "1", id="70-selector-that-makes-no-keycap"),
        pytest.param("👩\u200d", "👩", id="70-joiner-that-joins-nothing"),
        pytest.param("ꦮꦫꦸꦁ", "ꦮꦫꦸꦁ", id="70-javanese"),
        pytest.param("مطعم", "مطعم", id="70-arabic"),
        pytest.param("Cafe\u0301", "Café", id="72-decomposed"),
        pytest.param("Cafe\u200b\u0301", "Café", id="72-decomposed-around-invisible"),
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="74-html"),
        pytest.param("{{ x }} '; DROP TABLE--", "{{ x }} '; DROP TABLE--", id="74-template-and-sql"),
        pytest.param(" \t\u00a0\u2003 ", "", id="75-whitespace-only"),
        pytest.param("a" * 1_000_000, "a" * 1_000_000, id="73-a-megabyte-is-left-to-the-field-length"),
    ],
)
def test_text_is_cleaned(typed, clean):
    assert clean_text(typed) == clean


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("War\x00ung", "NUL", id="67-nul"),
        pytest.param("Warung \ud83d", "rusak", id="68-lone-high-surrogate"),
        pytest.param("\udc00Warung", "rusak", id="68-lone-low-surrogate"),
        pytest.param("#REF!", "galat lembar kerja", id="63-error-cell"),
        pytest.param(" #N/A ", "galat lembar kerja", id="63-error-cell-with-spaces"),
    ],
)
@pytest.mark.parametrize("clean", [clean_text, clean_multiline])
def test_text_that_can_not_be_kept_is_refused(clean, typed, reason):
    with pytest.raises(CleaningError, match=reason) as refusal:
        clean(typed)
    assert refusal.value.message == str(refusal.value)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(typed):
    try:
        clean = clean_text(typed)
    except CleaningError:
        return
    assert clean_text(clean) == clean
    assert clean == clean.strip()
    assert unicodedata.is_normalized("NFC", clean)


@given(st.text(alphabet=st.sampled_from("😀🏽\u200d\ufe0f\u200b1\u20e3e\u0301 \u2adc=\u0338")))
def test_cleaning_emoji_twice_changes_nothing_more(typed):
    clean = clean_text(typed)
    assert clean_text(clean) == clean


@given(st.text(alphabet=st.characters(categories=["Cc", "Cf"], exclude_characters="\x00")))
def test_nothing_but_invisible_characters_is_empty(typed):
    assert clean_text(typed) == ""


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Jalan Melati 3\r\n  RT 02  RW 01 \r\n", "Jalan Melati 3\nRT 02 RW 01"),
        ("a\n\nb", "a\n\nb"),
        ("\n\n a \u200b\n\n", "a"),
        ("a\rb\u2028c", "a\nb\nc"),
        ("", ""),
    ],
)
def test_long_text_keeps_its_lines(typed, clean):
    assert clean_multiline(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="75-empty"),
        pytest.param(" \t\u00a0", id="75-whitespace-only"),
        pytest.param("-", id="75-dash"),
        pytest.param("–", id="75-en-dash"),
        pytest.param("n/a", id="75-na"),
        pytest.param("N/A ", id="75-capital-na"),
        pytest.param("Tidak  Ada", id="75-tidak-ada"),
    ],
)
def test_what_people_write_for_nothing_is_nothing(typed):
    assert is_blank(typed)
    assert parse_rupiah(typed) is None
    assert parse_whole_number(typed, 10) is None
    assert parse_latitude_longitude(typed, typed) is None
    with pytest.raises(CleaningError, match="belum diisi"):
        parse_date(typed)
    with pytest.raises(CleaningError, match="belum diisi"):
        parse_coordinate(typed)


def test_a_zero_is_not_nothing():
    assert not is_blank("0")
    assert parse_rupiah("0") == 0
    assert parse_whole_number("0", 10) == 0


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        pytest.param("Wаrung", True, id="71-cyrillic-a"),
        pytest.param("Тоkо Maju", True, id="71-cyrillic-and-latin-letters"),
        pytest.param("Warung Βudi", True, id="71-greek-beta"),
        pytest.param("Warung Bu Sri 2", False, id="71-latin-only"),
        pytest.param("Café Ｍaju", False, id="71-accents-and-full-width"),
        pytest.param("Кафе", False, id="71-cyrillic-only"),
        pytest.param("Warung ꦮꦫꦸꦁ", False, id="70-javanese-beside-latin"),
        pytest.param("Kedai مطعم", False, id="70-arabic-beside-latin"),
        pytest.param("", False, id="75-empty"),
    ],
)
def test_letters_that_pose_as_latin_are_noticed(name, mixed):
    assert is_mixed_script(name) is mixed


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
