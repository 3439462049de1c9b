"""Rows of cells as XLSX and ODS, written as they come: never more than one row in memory, nothing computed.

Both are a zip archive whose one long part is the sheet. Texts are typed as text, so that a NIK keeps its
digits when somebody edits it; whole numbers are numbers, so that a column adds up. The caller has made the
texts harmless (`registry.spreadsheets.neutral`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import IO, Any
from xml.sax.saxutils import escape

OFFERED_ROWS = 5_000  # of a sheet to fill in, those with lists to choose from
MAX_SHEET_ROWS = 1_048_576  # what Excel and LibreOffice can show
Row = Iterable[Any]

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Cell formats: 0 none, 1 text, 2 bold text, 3 whole number.
XLSX_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_SHEET}"><fonts count="2"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
XLSX_OPENING = (
    f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultColWidth="18" defaultRowHeight="15"/>'
)
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODS_MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_PARTS: Mapping[str, str] = {
    "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" '
    f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
}
ODS_OPENING = (
    f'{_HEAD}<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:table="{_ODF}:table:1.0" '
    f'xmlns:text="{_ODF}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    '<table:table table:name="UMKM"><table:table-column table:number-columns-repeated="60"/>'
)
ODS_CLOSING = "</table:table></office:spreadsheet></office:body></office:document-content>"

_PAIRS = [first + second for first in ascii_uppercase for second in ascii_uppercase]
_COLUMNS = [*ascii_uppercase, *_PAIRS, *(first + pair for first in "ABCD" for pair in _PAIRS)]
# What Excel would read as an escaped character: the underscore of `_x0041_` is escaped itself.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TEXT_COLUMNS = f'<cols><col min="1" max="{len(_COLUMNS)}" width="18" style="1" customWidth="1"/></cols>'
_BLANKS = re.compile(r"^ |(?<= ) ", re.MULTILINE)  # those that XML would drop


class TooManyRows(ValueError):
    """More rows than a sheet can hold; str() tells it, in Indonesian."""

    def __init__(self) -> None:
        super().__init__(
            "Terlalu banyak baris untuk satu lembar kerja; unduh sebagai CSV atau persempit filter."
        )


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, headings first. `offers`: number of a column to the cells its words are chosen from.

    A sheet `to_fill_in` takes what is typed as text, so that no program makes a date or a number of it.
    """

    name: str
    rows: Iterable[Row]
    offers: Mapping[int, str] = field(default_factory=dict)
    to_fill_in: bool = False


def write_xlsx(out: IO[bytes], rows: Iterable[Row]) -> None:
    """The rows, headings first; raises TooManyRows."""
    write_book(out, [Sheet("UMKM", rows)])


def write_book(out: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """One sheet after the other; raises TooManyRows."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _xlsx_parts([sheet.name for sheet in sheets]).items():
            archive.writestr(name, text)
        for number, one in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                part.write(XLSX_OPENING.encode())
                if one.to_fill_in:
                    part.write(_TEXT_COLUMNS.encode())
                part.write(b"<sheetData>")
                for row_number, row in _numbered(one.rows):
                    part.write(_xlsx_row(row_number, row).encode())
                part.write(f"</sheetData>{_offers(one.offers)}</worksheet>".encode())


def _xlsx_parts(names: Sequence[str]) -> dict[str, str]:
    """What stands around the sheets."""
    numbered = list(enumerate(names, start=1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number, _ in numbered
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in numbered
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in numbered
    )
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{types}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><bookViews><workbookView/>'
        f"</bookViews><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": XLSX_STYLES,
    }


def _offers(offers: Mapping[int, str]) -> str:
    """Lists to choose from; another word is let through, for the import to judge."""
    if not offers:
        return ""
    lists = "".join(
        '<dataValidation type="list" allowBlank="1" showErrorMessage="0" '
        f'sqref="{_COLUMNS[column]}2:{_COLUMNS[column]}{OFFERED_ROWS}"><formula1>{escape(cells)}</formula1>'
        "</dataValidation>"
        for column, cells in offers.items()
    )
    return f'<dataValidations count="{len(offers)}">{lists}</dataValidations>'


def write_ods(out: IO[bytes], rows: Iterable[Row]) -> None:
    """The rows, headings first; raises TooManyRows."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and not compressed: programs tell the kind of file by it.
        archive.writestr("mimetype", ODS_MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, text in ODS_PARTS.items():
            archive.writestr(name, text)
        with archive.open("content.xml", "w") as sheet:
            sheet.write(ODS_OPENING.encode())
            for _, row in _numbered(rows):
                sheet.write(_ods_row(row).encode())
            sheet.write(ODS_CLOSING.encode())


def _numbered(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    for number, row in enumerate(rows, start=1):
        if number > MAX_SHEET_ROWS:
            raise TooManyRows
        yield number, row


def _xlsx_row(number: int, row: Row) -> str:
    style = 2 if number == 1 else 1
    cells = []
    for column, cell in zip(_COLUMNS, row, strict=False):
        if type(cell) is int:
            cells.append(f'<c r="{column}{number}" s="3"><v>{cell}</v></c>')
        elif cell != "":
            text = _LOOKS_ESCAPED.sub("_x005F_", escape(cell))
            cells.append(
                f'<c r="{column}{number}" s="{style}" t="inlineStr">'
                f'<is><t xml:space="preserve">{text}</t></is></c>'
            )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _ods_row(row: Row) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(cell: Any) -> str:
    if type(cell) is int:
        value = f'office:value-type="float" office:value="{cell}"'
        return f"<table:table-cell {value}><text:p>{cell}</text:p></table:table-cell>"
    if cell == "":
        return "<table:table-cell/>"
    lines = _BLANKS.sub("<text:s/>", escape(cell)).replace("\t", "<text:tab/>").split("\n")
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
