"""Spreadsheets written part by part, the bad ones too, which no library would write."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ("NIK", "Nama usaha", "Kelurahan")
DATA = ("0000000000000001", "Warung Ibu", "Jati")

CONTENT_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>"""
ROOT_LINKS = f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="r" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""


def cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, texts: Sequence[str], attributes: str = "") -> str:
    cells = "".join(cell(f"{chr(65 + place)}{number}", text) for place, text in enumerate(texts) if text)
    return f'<row r="{number}" {attributes}>{cells}</row>'


def table(*rows: Sequence[str]) -> str:
    return "".join(row(number, texts) for number, texts in enumerate(rows, start=1))


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsx(
    path: Path,
    *sheets: str,
    states: Sequence[str] = (),
    more: Mapping[str, str | bytes] | None = None,
    settings: str = "",
) -> Path:
    """A workbook with these sheets, given as XML; `more` adds or replaces members."""
    numbers = range(1, len(sheets) + 1)
    state = dict(enumerate(states, start=1))
    names = "".join(
        f'<sheet name="Lembar {n}" sheetId="{n}" state="{state.get(n, "visible")}" r:id="s{n}"/>'
        for n in numbers
    )
    links = "".join(
        f'<Relationship Id="s{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_LINKS,
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{settings}<sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": content for n, content in zip(numbers, sheets, strict=True)},
        **(more or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


ODS_START = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' office:version="1.2"><office:body><office:spreadsheet>'
)
ODS_END = "</office:spreadsheet></office:body></office:document-content>"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods_row(*texts: str, attributes: str = "") -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def ods(path: Path, rows: str, *, encrypted: bool = False) -> Path:
    lock = '<manifest:encryption-data manifest:checksum="x"/>' if encrypted else ""
    manifest = f"""<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{lock}</manifest:file-entry>
</manifest:manifest>"""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", manifest)
        content = f'{ODS_START}<table:table table:name="UMKM">{rows}</table:table>{ODS_END}'
        archive.writestr("content.xml", content)
    return path


GOOD = sheet(table(HEADER, DATA))
CSV_HEAD = b"NIK;Nama usaha;Kelurahan\n"
ROW_OF_ODS = ods_row(*HEADER) + ods_row(*DATA)


def text(content: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def workbook(*sheets: str, **options: Any) -> Callable[[Path], Path]:
    return lambda path: xlsx(path, *sheets, **options)


def with_member(name: str, content: str = "x") -> Callable[[Path], Path]:
    return workbook(GOOD, more={name: content})
