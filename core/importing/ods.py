"""What calamine does not tell of an ODS sheet: errors, formulas without a result, merged cells, hidden rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from core.importing.archives import Archive
from core.importing.cells import ERROR_WORDS
from core.importing.sheets import MAX_BLANK_ROWS, MAX_COLUMNS, MAX_ROWS, Merge, Scan, column_letters

_OPENING = re.compile(rb"<table:table(-row)?(?=[\s/>])([^>]*)>")
_ROW_END = b"</table:table-row>"
_NAME = re.compile(rb"""\btable:name=["']([^"']*)["']""")
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)", re.DOTALL
)
_REPEATED_ROWS = re.compile(rb"""\btable:number-rows-repeated=["']([0-9]{1,9})""")
_REPEATED = re.compile(rb"""\btable:number-columns-repeated=["']([0-9]{1,9})""")
_LONG_REPETITION = re.compile(rb"""number-columns-repeated=["'][0-9]{2,}""")
_SPAN = re.compile(rb"""\btable:number-(columns|rows)-spanned=["']([0-9]{1,7})""")
_HIDDEN = re.compile(rb"""\btable:visibility=["'](?:collapse|filter)""")
_TEXT = re.compile(rb"<text:p\b[^>]*>(.*?)</text:p>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
LOCKED = b"manifest:encryption-data"


def scan(archive: Archive) -> dict[str, Scan]:
    """Of every sheet, by its name: calamine opens them all at once."""
    found: dict[str, Scan] = {}
    current, number, rest = Scan(), 1, b""
    for chunk in archive.stream("content.xml"):
        rest += chunk
        done = 0
        for opening in _OPENING.finditer(rest):
            is_row, attributes = opening.groups()
            if not is_row:
                name = _NAME.search(attributes)
                current, number = Scan(), 1
                found[unescape(name[1].decode("utf-8", "replace")) if name else ""] = current
            elif not attributes.endswith(b"/"):
                end = rest.find(_ROW_END, opening.end())
                if end < 0:
                    break
                number += _scan_rows(current, number, attributes, rest[opening.end() : end])
            else:
                number += _scan_rows(current, number, attributes, b"")
            done = opening.end()
        rest = rest[done:]
    for sheet in found.values():
        sheet.hidden = [row for row in sheet.hidden if row <= sheet.last_row]
    return found


def _scan_rows(found: Scan, number: int, attributes: bytes, inner: bytes) -> int:
    """One element, which may stand for many rows; how many."""
    repeated = _repeats(_REPEATED_ROWS, attributes)
    if b"office:value" in inner or b"<text:p" in inner or b"table:formula" in inner:
        _scan_row(found, number, repeated, inner)
    if b"table:visibility" in attributes and number <= MAX_ROWS and _HIDDEN.search(attributes):
        found.hidden += range(number, min(number + repeated, MAX_ROWS + 1))
    return repeated


def _repeats(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    match = pattern.search(attributes)
    return int(match[1]) if match else 1


def _scan_row(found: Scan, number: int, repeated: int, inner: bytes) -> None:
    if number - found.last_row > MAX_BLANK_ROWS + 1:
        found.far = found.far or f"baris {number}"
        return
    found.last_row = number + repeated - 1
    if repeated > 1 and found.last_row > MAX_ROWS:
        found.far = found.far or f"baris {number}"
        return
    if b"table:formula" not in inner and b"-spanned=" not in inner and not _may_be_wide(inner):
        return
    for column, attributes, content in _cells(inner):
        width = _repeats(_REPEATED, attributes)
        if column + width - 1 > MAX_COLUMNS and (b"office:value" in attributes or content.strip()):
            found.far = found.far or f"sel {column_letters(column)}{number}"
            return
        _mark(found, number, column, attributes, content)
        _note_merge(found, number, column, attributes)


def _may_be_wide(inner: bytes) -> bool:
    """Whether cells that hold something can stand right of MAX_COLUMNS: many, or after a long repetition."""
    last = inner.find(b">", inner.rfind(b"office:value-type"))
    return inner.count(b"<table:") > MAX_COLUMNS or _LONG_REPETITION.search(inner, 0, last) is not None


def _cells(inner: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    column = 1
    for attributes, content in _CELL.findall(inner):
        yield column, attributes, content
        column += _repeats(_REPEATED, attributes)


def _mark(found: Scan, number: int, column: int, attributes: bytes, content: bytes) -> None:
    if b"table:formula" not in attributes:
        return
    text = _TEXT.search(content)
    shown = unescape(_TAG.sub(b"", text[1]).decode("utf-8", "replace")) if text else ""
    is_error = b'calcext:value-type="error"' in attributes or shown in ERROR_WORDS or shown.startswith("Err:")
    if is_error:
        found.marks.setdefault(number, {})[column] = ("e", shown or "#N/A")
    elif b"office:value-type" not in attributes and not shown:
        found.marks.setdefault(number, {})[column] = ("f", "")


def _note_merge(found: Scan, number: int, column: int, attributes: bytes) -> None:
    spans = {word: int(count) for word, count in _SPAN.findall(attributes)}
    wide, high = spans.get(b"columns", 1), spans.get(b"rows", 1)
    if wide > 1 or high > 1:
        last_column, last_row = column + wide - 1, number + high - 1
        address = f"{column_letters(column)}{number}:{column_letters(last_column)}{last_row}"
        found.merges.append(Merge(number, last_row, column, last_column, address))
