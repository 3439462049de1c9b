"""Odd files of the catalogue, by their number, that are read for what they are; what their cells are."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.importing.cells import Cell, refusal, text_of
from core.importing.files import UnreadableFile, shown_name
from core.importing.headers import folded
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
    row,
    sheet,
    table,
    text,
    with_member,
    workbook,
    xlsx,
)


def kind_of(cell: Cell) -> str:
    return "" if isinstance(cell, str) else cell[0]


def rows(path: Path, **options: str) -> list[list[str]]:
    with open_table(path, **options) as opened:
        return [[text_of(cell) for cell in cells] for _, cells in opened]


def blank_rows(count: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(4, count + 4))


HALF_A_MILLION = '<dimension ref="A1:XFD1048576"/>'
SAID_TWICE = table(HEADER, DATA, HEADER, DATA)

READ: dict[str, Callable[[Path], Path]] = {
    "6 a million blank rows": workbook(
        sheet(table(HEADER, DATA) + blank_rows(400_000), before=HALF_A_MILLION)
    ),
    "6 blank rows of ODS": lambda path: ods(
        path,
        ROW_OF_ODS
        + '<table:table-row table:number-rows-repeated="1048574">'
        + '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    ),
    "17 byte order mark": text(b"\xef\xbb\xbf" + CSV_HEAD + ";".join(DATA).encode()),
    "18 UTF-16": text((CSV_HEAD.decode() + ";".join(DATA)).encode("utf-16")),
    "18 UTF-16 without its mark": text((CSV_HEAD.decode() + ";".join(DATA)).encode("utf-16-le")),
    "18 UTF-16 the other way": text((CSV_HEAD.decode() + ";".join(DATA)).encode("utf-16-be")),
    "21 semicolons with commas inside": text(CSV_HEAD + b"0000000000000001;Warung Ibu;Jati\n"),
    "21 the hint of Excel": text(b"sep=;\r\n" + CSV_HEAD + ";".join(DATA).encode()),
    "22 only carriage returns": text((";".join(HEADER) + "\r" + ";".join(DATA) + "\r").encode()),
    "22 mixed line ends": text((";".join(HEADER) + "\r\n" + ";".join(DATA) + "\n").encode()),
    "35 titles above": workbook(sheet(table(["DAFTAR UMKM"], [], ["Tahun 2026"], HEADER, DATA))),
    "37 a row of totals": workbook(sheet(table(HEADER, DATA, ["JUMLAH", "", "1"]))),
    "37 the numbers of the columns": workbook(sheet(table(HEADER, ["(1)", "(2)", "(3)"], DATA))),
    "37 headings of the next page": workbook(sheet(table(HEADER, HEADER, DATA))),
    "37 a second table": workbook(
        sheet(table(HEADER, DATA, [], ["NIK", "Nama usaha", "Omzet"], ["2", "b", "c"]))
    ),
    "37 another table after a gap": workbook(
        sheet(table(HEADER, DATA, [], [], ["Merek", "Jenis", "Isi"], ["x"]))
    ),
}


@pytest.mark.parametrize("make", READ.values(), ids=READ.keys())
def test_an_odd_file_is_read_for_what_it_is(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "berkas")

    with open_table(path) as opened:
        assert opened.header == HEADER
        assert [[text_of(cell) for cell in cells] for _, cells in opened] == [list(DATA)]


def warnings(path: Path) -> list[str]:
    with open_table(path) as opened:
        list(opened)
        return opened.warnings


WARNED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "10 links to elsewhere": (with_member("xl/externalLinks/externalLink1.xml", "<a/>"), "diabaikan"),
    "10 a data connection": (with_member("xl/connections.xml", "<a/>"), "diabaikan"),
    "19 Windows-1252": (text(CSV_HEAD + b"1;Caf\xe9;Jati\n"), "Windows-1252"),
    "20 letters broken before": (text(CSV_HEAD + "1;CafÃ©;Jati\n".encode()), "sudah rusak"),
    "20 the same in a workbook": (workbook(sheet(table(HEADER, ["1", "CafÃ©", "x"]))), "sudah rusak"),
    "37 a row of totals": (
        workbook(sheet(table(HEADER, DATA, ["Total", "", "1"]))),
        "Baris 3 tampak seperti baris jumlah",
    ),
    "37 headings of the next page": (workbook(sheet(SAID_TWICE)), "Baris 3 mengulang judul"),
    "37 another table": (
        workbook(sheet(table(HEADER, DATA, [], [], ["Merek", "Jenis", "Isi"], ["x"]))),
        "Mulai baris 5 tampak tabel lain",
    ),
}


@pytest.mark.parametrize(("make", "message"), WARNED.values(), ids=WARNED.keys())
def test_what_the_preview_must_say_is_said(
    tmp_path: Path, make: Callable[[Path], Path], message: str
) -> None:
    assert [said for said in warnings(make(tmp_path / "berkas")) if message in said]


def test_a_good_file_gives_no_warning(tmp_path: Path) -> None:
    assert warnings(xlsx(tmp_path / "berkas", GOOD)) == []


def test_11_12_28_the_content_decides_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    named_csv = xlsx(tmp_path / "berkas.csv", GOOD)
    assert rows(named_csv, name="berkas.csv") == [list(DATA)]

    path = tmp_path / "berkas.xlsx"
    path.write_bytes(CSV_HEAD + b"1;a;b\n")
    with pytest.raises(UnreadableFile, match=r"bernama \.xlsx, tetapi isinya teks biasa"):
        open_table(path, name="Daftar.XLSX")


def test_19_the_person_may_choose_the_encoding_and_the_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "berkas"
    path.write_bytes(b"nama,kota;lain\nCaf\xe9,a;b\n")

    with open_table(path, encoding="cp1252", delimiter=",") as opened:
        assert opened.header == ("nama", "kota;lain")
        assert [cells for _, cells in opened] == [["Café", "a;b"]]
    with pytest.raises(UnreadableFile, match="Pengodean ini tidak dikenal"):
        open_table(path, encoding="rot13")
    with pytest.raises(UnreadableFile, match="Pemisah kolom"):
        open_table(path, delimiter="|")


def test_25_a_cell_with_nul_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "berkas"
    path.write_bytes(CSV_HEAD + b"1;War\0ung;Jati\n2;Toko;Jati\n")

    with open_table(path) as opened:
        (_, broken), (_, good) = opened

    assert [refusal(cell) for cell in broken] == [None, "Isi sel memuat karakter NUL.", None]
    assert text_of(broken[1]) == ""
    assert good == ["2", "Toko", "Jati"]


def test_24_an_overlong_cell_of_a_workbook_is_refused_alone(tmp_path: Path) -> None:
    with open_table(xlsx(tmp_path / "berkas", sheet(table(HEADER, ["1", "x" * 6_000, "a"])))) as opened:
        ((_, cells),) = opened

    assert refusal(cells[1]) == "Isi sel lebih panjang dari 5.000 karakter; periksa tanda kutip."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/Daftar.xlsx", "Daftar.xlsx"),
        ("C:\\Data\\Daftar.xlsx", "Daftar.xlsx"),
        ("Daftar\u202excod.xlsx", "Daftarxcod.xlsx"),
        ("a\nb.xlsx", "ab.xlsx"),
        ("a.xlsx.exe", "a.xlsx.exe"),
        ("x" * 300 + ".xlsx", "x" * 94 + "….xlsx"),
        ("\u200b", "tanpa nama"),
    ],
)
def test_27_a_name_is_made_fit_to_be_shown(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    assert len(shown) <= 100


def test_33_columns_nobody_knows_are_read_too(tmp_path: Path) -> None:
    with open_table(
        xlsx(tmp_path / "berkas", sheet(table([*HEADER, "", "Hobi"], [*DATA, "x", "Memancing"])))
    ) as opened:
        assert opened.header == (*HEADER, "", "Hobi")
        assert [cells for _, cells in opened] == [[*DATA, "x", "Memancing"]]


@pytest.mark.parametrize("heading", ["No. KTP", "NO KTP\u00a0", "no_ktp*", "  No  KTP "])
def test_34_ways_to_write_a_heading_are_one(heading: str) -> None:
    assert folded(heading) == "no ktp"


def test_35_known_headings_are_found_below_a_wide_title(tmp_path: Path) -> None:
    title = ["Dinas Koperasi", "Kota", "Tahun anggaran", "Lampiran"]
    path = xlsx(tmp_path / "berkas", sheet(table(title, [], HEADER, DATA)))

    with open_table(path, known={"nik", "nama usaha"}) as opened:
        assert opened.meta.header_row == 3
        assert [number for number, _ in opened.meta.first_rows] == [1, 3, 4]


def test_36_merged_cells_above_the_data_are_no_harm(tmp_path: Path) -> None:
    merge = '<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'

    assert rows(xlsx(tmp_path / "berkas", sheet(table(["DAFTAR"], HEADER, DATA), after=merge))) == [
        list(DATA)
    ]


def test_37_a_gap_ends_no_table_by_itself(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "berkas", sheet(row(1, HEADER) + row(2, DATA) + row(40, DATA)))

    assert rows(path) == [list(DATA)] * 2


def test_38_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    hidden = row(1, ["judul"], 'hidden="1"') + row(2, HEADER) + row(3, DATA, 'hidden="1"') + row(4, DATA)
    with open_table(xlsx(tmp_path / "a", sheet(hidden))) as opened:
        assert opened.meta.hidden_rows == 1
        assert len(list(opened)) == 2

    filtered = ods_row(*DATA, attributes='table:visibility="filter" table:number-rows-repeated="2"')
    with open_table(ods(tmp_path / "b", ods_row(*HEADER) + filtered + ods_row(*DATA))) as opened:
        assert opened.meta.hidden_rows == 2
        assert len(list(opened)) == 3


def formula(address: str, inner: str, attributes: str = "") -> str:
    return f'<c r="{address}" {attributes}><f>SUM(1)</f>{inner}</c>'


def test_39_63_formulas_without_a_result_and_errors_are_seen(tmp_path: Path) -> None:
    cells = formula("A2", "<v>3</v>") + formula("B2", "") + formula("C2", "<v></v>", 't="str"')
    errors = (
        '<c r="A3" t="e"><v>#REF!</v></c>' + formula("B3", "<v>#DIV/0!</v>", 't="e"') + cell("C3", "#N/A")
    )
    content = row(1, HEADER) + f'<row r="2">{cells}</row><row r="3">{errors}</row>'

    with open_table(xlsx(tmp_path / "berkas", sheet(content))) as opened:
        (_, first), (_, second) = opened

    assert [kind_of(cell) for cell in first] == ["n", "f", ""]
    assert refusal(first[1]) == "Sel berisi rumus tanpa hasil. Salin, lalu tempel sebagai nilai."
    assert [(kind_of(cell), text_of(cell)) for cell in second] == [
        ("e", "#REF!"),
        ("e", "#DIV/0!"),
        ("e", "#N/A"),
    ]
    assert "#REF!" in (refusal(second[0]) or "")


def without_addresses(content: str) -> str:
    return re.sub(r' r="[A-Z]*[0-9]+"', "", content)


def with_prefixes(content: str) -> str:
    return re.sub(r"<(/?)(?=\w)", r"<\1x:", content).replace("xmlns=", "xmlns:x=")


def with_single_quotes(content: str) -> str:
    return content.replace('"', "'")


@pytest.mark.parametrize("writing", [without_addresses, with_prefixes, with_single_quotes])
def test_other_programs_ways_of_writing_a_sheet_are_read_alike(
    tmp_path: Path, writing: Callable[[str], str]
) -> None:
    marked = (
        f'<row r="2" hidden="1">{cell("A2", "x")}<c r="B2" t="e"><v>#REF!</v></c>{formula("C2", "")}</row>'
    )
    content = writing(sheet(row(1, HEADER) + marked + row(3, DATA)))

    with open_table(xlsx(tmp_path / "berkas", content)) as opened:
        (number, first), (_, second) = opened

    assert opened.header == HEADER
    assert (number, [kind_of(cell) for cell in first], opened.meta.hidden_rows) == (2, ["", "e", "f"], 1)
    assert second == list(DATA)


def test_39_63_the_same_in_ods(tmp_path: Path) -> None:
    error = (
        '<table:table-cell table:formula="of:=[.#REF!]" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    )
    empty = '<table:table-cell table:formula="of:=1+1"/>'
    fine = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>'
    path = ods(
        tmp_path / "berkas", ods_row(*HEADER) + f"<table:table-row>{error}{empty}{fine}</table:table-row>"
    )

    with open_table(path) as opened:
        ((_, cells),) = opened

    assert [(kind_of(cell), text_of(cell)) for cell in cells] == [("e", "#REF!"), ("f", ""), ("n", "2")]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("3574010101010001", "3,57401010101E+15"),
        ("999999999999999", "999999999999999"),
        ("1500000.5", "1500000,5"),
        ("0.30000000000000004", "0,3"),
        ("-12", "-12"),
        ("1E3", "1000"),
        ("1e999", "inf"),
    ],
)
def test_40_a_number_is_told_from_text_and_lost_digits_stay_lost(
    tmp_path: Path, stored: str, shown: str
) -> None:
    content = row(1, HEADER) + f'<row r="2"><c r="A2"><v>{stored}</v></c>{cell("B2", stored)}</row>'

    with open_table(xlsx(tmp_path / "berkas", sheet(content))) as opened:
        ((_, cells),) = opened

    assert (kind_of(cells[0]), text_of(cells[0])) == ("n", shown)
    assert cells[1] == stored


def test_58_dates_of_the_1904_system_are_the_same_days(tmp_path: Path) -> None:
    styles = '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    link = '<Relationship Id="st" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'

    def day(serial: int, settings: str) -> str:
        content = sheet(row(1, HEADER) + f'<row r="2"><c r="A2" s="1"><v>{serial}</v></c></row>')
        path = xlsx(tmp_path / "berkas", content, settings=settings, more={"xl/styles.xml": styles})
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        rels = members["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>", link.encode() + b"</Relationships>"
        )
        xlsx(path, content, settings=settings, more={**members, "xl/_rels/workbook.xml.rels": rels})
        return rows(path)[0][0]

    assert day(44276, "") == "21/03/2021"
    assert day(44276 - 1462, '<workbookPr date1904="1"/>') == "21/03/2021"
