"""CSV, XLSX and ODS files, written so that no cell is a formula and nothing is lost.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; the import takes it off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from typing import IO, Any

from core.csv_cells import LIVE
from registry import table_files

_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def neutral(value: Any) -> str:
    """The text of a cell that no spreadsheet computes; a plain number stays as it is."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = _NOT_IN_XML.sub("", text)
    return f"'{text}" if text.startswith(LIVE) and not _NUMBER.fullmatch(text) else text


def typed(rows: Iterable[Iterable[Any]]) -> Iterator[list[int | str]]:
    """The rows with every cell harmless; whole numbers stay numbers."""
    for row in rows:
        yield [cell if type(cell) is int else neutral(cell) for cell in row]


class SafeCSV:
    """Semicolons and a byte order mark, as Excel in Indonesia expects."""

    CONTENT_TYPE = "text/csv"

    def write(self, out: IO[bytes], rows: Iterable[Iterable[Any]]) -> None:
        """The rows, headings first, one after the other: never all of them in memory."""
        text = TextIOWrapper(out, encoding="utf-8-sig", newline="")
        csv.writer(text, delimiter=";").writerows([neutral(cell) for cell in row] for row in rows)
        text.detach()


class SafeXLSX:
    """Nothing is computed; every cell but a whole number is text, so that a NIK keeps its digits."""

    CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, out: IO[bytes], rows: Iterable[Iterable[Any]]) -> None:
        table_files.write_xlsx(out, typed(rows))


class SafeODS:
    """As SafeXLSX, for LibreOffice."""

    CONTENT_TYPE = table_files.ODS_MEDIA_TYPE

    def write(self, out: IO[bytes], rows: Iterable[Iterable[Any]]) -> None:
        table_files.write_ods(out, typed(rows))


FORMATS: dict[str, type[SafeCSV | SafeXLSX | SafeODS]] = {"xlsx": SafeXLSX, "csv": SafeCSV, "ods": SafeODS}
FORMAT_CHOICES = [
    ("xlsx", "XLSX (Excel)"),
    ("csv", "CSV (titik koma, UTF-8)"),
    ("ods", "ODS (LibreOffice)"),
]
