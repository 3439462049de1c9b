"""Every bad file of the catalogue, by its number: refused with a sentence that helps, or read for what it is."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.importing.files import UnreadableFile
from core.importing.reading import open_table
from tests.core.importing.making import (
    CSV_HEAD,
    DATA,
    GOOD,
    HEADER,
    ROW_OF_ODS,
    cell,
    ods,
    ods_row,
    sheet,
    table,
    text,
    with_member,
    workbook,
    xlsx,
)

MEGABYTE = 1 << 20


def bomb(path: Path) -> Path:
    """400 kB that become 400 MB."""
    archiving = zipfile.ZipFile(xlsx(path, GOOD), "a", zipfile.ZIP_DEFLATED)
    with archiving as archive, archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as part:
        for _ in range(400):
            part.write(b" " * MEGABYTE)
    return path


def lying_bomb(path: Path) -> Path:
    """A sheet of 80 MB whose size, in both directories of the archive, is said to be 100 bytes."""
    xlsx(path, sheet(" " * 80 * MEGABYTE))
    content = path.read_bytes()
    size = struct.pack("<I", len(sheet(" " * 80 * MEGABYTE)))
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<I", 100)))
    return path


def declared(text: str) -> Callable[[Path], Path]:
    return workbook(GOOD, more={"xl/sharedStrings.xml": f'<?xml version="1.0"?>\n{text}<sst>&a;</sst>'})


def cut_short(path: Path) -> Path:
    content = xlsx(path, sheet(table(HEADER, *[DATA] * 500))).read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    return path


def encrypted_member(path: Path) -> Path:
    content = bytearray(xlsx(path, GOOD).read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(bytes(content))
    return path


def many_columns(count: int) -> str:
    return ";".join(f"kolom {number}" for number in range(count))


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
LOCKED_OLE = OLE + "EncryptedPackage".encode("utf-16-le")
MERGE = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'

REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "1 zip bomb": (bomb, "terlalu besar setelah dibuka"),
    "1 one byte too many": (workbook(sheet(" " * 60 * MEGABYTE)), "terlalu besar setelah dibuka"),
    "2 lying sizes": (lying_bomb, "terlalu besar setelah dibuka"),
    "3 many members": (workbook(GOOD, more={f"m{n}.xml": "" for n in range(300)}), "terlalu banyak bagian"),
    "4 external entity": (
        declared('<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "deklarasi XML",
    ),
    "5 billion laughs": (declared(LAUGHS), "deklarasi XML"),
    "4 in a part of another name": (with_member("xl/data.bin", '<!DOCTYPE l SYSTEM "x">'), "deklarasi XML"),
    "5 declaration in UTF-16": (
        workbook(GOOD, more={"xl/sharedStrings.xml": LAUGHS.encode("utf-16")}),
        "pengodean yang tidak diterima",
    ),
    "5 declaration across two blocks": (
        declared(" " * (MEGABYTE - 30) + LAUGHS),
        "deklarasi XML",
    ),
    "7 a cell at the end of the world": (
        workbook(sheet(table(HEADER, DATA) + f'<row r="1048576">{cell("XFD1048576", "x")}</row>')),
        "jauh di luar tabel, yaitu pada baris 1048576",
    ),
    "7 a cell far to the right": (
        workbook(sheet(table(HEADER) + f'<row r="2">{cell("A2", "x")}{cell("XFD2", "x")}</row>')),
        "jauh di luar tabel, yaitu pada sel XFD2",
    ),
    "7 the same in ODS": (
        lambda path: ods(
            path,
            ROW_OF_ODS
            + '<table:table-row table:number-rows-repeated="1000000"/>'
            + '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
            + '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
        ),
        "jauh di luar tabel, yaitu pada baris 1000003",
    ),
    "7 one cell for a million rows in ODS": (
        lambda path: ods(path, ROW_OF_ODS + ods_row("x", attributes='table:number-rows-repeated="1000000"')),
        "jauh di luar tabel",
    ),
    "8 path traversal": (with_member("../../evil.xml"), "mencurigakan"),
    "8 absolute path": (with_member("/etc/evil.xml"), "mencurigakan"),
    "9 macros": (with_member("xl/vbaProject.bin"), "makro"),
    "9 macros of ODS": (with_member("Basic/Standard/Module1.xml"), "makro"),
    "11 old xls": (text(OLE), "Excel lama"),
    "11 locked xlsx": (text(LOCKED_OLE), "terkunci kata sandi"),
    "11 locked zip": (encrypted_member, "terkunci kata sandi"),
    "11 locked ods": (lambda path: ods(path, ROW_OF_ODS, encrypted=True), "terkunci kata sandi"),
    "11 xlsb": (with_member("xl/workbook.bin"), "xlsb"),
    "12 web page": (text(b"<html><table><tr><td>NIK</td></tr></table></html>"), "halaman web"),
    "12 PDF": (text(b"%PDF-1.7\n..."), "PDF, bukan lembar kerja"),
    "12 anything else": (text(bytes(range(32)) * 40), "bukan XLSX, ODS, atau CSV"),
    "13 empty file": (text(b""), "Berkas kosong"),
    "13 blank lines": (text(b"\n\n\n"), "Berkas kosong"),
    "13 headings only": (text(CSV_HEAD), "Berkas kosong"),
    "13 no cell": (workbook(sheet("")), "Berkas kosong"),
    "13 no sheet": (workbook(), "tidak memiliki lembar kerja yang terlihat"),
    "13 only a hidden sheet": (
        workbook(GOOD, states=["hidden"]),
        "tidak memiliki lembar kerja yang terlihat",
    ),
    "14 cut short": (cut_short, "rusak atau terpotong"),
    "14 an archive of something else": (workbook(more={"xl/workbook.xml": "<a"}), "rusak atau terpotong"),
    "15 more than 20 MB": (text(CSV_HEAD + b"x;y;z\n" * 4 * MEGABYTE), "lebih besar dari 20 MB"),
    "16 too many rows": (text(CSV_HEAD + b"1;a;b\n" * 200_100), "lebih panjang dari 200.000 baris"),
    "16 too many rows of a workbook": (
        workbook(sheet("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 200_102)))),
        "lebih panjang dari 200.000 baris",
    ),
    "16 too many columns": (
        text(f"{many_columns(61)}\n{many_columns(61)}\n".encode()),
        "lebih lebar dari 60",
    ),
    "18 half a UTF-16": (text("NIK;Nama\n1;2\n".encode("utf-16")[:-1]), "Huruf-huruf berkas tidak terbaca"),
    "19 neither UTF-8 nor Windows": (text(CSV_HEAD + b"1;\x81\x8d;x\n"), "Huruf-huruf berkas tidak terbaca"),
    "23 a quote never closed": (text(CSV_HEAD + b'1;"Warung;Jati\n2;Toko;Jati\n'), "tidak ditutup.* baris 2"),
    "23 a quote closed a row later": (
        text(CSV_HEAD + b'1;"Warung;Jati\n2;Toko";Jati\n3;Kios;Jati\n' * 3),
        "tidak ditutup.* baris 2",
    ),
    "23 a quote in the middle": (text(CSV_HEAD + b'1;"Warung" Ibu;Jati\n'), "tidak ditutup.* baris 2"),
    "24 a cell as long as a book": (
        text(CSV_HEAD + b'1;"' + b"x" * 140_000 + b'";Jati\n'),
        "terlalu panjang",
    ),
    "32 two headings alike": (
        text(b"Nama;NIK;nama *\na;b;c\n"),
        "“nama \\*” muncul dua kali, pada kolom A dan C",
    ),
    "35 no headings near the top": (text(b"\n" * 25 + CSV_HEAD + b"1;a;b\n"), "Judul kolom tidak ditemukan"),
    "36 merged cells in the data": (
        workbook(sheet(table(HEADER, DATA, DATA), after=MERGE)),
        "sel gabungan pada A2:A3",
    ),
    "36 merged cells of ODS": (
        lambda path: ods(
            path,
            ods_row(*HEADER)
            + '<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2">'
            + "<text:p>x</text:p></table:table-cell><table:covered-table-cell/></table:table-row>",
        ),
        "sel gabungan pada A2:B2",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_file_is_refused_with_a_sentence(
    tmp_path: Path, make: Callable[[Path], Path], message: str
) -> None:
    path = make(tmp_path / "berkas")

    with pytest.raises(UnreadableFile, match=message), open_table(path) as opened:
        list(opened)
