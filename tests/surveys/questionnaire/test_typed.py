"""Amounts, numbers and dates as they are typed in Indonesia."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cleaning import CleaningError
from surveys.questionnaire import Kind
from surveys.questionnaire.typed import MOST, read, shown


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.AMOUNT, "1.250.000", "1250000"),
        (Kind.AMOUNT, "Rp 1.250.000,-", "1250000"),
        (Kind.AMOUNT, "2 jt", "2000000"),
        (Kind.NUMBER, "1.250", "1250"),
        (Kind.NUMBER, "-5", "-5"),
        (Kind.NUMBER, "-0", "0"),
        (Kind.NUMBER, " ", ""),
        (Kind.DATE, "21 Maret 2021", "2021-03-21"),
        (Kind.DATE, "21/3/2021", "2021-03-21"),
        (Kind.DATE, "-", ""),
        (Kind.TEXT, "  tidak  ada ", "tidak ada"),
    ],
)
def test_what_is_typed_is_read(kind, text, value):
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Kind.AMOUNT, "1,250,000"), (Kind.NUMBER, "12 orang"), (Kind.NUMBER, "--5"), (Kind.DATE, "31/02/2026")],
)
def test_what_means_nothing_is_refused(kind, text):
    with pytest.raises(CleaningError):
        read(kind, text)


@given(st.integers(-MOST, MOST), st.sampled_from([Kind.NUMBER, Kind.AMOUNT]))
def test_numbers_are_shown_as_they_are_read(number, kind):
    assert read(kind, shown(kind, str(number))) == str(number)


@given(st.dates(date(1000, 1, 1)))
def test_dates_are_shown_as_they_are_read(day):
    assert read(Kind.DATE, shown(Kind.DATE, day.isoformat())) == day.isoformat()
    assert shown(Kind.DATE, "kemarin") == "kemarin"
