"""How numbers, money, dates and times are written in Bahasa Indonesia. Pure: imports no Django.

Every function takes None for "no value" and writes it as an en dash. Rounding is half up (away from zero)
on exact fractions; a float is read as the shortest decimal that stands for it, so that 0.285 is 285/1000
and nothing else.
"""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

Number = int | float | Decimal | Fraction

NO_VALUE = "–"
NO_BREAK_SPACE = "\u00a0"
JAKARTA = ZoneInfo("Asia/Jakarta")

MONTH_NAMES = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def format_integer(value: int | None) -> str:
    """33391 -> "33.391"."""
    if value is None:
        return NO_VALUE
    return f"{value:,}".replace(",", ".")


def format_decimal(value: Number | None, digits: int = 1) -> str:
    """2.25 -> "2,3": exactly `digits` decimals. Raises ValueError or OverflowError for NaN and infinity."""
    if value is None:
        return NO_VALUE
    rounded = _rounded_half_up(_exact(value), digits)
    sign = "-" if rounded < 0 else ""
    whole, decimals = divmod(abs(rounded), 10**digits)
    if digits == 0:
        return f"{sign}{format_integer(whole)}"
    return f"{sign}{format_integer(whole)},{decimals:0{digits}d}"


def format_percent(ratio: Number | None, digits: int = 1) -> str:
    """A ratio of 1, as a percentage: Fraction(40, 106) -> "37,7 %" (with a no-break space)."""
    if ratio is None:
        return NO_VALUE
    return f"{format_decimal(_exact(ratio) * 100, digits)}{NO_BREAK_SPACE}%"


def format_share(count: int | None, total: int | None, digits: int = 1) -> str:
    """`count` out of `total`: (40, 106) -> "37,7 %". A share of nothing is an en dash, not 0 %."""
    if count is None or not total:
        return NO_VALUE
    return format_percent(Fraction(count, total), digits)


def format_rupiah(value: Number | None) -> str:
    """50000000 -> "Rp50.000.000", rounded to the whole rupiah."""
    if value is None:
        return NO_VALUE
    rupiah = _rounded_half_up(_exact(value), 0)
    return f"{'-' if rupiah < 0 else ''}Rp{format_integer(abs(rupiah))}"


def format_date(value: date | None) -> str:
    """ "21 Maret 2021". A moment (an aware datetime) is written as its day in Jakarta."""
    if value is None:
        return NO_VALUE
    day = _in_jakarta(value).date() if isinstance(value, datetime) else value
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def format_datetime(value: datetime | None) -> str:
    """ "21 Maret 2021 10.42 WIB". Raises ValueError for a datetime without a time zone."""
    if value is None:
        return NO_VALUE
    local = _in_jakarta(value)
    return f"{format_date(local)} {local:%H.%M} WIB"


def _in_jakarta(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a moment without a time zone has no Jakarta time")
    return value.astimezone(JAKARTA)


def _exact(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _rounded_half_up(value: Fraction, digits: int) -> int:
    """`value` in units of the last decimal shown."""
    scaled = abs(value) * 10**digits
    rounded: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -rounded if value < 0 else rounded
