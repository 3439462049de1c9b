"""A table is read row by row, whatever program wrote the file."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from core.importing.cells import text_of
from core.importing.files import UnreadableFile
from core.importing.reading import open_table

HEADER = ["NIK", "Nama usaha", "Omzet", "Berdiri"]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "UMKM"
    book.active.append(["Daftar UMKM"])
    book.active.append([])
    book.active.append(HEADER)
    book.active.append(["0000000000000001", "Warung Ibu", 1_500_000.5, datetime.date(2021, 3, 21)])
    book.active.append([])
    book.active.append(["0000000000000002", "Batik", True, None])
    book.create_sheet("Lain").append(HEADER)
    book["Lain"].append(["a", "b", "c", "d"])
    path = tmp_path / "berkas"
    book.save(path)
    return path


def test_a_workbook_is_read_with_its_kinds_of_cells(workbook: Path) -> None:
    with open_table(workbook) as table:
        rows = [
            (number, [cell if isinstance(cell, str) else tuple(cell) for cell in cells])
            for number, cells in table
        ]

    assert table.header == tuple(HEADER)
    assert table.meta.header_row == 3
    assert [sheet.name for sheet in table.meta.sheets] == ["UMKM", "Lain"]
    assert rows == [
        (4, ["0000000000000001", "Warung Ibu", ("n", "1500000,5"), ("d", "21/03/2021")]),
        (6, ["0000000000000002", "Batik", ("b", "Ya"), ""]),
    ]


def test_another_sheet_and_another_heading_row_are_read_when_they_are_asked_for(workbook: Path) -> None:
    with open_table(workbook, sheet="Lain") as table:
        assert [[text_of(cell) for cell in cells] for _, cells in table] == [["a", "b", "c", "d"]]
    with open_table(workbook, header_row=4) as table:
        assert table.header[:2] == ("0000000000000001", "Warung Ibu")
    with pytest.raises(UnreadableFile, match="Lembar kerja yang dipilih tidak ada"):
        open_table(workbook, sheet="Entah")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_with_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [HEADER, ["0000000000000001", "Café Bu Sri", "1500000", ""]]
    path = tmp_path / "berkas"
    path.write_text("".join(f"{delimiter.join(line)}\r\n" for line in lines), encoding=encoding, newline="")

    with open_table(path) as table:
        rows = list(table)

    assert table.header == tuple(HEADER)
    assert rows == [(2, lines[1])]
    assert (table.meta.delimiter, table.meta.encoding) == (delimiter, encoding.removesuffix("-sig"))
