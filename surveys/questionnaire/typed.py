"""What somebody types as canonical text, and back: "1.250.000" is 1250000, "21/3/2026" is 2026-03-21. Pure."""

from __future__ import annotations

from datetime import date

from core import cleaning
from core.formats import format_integer
from surveys.questionnaire.definition import NUMBER_KINDS, Kind

MOST = 10**15 - 1


def read(kind: Kind, text: str) -> str:
    """Blank for nothing; raises core.cleaning.CleaningError with a message in Indonesian."""
    if kind not in NUMBER_KINDS and kind is not Kind.DATE:
        return cleaning.clean_multiline(text)
    if cleaning.is_blank(text):
        return ""
    if kind is Kind.DATE:
        return cleaning.parse_date(text).isoformat()
    folded = cleaning.fold_figures(text)
    sign, digits = ("-", folded[1:]) if folded.startswith("-") else ("", folded)
    amount = (
        cleaning.parse_rupiah(digits) if kind is Kind.AMOUNT else cleaning.parse_whole_number(digits, MOST)
    )
    return "" if amount is None else str(int(f"{sign}{amount}"))


def shown(kind: Kind, value: str) -> str:
    """As it stands in a field; what can't be read stays as it is, so that it can be put right."""
    try:
        if kind in NUMBER_KINDS:
            return format_integer(int(value))
        if kind is Kind.DATE:
            return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        pass
    return value
