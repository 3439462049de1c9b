"""Text files of rows: which encoding, which delimiter, and rows in which no stray quote swallowed others."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from core.importing.cells import MAX_CELL, Cell
from core.importing.files import UnreadableFile

DELIMITERS = ";,\t"
ENCODINGS = ("utf-8", "utf-16", "cp1252")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_SAMPLE = 50  # rows that decide about the delimiter
GUESSED = "Pengodean berkas ditebak (Windows-1252). Periksa huruf-hurufnya di pratinjau."
UNBALANCED = (
    "Ada tanda kutip yang tidak ditutup atau salah letak pada baris {row}. Perbaiki, lalu unggah lagi."
)
WIDE_CELL = "Sel pada baris {row} terlalu panjang; mungkin tanda kutipnya tidak ditutup."
# Any longer field is one in which a quote has swallowed the rest of the file.
csv.field_size_limit(20 * MAX_CELL)


def decoded(content: bytes, encoding: str | None = None) -> tuple[str, str, bool]:
    """The text, the encoding, and whether that was guessed; raises UnreadableFile."""
    if encoding is not None and encoding not in ENCODINGS:
        raise UnreadableFile("Pengodean ini tidak dikenal. Pilih UTF-8, UTF-16, atau Windows-1252.")
    if encoding is None:
        encoding = _encoding(content)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    if encoding == "utf-16" and not content.startswith(_UTF_16):
        codec = "utf-16-le" if content[1::2].count(0) >= content[0::2].count(0) else "utf-16-be"
    try:
        return content.decode(codec), encoding, encoding == "cp1252"
    except UnicodeDecodeError as error:
        raise UnreadableFile("Huruf-huruf berkas tidak terbaca. Simpan sebagai “CSV UTF-8”.") from error


def _encoding(content: bytes) -> str:
    head = content[:4096]
    if head.startswith(_UTF_16) or max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 4:
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def delimiter_of(text: str) -> str:
    """The one that cuts most of the first rows into the same number of cells, and into more than one."""
    hint = _HINT.match(text)
    if hint and hint[1] in DELIMITERS:
        return hint[1]
    return max(DELIMITERS, key=lambda delimiter: _regularity(text[: 1 << 18], delimiter))


def _regularity(text: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(row) for row in islice(rows, _SAMPLE))
    except csv.Error:
        return 0
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    """Number and cells of every row; an empty line counts, but a quoted line end makes no new row.

    A broken row refuses the file, and so does one in which a quote that was closed rows later by another
    mistake seems to have swallowed what stands between.
    """
    source = io.StringIO(text, newline="")
    hint = _HINT.match(text)
    number = 0
    if hint:
        source.readline()
        number = 1
    rows = csv.reader(source, delimiter=delimiter, strict=True)
    width = _usual_width(text, delimiter)
    try:
        for row in rows:
            number += 1
            if any("\n" in cell for cell in row) and _has_swallowed(row, delimiter, width):
                raise UnreadableFile(UNBALANCED.format(row=number))
            cells: list[Cell] = [*row]
            yield number, cells
    except csv.Error as error:
        message = WIDE_CELL if "field larger" in str(error) else UNBALANCED
        raise UnreadableFile(message.format(row=number + 1)) from error


def _has_swallowed(row: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell holds the end of one row and the beginning of another, by the count of delimiters."""
    if len(row) != width:
        return True
    for column, cell in enumerate(row):
        first, *middle, last = (
            [line.count(delimiter) for line in cell.split("\n")] if "\n" in cell else (-1, -1)
        )
        if first == width - 1 - column and last == column and all(count == width - 1 for count in middle):
            return width > 1
    return False


def _usual_width(text: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(text[: 1 << 18], newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(row) for row in islice(rows, _SAMPLE))
    except csv.Error:
        return 0
    return widths.most_common(1)[0][0] if widths else 0
