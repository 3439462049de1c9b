"""CSV and XLSX files: written so that no cell is a formula, read within limits, lossless both ways.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; reading takes it off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO, TextIOWrapper
from typing import IO, Any

import openpyxl
import tablib
from import_export.formats import base_formats

from core.importing.archives import Archive
from core.importing.files import UnreadableFile
from registry import table_files

MAX_ROWS = 1_000
MAX_COLUMNS = 60
MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_BLANK_ROWS = 200
MAX_CELL = 5_000
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIVE = tuple("=+-@\t\r\n\0＝＋－＠'")


def neutral(value: Any) -> str:
    """The text of a cell that no spreadsheet computes; a plain number stays as it is."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = _NOT_IN_XML.sub("", text)
    return f"'{text}" if text.startswith(_LIVE) and not _NUMBER.fullmatch(text) else text


def typed(rows: Iterable[Iterable[Any]]) -> Iterator[list[int | str]]:
    """The rows with every cell harmless; whole numbers stay numbers."""
    for row in rows:
        yield [cell if type(cell) is int else neutral(cell) for cell in row]


def restored(text: str) -> str:
    """The text before `neutral`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_LIVE) else text


class SafeCSV(base_formats.CSV):  # type: ignore[misc]  # import-export has no types
    """Semicolons and a byte order mark, as Excel in Indonesia expects; reads commas and tabs too."""

    def write(self, out: IO[bytes], rows: Iterable[Iterable[Any]]) -> None:
        """The rows, headings first, one after the other: never all of them in memory."""
        text = TextIOWrapper(out, encoding="utf-8-sig", newline="")
        csv.writer(text, delimiter=";").writerows([neutral(cell) for cell in row] for row in rows)
        text.detach()

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        out = BytesIO()
        self.write(out, [dataset.headers, *dataset])
        return out.getvalue()

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        text = _decoded(in_stream)
        first_line = text.partition("\n")[0]
        delimiter = max(";,\t", key=first_line.count)
        try:
            rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise UnreadableFile("Berkas CSV rusak: periksa tanda kutip yang tidak ditutup.") from error
        return _dataset(rows)


class SafeXLSX(base_formats.XLSX):  # type: ignore[misc]
    """Nothing is computed; every cell but a whole number is text, so that a NIK keeps its digits."""

    def write(self, out: IO[bytes], rows: Iterable[Iterable[Any]]) -> None:
        table_files.write_xlsx(out, typed(rows))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        out = BytesIO()
        self.write(out, [dataset.headers, *dataset])
        return out.getvalue()

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        Archive(BytesIO(in_stream))  # refuses what would swell, hide macros or declare entities
        try:
            book = openpyxl.load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
            sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
            if sheet is None:
                raise UnreadableFile("Berkas tidak memiliki lembar kerja yang terlihat.")
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
            return _dataset([[_cell_text(cell) for cell in row] for row in _until_blank(rows)])
        except UnreadableFile:
            raise
        except Exception as error:  # whatever a damaged file makes the reader raise
            raise UnreadableFile("Berkas XLSX rusak atau tidak dapat dibaca.") from error


class SafeODS(base_formats.ODS):  # type: ignore[misc]
    """As SafeXLSX, for LibreOffice; only written here."""

    def write(self, out: IO[bytes], rows: Iterable[Iterable[Any]]) -> None:
        table_files.write_ods(out, typed(rows))


FORMATS: dict[str, type[SafeCSV | SafeXLSX | SafeODS]] = {"xlsx": SafeXLSX, "csv": SafeCSV, "ods": SafeODS}
FORMAT_CHOICES = [
    ("xlsx", "XLSX (Excel)"),
    ("csv", "CSV (titik koma, UTF-8)"),
    ("ods", "ODS (LibreOffice)"),
]


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile("Simpan berkas sebagai “CSV UTF-8”, lalu unggah lagi.") from error
    if "\0" in text:
        raise UnreadableFile("Berkas ini bukan CSV: memuat karakter NUL.")
    return text


def _until_blank(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    blank = 0
    for row in rows:
        blank = 0 if any(cell is not None for cell in row) else blank + 1
        if blank > MAX_BLANK_ROWS:
            return
        yield row


def _cell_text(cell: Any) -> str:
    """As a person would have typed it; digits a number format has lost stay visibly lost."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Ya" if cell else "Tidak"
    if isinstance(cell, (date, datetime)):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    if isinstance(cell, int) and abs(cell) >= 10**15:
        return f"{cell:.5E}"
    return str(cell)


def _dataset(rows: list[list[str]]) -> tablib.Dataset:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        raise UnreadableFile(
            "Berkas kosong: perlu satu baris judul kolom dan paling sedikit satu baris data."
        )
    if len(filled) - 1 > MAX_ROWS:
        raise UnreadableFile(
            "Paling banyak 1.000 baris sekali impor. Bagi berkasnya, lalu impor satu per satu."
        )
    width = max(index for index, head in enumerate(filled[0], start=1) if head.strip()) if filled else 0
    headers = [restored(head).strip() for head in filled[0][:width]]
    twice = {head for head in headers if headers.count(head) > 1}
    if twice:
        raise UnreadableFile(f"Judul kolom muncul dua kali: {', '.join(sorted(twice))}.")
    dataset = tablib.Dataset(headers=headers)
    for row in filled[1:]:
        if any(len(cell) > MAX_CELL for cell in row):
            raise UnreadableFile(f"Ada sel yang lebih panjang dari {MAX_CELL} karakter; periksa tanda kutip.")
        if any(cell.strip() for cell in row[width:]):
            raise UnreadableFile("Ada baris dengan lebih banyak sel daripada judul kolom.")
        dataset.append([restored(cell) for cell in (row + [""] * width)[:width]])
    return dataset
