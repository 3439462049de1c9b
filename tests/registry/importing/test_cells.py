"""Every cell of the catalogue of bad input, by its number: what becomes of it, and what the row is told."""

from __future__ import annotations

from typing import Any

import pytest

from core.models import ImportRow, Region, User
from registry.importing.rows import AT
from registry.models import Sector
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory, UserFactory, WardFactory
from tests.factories.imports import errors_of, row_of, staged, warnings_of

pytestmark = pytest.mark.django_db
NIK = "3574014101900001"
COMPLETE: dict[str, Any] = {
    "Nama usaha": "Warung Bu Siti",
    "Nama pelaku usaha": "Siti Aminah",
    "NIK": NIK,
    "Jenis usaha": "I",
    "Kelurahan": "Mayangan",
}
NUMBER, DATE, BOOLEAN, BROKEN, FORMULA, ERROR = "n", "d", "b", "x", "f", "e"


@pytest.fixture
def desk(db: None) -> User:
    mayangan = WardFactory(name="Mayangan", parent__name="Mayangan")
    WardFactory(name="Kanigaran", parent__name="Kanigaran")
    WardFactory(name="Sukoharjo", parent=mayangan.parent)
    letters = {"I": ("55", "56"), "G": ("45", "47"), "C": ("10", "33")}
    for letter, (first, last) in letters.items():
        SectorFactory(
            code=letter,
            name=f"Bagian {letter}",
            division_first=first,
            division_last=last,
            study_row=None,
            study_label="",
        )
    user: User = UserFactory()
    return user


def read(desk: User, header: str, cell: Any, **more: Any) -> ImportRow:
    """The staged row with this cell."""
    cells = {**COMPLETE, **more, header: cell}
    return row_of(staged(desk, [list(cells.values())], list(cells)))


def value(row: ImportRow, field: str) -> Any:
    return row.stored_content[1][AT[field]]


REFUSED: list[tuple[int, str, Any, str]] = [
    (40, "NIK", (NUMBER, "3,57401410190000E+15"), "sel berformat angka"),
    (41, "NIK", "3,57401E+15", "sel berformat angka"),
    (41, "NIK", "3.57401E+15", "sel berformat angka"),
    (42, "NIK", "3574014101900000", "0000"),
    (44, "NIK", "357401410190001", "15 digit"),
    (44, "NIK", "35740141019000012", "17 digit"),
    (44, "NIK", "1111111111111111", "satu angka yang sama"),
    (44, "NIK", "0" * 16, "satu angka yang sama"),
    (45, "NIK", "²574014101900001", "pangkat"),
    (45, "NIK", "٣٥٧٤٠١٤١٠١٩٠٠٠٠١", "hanya boleh berisi angka"),
    (51, "Omzet per tahun", "5m", "dua hal"),
    (54, "Omzet per tahun", "-5000", "negatif"),
    (54, "Omzet per tahun", "-0", "negatif"),
    (54, "Omzet per tahun", "12%", "persen"),
    (54, "Omzet per tahun", "(500)", "kurung"),
    (55, "Omzet per tahun", "NaN", "bukan jumlah"),
    (55, "Omzet per tahun", "Infinity", "bukan jumlah"),
    (55, "Omzet per tahun", "1e400", "1E+10"),
    (55, "Omzet per tahun", (NUMBER, "inf"), "bukan jumlah"),
    (56, "Omzet per tahun", "1234567890123456", "15 digit"),
    (57, "Tenaga kerja laki-laki", str(2**31), "terlalu besar"),
    (57, "Tenaga kerja laki-laki", str(2**63), "terlalu besar"),
    (57, "Tenaga kerja laki-laki", "1_000", "bilangan bulat"),
    (57, "Tenaga kerja laki-laki", "3.7", "bilangan bulat"),
    (58, "Tanggal lahir", (NUMBER, "45000"), "nomor seri"),
    (58, "Tanggal lahir", "1/2/26", "empat digit"),
    (59, "Tanggal lahir", "31/02/2026", "tidak ada di kalender"),
    (59, "Mulai usaha", "01/01/9999", "sesudah"),
    (59, "Mulai usaha", "05/03/2026", "sesudah"),
    (59, "Mulai usaha", "31/12/1899", "sebelum"),
    (60, "Nomor telepon", "0812-ABCD-1234", "hanya boleh berisi angka"),
    (60, "Nomor telepon", "+1 555 0100", "+62"),
    (61, "Kelurahan", "Mayangn", "Mungkin maksudnya “Mayangan”?"),
    (61, "Kelurahan", "Nirwana", "tidak dikenal"),
    (62, "Lintang", "7°45'S", "derajat desimal"),
    (63, "Nama usaha", "#REF!", "galat"),
    (63, "Omzet per tahun", (ERROR, "#DIV/0!"), "#DIV/0!"),
    (63, "Nama usaha", (FORMULA, ""), "tempel sebagai nilai"),
    (64, "Cabang atau anak perusahaan", "mungkin", "tidak dikenal"),
    (64, "Jenis kelamin", "2", "tidak dikenal"),
    (67, "Nama usaha", "Warung\0Siti", "NUL"),
    (67, "Produk utama", (BROKEN, "Isi sel memuat karakter NUL."), "NUL"),
    (68, "Nama usaha", "Warung \ud83d", "karakter rusak"),
    (73, "Nama usaha", "x" * 151, "paling banyak 150"),
    (73, "Kode KBLI", "561011", "5 digit"),
    (75, "Nama usaha", " - ", "wajib diisi"),
]


@pytest.mark.parametrize(("number", "header", "cell", "reason"), REFUSED)
def test_it_is_refused_with_its_reason(desk: User, number: int, header: str, cell: Any, reason: str) -> None:
    more = {"Bujur": "113,2"} if number == 62 else {}
    row = read(desk, header, cell, **more)
    assert row.verdict == "error"
    assert any(column == header and reason in why for column, why in errors_of(row)), errors_of(row)


KEPT: list[tuple[int, str, Any, str, Any]] = [
    (43, "NIK", "3574 0141 0190 0001", "owner_national_id", NIK),
    (43, "NIK", "3574.0141.0190-0001", "owner_national_id", NIK),
    (43, "NIK", "'3574014101900001", "owner_national_id", NIK),
    (45, "NIK", "３５７４０１４１０１９００００１", "owner_national_id", NIK),
    (46, "NIK", f"{NIK}\n", "owner_national_id", NIK),
    (46, "NIK", f"\u200b{NIK}\u00a0", "owner_national_id", NIK),
    (51, "Omzet per tahun", "1.000.000,00", "annual_sales", 1_000_000),
    (51, "Omzet per tahun", "Rp 1.000.000,-", "annual_sales", 1_000_000),
    (51, "Omzet per tahun", "1jt", "annual_sales", 1_000_000),
    (51, "Omzet per tahun", "1,5 juta", "annual_sales", 1_500_000),
    (52, "Omzet per tahun", "1.000", "annual_sales", 1_000),
    (57, "Tenaga kerja laki-laki", "1.250", "workers_male", 1_250),
    (58, "Tanggal lahir", (DATE, "01/01/1990"), "owner_born_on", "1990-01-01"),
    (58, "Tanggal lahir", "1-1-1990", "owner_born_on", "1990-01-01"),
    (60, "Nomor telepon", (NUMBER, "81234567890"), "owner_phone", "+6281234567890"),
    (60, "Nomor telepon", "+62 812-3456-7890", "owner_phone", "+6281234567890"),
    (60, "Nomor telepon", "0812-3456-7890", "owner_phone", "+6281234567890"),
    (64, "Cabang atau anak perusahaan", "TIDAK", "branch", False),
    (64, "Cabang atau anak perusahaan", (BOOLEAN, "Ya"), "branch", True),
    (64, "Cabang atau anak perusahaan", "x", "branch", True),
    (64, "Jenis kelamin", "P", "owner_sex", "female"),
    (65, "Nama usaha", "=cmd|' /C calc'!A0", "name", "=cmd|' /C calc'!A0"),
    (65, "Nama usaha", "@SUM(A1)", "name", "@SUM(A1)"),
    (65, "Nama usaha", "＝1+1", "name", "＝1+1"),
    (66, "Nama usaha", "'=1+1", "name", "=1+1"),
    (69, "Nama usaha", "Warung\u202e Siti\u2066", "name", "Warung Siti"),
    (70, "Nama usaha", "Warung 👩‍🍳 ꦮꦫꦸꦁ", "name", "Warung 👩‍🍳 ꦮꦫꦸꦁ"),
    (72, "Nama usaha", "Kafe\u0301", "name", "Kaf\u00e9"),
    (
        74,
        "Nama usaha",
        "<script>alert(1)</script>{{7*7}}'; DROP--",
        "name",
        "<script>alert(1)</script>{{7*7}}'; DROP--",
    ),
    (75, "Nomor telepon", "n/a", "owner_phone", None),
    (75, "Omzet per tahun", "tidak ada", "annual_sales", None),
    (75, "Produk utama", "   ", "products", None),
]


@pytest.mark.parametrize(("number", "header", "cell", "field", "expected"), KEPT)
def test_it_is_read_as_it_is_meant(
    desk: User, number: int, header: str, cell: Any, field: str, expected: Any
) -> None:
    row = read(desk, header, cell)
    assert errors_of(row) == []
    assert value(row, field) == expected


WARNED: list[tuple[int, str, Any, str]] = [
    (47, "NIK", "3574013102900001", "tidak ada di kalender"),
    (47, "NIK", "9974014101900001", "kode provinsi"),
    (60, "Nomor telepon", "081234567890 / 081298765432", "Hanya nomor telepon pertama"),
    (71, "Nama usaha", "Wаrung Siti", "aksara lain"),
]


@pytest.mark.parametrize(("number", "header", "cell", "reason"), WARNED)
def test_it_is_taken_with_a_warning(desk: User, number: int, header: str, cell: Any, reason: str) -> None:
    row = read(desk, header, cell)
    assert (row.verdict, row.has_warnings) == ("new", True)
    assert any(column == header and reason in why for column, why in warnings_of(row))


def test_48_a_nik_twice_in_the_file_with_two_names_stops_both_rows(desk: User) -> None:
    other = {**COMPLETE, "Nama usaha": "Toko Kain", "Nama pelaku usaha": "Budi"}
    batch = staged(desk, [list(COMPLETE.values()), list(other.values())], list(COMPLETE))
    assert [row.verdict for row in batch.rows.in_order()] == ["error", "error"]
    assert errors_of(row_of(batch, 2)) == [("NIK", "NIK ini ada juga pada baris 3 dengan nama lain.")]
    assert errors_of(row_of(batch, 3)) == [("NIK", "NIK ini ada juga pada baris 2 dengan nama lain.")]


def test_48_one_owner_may_bring_two_businesses(desk: User) -> None:
    other = {**COMPLETE, "Nama usaha": "Toko Kain"}
    batch = staged(desk, [list(COMPLETE.values()), list(other.values())], list(COMPLETE))
    assert [row.verdict for row in batch.rows.in_order()] == ["new", "new"]


def test_49_a_nik_registered_elsewhere_is_told_without_the_record(desk: User) -> None:
    BusinessFactory(owner=OwnerFactory(national_id=NIK, name="Rahasia"), name="Toko Rahasia")
    mayangan = Region.objects.get(name="Mayangan", level="ward")
    local = UserFactory(whole_city=False, districts=[mayangan.parent])
    row = read(local, "NIK", NIK)
    assert row.verdict == "error"
    ((column, reason),) = errors_of(row)
    assert column == "NIK"
    assert reason.startswith("NIK ini sudah terdaftar.")
    assert "Rahasia" not in str(row.found)
    assert NIK not in str(row.found)


def test_50_the_same_firm_spelt_otherwise_is_asked_about_never_merged(desk: User) -> None:
    ward = Region.objects.get(name="Mayangan", level="ward")
    sector = Sector.objects.get(code="I")
    BusinessFactory(
        name="Warung Boe Siti", owner=OwnerFactory(name="Siti Aminah", ward=ward), ward=ward, sector=sector
    )
    row = read(desk, "NIK", "")
    assert row.verdict == "possible_duplicate"
    label, reason, *_ = row.found["candidates"][0]
    assert label == "Warung Boe Siti (Siti Aminah)"
    assert reason


def test_53_an_american_column_is_decided_as_a_whole_and_reported(desk: User) -> None:
    headers = [*COMPLETE, "Omzet per tahun"]
    texts = ["1,000,000.00", "1,000", "2500000", "1.000"]
    rows = [
        [*{**COMPLETE, "Nama usaha": f"Usaha {number}"}.values(), text] for number, text in enumerate(texts)
    ]
    batch = staged(desk, rows, headers)
    found = [value(row, "annual_sales") for row in batch.rows.in_order()]
    assert found == [1_000_000, 1_000, 2_500_000, None]
    assert batch.styles == {"Omzet per tahun": "us"}
    assert "koma sebagai pemisah ribuan" in errors_of(row_of(batch, 5))[0][1]


def test_53_two_styles_in_one_column_are_reported_and_the_foreign_one_refused(desk: User) -> None:
    headers = [*COMPLETE, "Omzet per tahun"]
    rows = [[*COMPLETE.values(), "1,000,000.00"], [*COMPLETE.values(), "1.000.000,00"]]
    batch = staged(desk, rows, headers)
    assert batch.styles == {"Omzet per tahun": "mixed"}
    assert "Pakai titik untuk ribuan" in errors_of(row_of(batch, 2))[0][1]


def test_61_a_kelurahan_of_another_kecamatan_is_refused_with_the_right_one(desk: User) -> None:
    row = read(desk, "Kelurahan", "Sukoharjo", Kecamatan="Kanigaran")
    assert errors_of(row) == [
        ("Kelurahan", "Kelurahan Sukoharjo tidak berada di Kecamatan Kanigaran, tetapi di Mayangan.")
    ]


def test_62_coordinates_swapped_or_nowhere(desk: User) -> None:
    row = read(desk, "Lintang", "113,2", Bujur="-7,75")
    assert "tertukar" in errors_of(row)[0][1]
    assert "0, 0 bukan lokasi" in errors_of(read(desk, "Lintang", "0", Bujur="0"))[0][1]
    assert "di luar Indonesia" in errors_of(read(desk, "Lintang", "51,5", Bujur="-0,1"))[0][1]


def test_all_errors_of_a_row_are_told_and_numbers_are_masked(desk: User) -> None:
    row = read(
        desk, "NIK", "35740141019000", **{"Kelurahan": "?", "Jenis usaha": "Z", "Omzet per tahun": "-1"}
    )
    problems = row.found["problems"]
    assert {problem[1] for problem in problems} == {"NIK", "Kelurahan", "Jenis usaha", "Omzet per tahun"}
    assert "35740141019000" not in str(problems)
