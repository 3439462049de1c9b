"""What calamine does not tell of an XLSX sheet: errors, formulas without a result, merged cells, hidden rows.

One pass over the XML of the sheet with cheap searches; only rows that hold one of these are looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from posixpath import join, normpath
from xml.etree import ElementTree

from core.importing.archives import BROKEN, Archive
from core.importing.files import UnreadableFile
from core.importing.sheets import MAX_BLANK_ROWS, MAX_COLUMNS, Merge, Scan, column_number

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b((?:\s[^>]*?)?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]+)")
_NUMBER = re.compile(rb"""\br=["']([0-9]+)""")
_ADDRESS = re.compile(rb"""\br=["']([A-Z]+)([0-9]+)""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref=["']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)""")
_EXTERNAL = ("xl/externalLinks/", "xl/connections", "xl/queryTables/")


def sheet_part(archive: Archive, sheet: str) -> str:
    """The member with the XML of a sheet."""
    try:
        book = ElementTree.fromstring(archive.text("xl/workbook.xml"))  # noqa: S314 - without DTD: Archive refuses it
        links = ElementTree.fromstring(archive.text("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except ElementTree.ParseError as error:
        raise UnreadableFile(BROKEN) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            link = next((value for name, value in element.items() if name.endswith("}id")), "")
            target = targets.get(link, "")
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            if part in archive.names:
                return part
    raise UnreadableFile(BROKEN)


def follows_links(archive: Archive) -> bool:
    """Whether the workbook wants data from elsewhere, which is never fetched."""
    return any(name.startswith(_EXTERNAL) for name in archive.names)


def scan(archive: Archive, part: str) -> Scan:
    found = Scan()
    number, end = 0, b""
    for start, content in _rows(archive, part):
        if start is None:
            end = content
            continue
        match = _NUMBER.search(start)
        number = int(match[1]) if match else number + 1
        _scan_row(found, number, start, content)
    for first_column, first_row, last_column, last_row in _MERGE.findall(end):
        corners = f"{first_column.decode()}{int(first_row)}:{last_column.decode()}{int(last_row)}"
        columns = column_number(first_column), column_number(last_column)
        found.merges.append(Merge(int(first_row), int(last_row), *columns, corners))
    return found


def _rows(archive: Archive, part: str) -> Iterator[tuple[bytes | None, bytes]]:
    """The attributes and the content of each row; at the end None and what follows the rows."""
    rest = b""
    for chunk in archive.stream(part):
        rest += chunk
        starts = list(_ROW.finditer(rest))
        for this, following in pairwise(starts):
            yield this[1], rest[this.end() : following.start()]
        if starts:
            rest = rest[starts[-1].start() :]
    start = _ROW.match(rest)
    if start is None:
        yield None, rest
        return
    content, tag, end = rest[start.end() :].partition(b"sheetData>")
    yield start[1], content
    yield None, end if tag else b""


def _scan_row(found: Scan, number: int, start: bytes, content: bytes) -> None:
    if b"hidden" in start and _HIDDEN.search(start):
        found.hidden.append(number)
    has_formula = (b"<f" in content or b":f" in content) and _FORMULA.search(content) is not None
    if not has_formula and ((b"v>" not in content and b"t>" not in content) or not _VALUE.search(content)):
        return
    if number - found.last_row > MAX_BLANK_ROWS + 1:
        found.far = found.far or f"baris {number}"
        return
    found.last_row = number
    last_cell = _ADDRESS.search(content, max(content.rfind(b" r="), 0))
    if last_cell and len(last_cell[1]) > 1 and column_number(last_cell[1]) > MAX_COLUMNS:
        _scan_far(found, content)
    if has_formula or ((b't="e"' in content or b"t='e'" in content) and _ERROR.search(content)):
        _scan_cells(found, number, content)


def _scan_far(found: Scan, content: bytes) -> None:
    for attributes, inner in _CELL.findall(content):
        address = _ADDRESS.search(attributes)
        if address and column_number(address[1]) > MAX_COLUMNS and _VALUE.search(inner):
            found.far = found.far or f"sel {(address[1] + address[2]).decode()}"
            return


def _scan_cells(found: Scan, number: int, content: bytes) -> None:
    column = 0
    for attributes, inner in _CELL.findall(content):
        address = _ADDRESS.search(attributes)
        column = column_number(address[1]) if address else column + 1
        value = _VALUE.search(inner)
        if _ERROR.search(attributes):
            name = unescape(value[1].decode("utf-8", "replace")) if value else "#N/A"
            found.marks.setdefault(number, {})[column] = ("e", name)
        elif _FORMULA.search(inner) and value is None and b't="str"' not in attributes:
            found.marks.setdefault(number, {})[column] = ("f", "")
