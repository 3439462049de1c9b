"""Numbers, money, dates and times as an Indonesian office writes them."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats import (
    MONTH_NAMES,
    format_date,
    format_datetime,
    format_decimal,
    format_integer,
    format_percent,
    format_rupiah,
    format_share,
)


@pytest.mark.parametrize(
    "write",
    [
        format_integer,
        format_decimal,
        format_percent,
        format_rupiah,
        format_date,
        format_datetime,
    ],
)
def test_no_value_is_an_en_dash(write):
    assert write(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (33391, "33.391"),
        (1_000_000, "1.000.000"),
        (-33391, "-33.391"),
    ],
)
def test_integers_have_dots_between_thousands(value, text):
    assert format_integer(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(9, 4), 1, "2,3"),
        (Decimal("0.285"), 2, "0,29"),
        (0.285, 2, "0,29"),
        (2.675, 2, "2,68"),
        (Fraction(1, 3), 4, "0,3333"),
        (Decimal("33391.05"), 1, "33.391,1"),
        (7, 2, "7,00"),
        (Fraction(1, 2), 0, "1"),
        (Decimal("-0.25"), 1, "-0,3"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("-1234.5"), 0, "-1.235"),
    ],
)
def test_decimals_are_rounded_half_up_and_away_from_zero(value, digits, text):
    assert format_decimal(value, digits) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_not_written_as_one(value):
    with pytest.raises((ValueError, OverflowError)):
        format_decimal(value)


@given(st.decimals(-(10**15), 10**15, places=5), st.integers(0, 4))
def test_rounding_agrees_with_the_decimal_module(value, digits):
    expected = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    read_back = Decimal(format_decimal(value, digits).replace(".", "").replace(",", "."))
    assert read_back == expected


@pytest.mark.parametrize(
    ("ratio", "digits", "text"),
    [
        (Fraction(40, 106), 1, "37,7\u00a0%"),
        (0.3774, 1, "37,7\u00a0%"),
        (Fraction(1, 2), 0, "50\u00a0%"),
        (1, 1, "100,0\u00a0%"),
        (Fraction(-1, 8), 2, "-12,50\u00a0%"),
        (0.145, 0, "15\u00a0%"),
    ],
)
def test_percentages_keep_the_sign_on_the_line_of_the_number(ratio, digits, text):
    assert format_percent(ratio, digits) == text


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [
        (40, 106, "37,7\u00a0%"),
        (62, 106, "58,5\u00a0%"),
        (53, 100, "53,0\u00a0%"),
        (12, 32, "37,5\u00a0%"),
        (1, 800, "0,1\u00a0%"),
        (0, 7, "0,0\u00a0%"),
    ],
)
def test_a_share_is_counted_exactly(count, total, text):
    assert format_share(count, total) == text


@pytest.mark.parametrize(("count", "total"), [(0, 0), (None, 10), (3, None)])
def test_a_share_of_nothing_is_no_percentage(count, total):
    assert format_share(count, total) == "–"


def test_a_share_can_have_other_digits():
    assert format_share(1, 3, digits=2) == "33,33\u00a0%"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_never_off_by_more_than_half_its_last_digit(count, total):
    shown = Fraction(format_share(count, total).removesuffix("\u00a0%").replace(".", "").replace(",", "."))
    assert abs(shown - Fraction(100 * count, total)) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp0"),
        (50_000_000, "Rp50.000.000"),
        (Decimal("1999.50"), "Rp2.000"),
        (-500, "-Rp500"),
        (Decimal("-0.4"), "Rp0"),
    ],
)
def test_money_is_written_in_whole_rupiah(amount, text):
    assert format_rupiah(amount) == text


def test_a_date_has_its_month_in_words():
    assert format_date(date(2021, 3, 21)) == "21 Maret 2021"
    assert format_date(date(2022, 8, 1)) == "1 Agustus 2022"
    assert [format_date(date(2022, month, 9)).split()[1] for month in range(1, 13)] == list(MONTH_NAMES)


def test_a_moment_is_told_in_jakarta_time():
    assert format_datetime(datetime(2021, 3, 21, 3, 42, tzinfo=UTC)) == "21 Maret 2021 10.42 WIB"
    sorong = timezone(timedelta(hours=9))
    assert format_datetime(datetime(2021, 3, 21, 1, 5, tzinfo=sorong)) == "20 Maret 2021 23.05 WIB"


def test_the_day_of_a_moment_is_the_day_in_jakarta():
    assert format_date(datetime(2020, 12, 31, 18, 0, tzinfo=UTC)) == "1 Januari 2021"


@pytest.mark.parametrize("write", [format_date, format_datetime])
def test_a_moment_without_a_time_zone_is_refused(write):
    with pytest.raises(ValueError, match="time zone"):
        write(datetime(2021, 3, 21, 10, 42, tzinfo=UTC).replace(tzinfo=None))
