"""Which row holds the headings, what they are called, and which rows below them are none of the data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from core.importing.cells import Cell, text_of
from core.importing.files import UnreadableFile
from core.importing.headers import folded
from core.importing.sheets import column_letters

LOOKED_AT = 20  # the headings stand on one of the first rows
GAP = 2  # blank rows that may part two tables
_LETTER = re.compile(r"[^\W\d_]")
_NOT_WORD = re.compile(r"[\W_]+")
_TOTALS = frozenset(
    {"jumlah", "total", "subtotal", "jumlah total", "total jumlah", "grand total", "jumlah seluruhnya"}
)


def find_header_row(rows: Sequence[tuple[int, list[Cell]]], known: Collection[str] = ()) -> int | None:
    """Number of the row with the headings among the first 20; None when no row looks like it.

    With `known` headings, folded, the row with most of them, if it has at least two; else the first row that has nearly
    as many words as any: titles above have one or two, data below has figures.
    """
    near = [(number, cells) for number, cells in rows if number <= LOOKED_AT]
    recognised = {
        number: len({folded(text_of(cell)) for cell in cells} & set(known)) for number, cells in near
    }
    best = max(recognised, key=lambda number: recognised[number], default=None)
    if best is not None and recognised[best] >= 2:
        return best
    words = {number: _word_count(cells) for number, cells in near}
    most = max(words.values(), default=0)
    return next((number for number, count in words.items() if count and count >= 0.7 * most), None)


def _word_count(cells: Sequence[Cell]) -> int:
    texts = [folded(cell) for cell in cells if isinstance(cell, str)]
    return sum(1 for text in texts if len(text) <= 80 and _LETTER.search(text))


def heading_texts(cells: Sequence[Cell]) -> list[str]:
    """Trimmed, in one line; "" for a column without a heading. Raises UnreadableFile for two alike."""
    texts = [" ".join(unicodedata.normalize("NFKC", text_of(cell)).split()) for cell in cells]
    first: dict[str, int] = {}
    for column, text in enumerate(texts, start=1):
        key = folded(text)
        if key and key in first:
            raise UnreadableFile(
                f"Judul kolom “{text[:60]}” muncul dua kali, pada kolom {column_letters(first[key])} dan"
                f" {column_letters(column)}. Ganti salah satunya, lalu unggah lagi."
            )
        first[key] = column
    return texts


def is_total(cells: Sequence[Cell]) -> bool:
    """Whether the row sums up the others: its first word is JUMLAH or the like."""
    first = next((cell for cell in cells if cell), "")
    return isinstance(first, str) and first.strip(" .:").casefold() in _TOTALS


def is_numbering(cells: Sequence[Cell]) -> bool:
    """Whether the row numbers the columns, as forms do: (1) (2) (3)."""
    figures = [_NOT_WORD.sub("", text_of(cell)) for cell in cells]
    return len(figures) > 2 and figures == [str(number) for number in range(1, len(figures) + 1)]


class Headings:
    """The headings of a table, to know rows below that are headings too."""

    def __init__(self, header: Sequence[str], known: Collection[str]) -> None:
        self._written = {text for text in header if text}
        self._folded = [folded(text) for text in header]
        self._known = (set(self._folded) | set(known)) - {""}

    def are_repeated(self, cells: Sequence[Cell]) -> bool:
        """Whether the row says the same once more, as the next printed page does."""
        return self._may_be(cells) and [folded(text_of(cell)) for cell in cells] == self._folded[: len(cells)]

    def _may_be(self, cells: Sequence[Cell]) -> bool:
        """Cheaply, for every row: one of the first cells is written like a heading."""
        return any(isinstance(cell, str) and cell in self._written for cell in cells[:4])

    def begin_anew(self, cells: Sequence[Cell], blank_before: int) -> bool:
        """Whether another table begins: two words known as headings, or after a gap a row of mere words."""
        if not blank_before and not self._may_be(cells):
            return False
        texts = [text_of(cell) for cell in cells if text_of(cell).strip()]
        if len({folded(text) for text in texts} & self._known) >= 2:
            return True
        plain = all(isinstance(cell, str) for cell in cells)
        has_figure = any(letter.isdigit() for text in texts for letter in text)
        return blank_before >= GAP and plain and len(texts) >= 3 and not has_figure
