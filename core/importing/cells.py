"""The cells of a row: plain text mostly, and a pair (kind, text) for everything a spreadsheet knows better.

The text of a pair is what an Indonesian would have typed: 1234,5 and 21/03/2021 and Ya.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

NUMBER = "n"
DATE = "d"
BOOLEAN = "b"
ERROR = "e"  # the text is the error's name, #REF!
NO_VALUE = "f"  # a formula that no program computed
BROKEN = "x"  # the text is the reason, never the content

Cell = str | Sequence[str]
MAX_CELL = 5_000
ERROR_WORDS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
TOO_LONG = f"Isi sel lebih panjang dari {MAX_CELL:,} karakter; periksa tanda kutip.".replace(",", ".")
HAS_NUL = "Isi sel memuat karakter NUL."


def text_of(cell: Cell) -> str:
    """What to show of a cell; "" for one whose content says nothing."""
    if isinstance(cell, str):
        return cell
    kind, text = cell
    return "" if kind in (NO_VALUE, BROKEN) else text


def refusal(cell: Cell) -> str | None:
    """Why a cell can't be taken whatever its column wants; None for a good one."""
    if isinstance(cell, str):
        return None
    kind, text = cell
    if kind == ERROR:
        return f"Sel berisi galat {text}. Perbaiki rumusnya atau ketik nilainya."
    if kind == NO_VALUE:
        return "Sel berisi rumus tanpa hasil. Salin, lalu tempel sebagai nilai."
    return text if kind == BROKEN else None


def plain_text(text: str) -> Cell:
    """Text of a file as a cell."""
    if len(text) > MAX_CELL:
        return (BROKEN, TOO_LONG)
    if "\0" in text:
        return (BROKEN, HAS_NUL)
    if text[:1] == "#" and text in ERROR_WORDS:
        return (ERROR, text)
    return text


def typed(value: Any) -> Cell:
    """A value of calamine that is not text, as a cell."""
    kind = type(value)
    if kind is bool:
        return (BOOLEAN, "Ya" if value else "Tidak")
    if kind is float or kind is int:
        return (NUMBER, number_text(value))
    if kind is datetime.datetime:
        midnight = value.time() == datetime.time()
        return (DATE, f"{value:%d/%m/%Y}" if midnight else f"{value:%d/%m/%Y %H:%M:%S}".removesuffix(":00"))
    if kind is datetime.date:
        return (DATE, f"{value:%d/%m/%Y}")
    return (DATE, str(value))  # a time of day or a duration


def number_text(value: float) -> str:
    """15 digits at most, as a spreadsheet keeps them; what is longer shows that digits are lost."""
    if -1e15 < value < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.15g}".replace(".", ",").replace("e+", "E+").replace("e-", "E-")
