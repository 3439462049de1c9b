"""What the cells of a file become: the cleaners of the forms, one for each kind of column. Pure: no Django.

A reader takes the text of a cell and gives the value, None for nothing, or raises CleaningError. What people
write for nothing (a dash, "tidak ada") is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.cleaning import (
    BLANK_WORDS,
    MAX_MONEY_DIGITS,
    CleaningError,
    clean_multiline,
    clean_text,
    fold_figures,
    is_blank,
    is_mixed_script,
    parse_coordinate,
    parse_date,
    parse_rupiah,
    parse_whole_number,
)
from core.csv_cells import unquoted
from registry.identifiers import normalise_phone

LONGEST_BLANK = max(map(len, BLANK_WORDS))  # of a text that is clean
EARLIEST_DAY = date(1900, 1, 1)
HIDDEN = "•"
MIXED_SCRIPT = "Ada huruf dari aksara lain yang mirip huruf Latin; periksa apakah memang dimaksud."
_AMERICAN = re.compile(r"(?:rp\.?|idr|\$)?\s*(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)(?P<cents>\.[0-9]+)?")
_INDONESIAN = re.compile(
    r"(?:rp\.?|idr)?\s*[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|\.[0-9]{3},[0-9]{2})(?:,[0-9-]+)?"
)
_PLAIN = re.compile(r"[0-9]+(?:\.00?)?")
_COMMA_GROUPS = "Kolom ini ditulis dengan koma sebagai pemisah ribuan (1,000,000.00); angka ini tidak cocok dengan gaya itu."


@dataclass(frozen=True)
class Cell:
    """How a column is read. `mask` shows a personal value; `warn` gives what to look at in the text, or ""."""

    read: Callable[[str], Any]
    mask: Callable[[str], str] | None = None
    warn: Callable[[str], str] | None = None
    is_day: bool = False
    is_amount: bool = False


def line(maximum: int) -> Cell:
    def read(text: str) -> str | None:
        return _short(clean_text(unquoted(text)), maximum)

    return Cell(read, warn=_mixed)


def lines(maximum: int) -> Cell:
    def read(text: str) -> str | None:
        return _short(clean_multiline(unquoted(text)), maximum)

    return Cell(read, warn=_mixed)


def identifier(normalise: Callable[[str], str], *, mask: Callable[[str], str] | None = None) -> Cell:
    def read(text: str) -> str | None:
        return None if not text.isdigit() and is_blank(text) else normalise(text)

    return Cell(read, mask=mask)


def phone(mask: Callable[[str], str]) -> Cell:
    def is_plain(text: str) -> bool:
        return text.lstrip("'+").isdigit()

    def read(text: str) -> str | None:
        return None if not is_plain(text) and is_blank(text) else normalise_phone(text).number

    def warn(text: str) -> str:
        return "" if is_plain(text) or is_blank(text) else normalise_phone(text).note

    return Cell(read, mask=mask, warn=warn)


def rupiah() -> Cell:
    def read(text: str) -> int | None:
        if len(text) <= MAX_MONEY_DIGITS and text.isascii() and text.isdigit():
            return int(text)  # as spreadsheets write most of them
        return parse_rupiah(text)

    return Cell(read, is_amount=True)


def american_rupiah(text: str) -> int | None:
    """An amount of a column in which commas group thousands."""
    folded = fold_figures(text)
    if written := _AMERICAN.fullmatch(folded):
        if (written["cents"] or "").strip(".0"):
            raise CleaningError("Tulis rupiah bulat tanpa sen; hanya .00 yang boleh mengikuti.")
        return parse_rupiah(written["whole"].replace(",", ""))
    if _PLAIN.fullmatch(folded):
        return parse_rupiah(folded.partition(".")[0])
    if re.fullmatch(r"[0-9.,]+", folded):
        raise CleaningError(_COMMA_GROUPS)
    return parse_rupiah(text)


def amount_style(texts: list[str]) -> str:
    """`us` where commas group the thousands of a column and no amount says otherwise, `mixed` where some do."""
    folded = [_tolerant(text) for text in texts]
    american = any(_AMERICAN.fullmatch(text) for text in folded)
    indonesian = any(_INDONESIAN.fullmatch(text) for text in folded)
    return "mixed" if american and indonesian else "us" if american else "id"


def count(maximum: int) -> Cell:
    return Cell(lambda text: parse_whole_number(text, maximum))


def day() -> Cell:
    """Its latest day is set where the day is known (`until`)."""
    return Cell(lambda text: None if is_blank(text) else parse_date(text, earliest=EARLIEST_DAY), is_day=True)


def until(latest: date) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        return None if is_blank(text) else parse_date(text, earliest=EARLIEST_DAY, latest=latest).isoformat()

    return read


def degrees() -> Cell:
    return Cell(_degrees)


def _degrees(text: str) -> Decimal | None:
    return None if is_blank(text) else parse_coordinate(unquoted(text))


def choice(words: Mapping[str, Any]) -> Cell:
    """One of a table of words, in whatever case."""
    known = {word.casefold(): value for word, value in words.items()}
    shown = ", ".join(dict.fromkeys(word for word in words if len(word) > 2))

    def read(text: str) -> Any:
        if is_blank(text):
            return None
        word = fold_figures(unquoted(text))
        if word not in known:
            raise CleaningError(f"Isian ini tidak dikenal; pilihannya: {shown}.")
        return known[word]

    return Cell(read)


YES_NO = {
    "Ya": True,
    "Tidak": False,
    "y": True,
    "t": False,
    "1": True,
    "0": False,
    "x": True,
    "v": True,
    "true": True,
    "false": False,
}


def _short(text: str, maximum: int) -> str | None:
    if len(text) <= LONGEST_BLANK and is_blank(text):
        return None
    if len(text) > maximum:
        raise CleaningError(f"Terlalu panjang: paling banyak {maximum} karakter, yang diisi {len(text)}.")
    return text


def _mixed(text: str) -> str:
    return MIXED_SCRIPT if not text.isascii() and is_mixed_script(text) else ""


def _tolerant(text: str) -> str:
    try:
        return fold_figures(text)
    except CleaningError:
        return ""
