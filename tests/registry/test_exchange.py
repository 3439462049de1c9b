"""Files of the register: what goes out is masked and harmless, what comes in is whole or not at all."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.importing.files import UnreadableFile
from core.models import AuditEvent, User, Verb
from registry.models import Business, Owner
from registry.resources import BusinessResource
from registry.spreadsheets import SafeCSV, SafeXLSX, neutral, restored
from tests.factories.registry import BusinessFactory, OwnerFactory
from tests.people import People

NIK = "3574014101900001"
EXPORT, IMPORT = "/admin/registry/business/export/", "/admin/registry/business/import/"
LIVE = ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1+1", "\tx", "＝1+1", "'=1", "'"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sectors() -> None:
    call_command("load_sectors", stdout=StringIO())


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def cells(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def export(user: User, query: str = "", **chosen: str) -> Any:
    return desk(user).post(EXPORT + query, {"format": "csv", **chosen})


def taken(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def upload(user: User, content: str | bytes, **chosen: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return desk(user).post(IMPORT, {"file": SimpleUploadedFile("daftar.csv", raw), **chosen})


def told(response: Any) -> list[tuple[int | None, str, str]]:
    found: list[tuple[int | None, str, str]] = response.context["problems"]
    return found


# --- Out ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", LIVE)
@pytest.mark.parametrize("file_format", [SafeCSV, SafeXLSX])
def test_no_cell_is_a_formula_and_the_text_comes_back(text: str, file_format: Any) -> None:  # 65, 66
    import tablib

    assert restored(neutral(text)) == text
    dataset = tablib.Dataset([text], headers=["Nama"])
    content = file_format().export_data(dataset)
    if text.strip():
        assert file_format().create_dataset(content)[0] == (text,)
    if file_format is SafeXLSX:
        assert openpyxl.load_workbook(BytesIO(content)).active["A2"].data_type != "f"
    else:
        assert cells(content)[0]["Nama"].startswith("'")


def test_numbers_stay_numbers() -> None:
    assert neutral("-7,754300") == "-7,754300"
    assert neutral(50_000_000) == "50000000"


def test_personal_numbers_are_masked_and_the_export_is_noted(people: People) -> None:
    owner = OwnerFactory(national_id=NIK, ward=people.a.ward)
    BusinessFactory(ward=people.a.ward, owner=owner, npwp="123456789012345")

    response = export(people.registrar_a)

    content = taken(response)
    assert cells(content)[0]["NIK"] == "3574••••••••0001"
    assert NIK.encode() not in content
    assert b"123456789012345" not in content
    assert AuditEvent.objects.get(verb=Verb.EXPORTED).object_label == "UMKM: 1 baris"


def test_whole_numbers_need_the_permission_and_a_reason(people: People) -> None:
    BusinessFactory(ward=people.a.ward, owner=OwnerFactory(national_id=NIK, ward=people.a.ward))

    masked = export(people.registrar_a, full="on", reason="Permintaan pemeriksa")
    assert NIK.encode() not in taken(masked)
    refused = export(people.administrator, full="on", reason="x")
    assert refused.context["form"].errors["reason"]
    given = export(people.administrator, full="on", reason="Permintaan pemeriksa BPK")
    assert NIK.encode() in taken(given)
    assert AuditEvent.objects.filter(verb=Verb.EXPORTED).first().reason == "Permintaan pemeriksa BPK"


def test_the_file_holds_the_rows_of_the_list_and_of_the_own_area_only(people: People) -> None:
    mine = BusinessFactory(ward=people.a.ward, name="Ada")
    BusinessFactory(ward=people.a.ward, name="Lain")
    BusinessFactory(ward=people.b.ward, name="Ada juga di sana")

    rows = cells(taken(export(people.registrar_a, "?q=Ada")))

    assert [row["Nama usaha"] for row in rows] == [mine.name]


def test_reconstructed_rows_say_so(people: People) -> None:
    BusinessFactory(ward=None, district=None, owner=None, is_reconstruction=True)
    assert cells(taken(export(people.administrator)))[0]["Keterangan"] == (
        "baris rekonstruksi, bukan data survei"
    )


def test_who_may_export_and_import(people: People) -> None:
    for url in (EXPORT, IMPORT):
        assert desk(people.registrar_a).get(url).status_code == 200
        assert desk(people.verifier_a).get(url).status_code == 403
        assert Client().get(url).status_code == 302
    assert desk(people.registrar_a).get("/admin/registry/owner/export/").status_code == 200


# --- In -----------------------------------------------------------------------------------------
HEAD = "Nama usaha;Nama pelaku usaha;NIK;Jenis usaha;Kelurahan;Omzet per tahun\n"


def test_a_small_list_is_registered_with_its_owners(people: People) -> None:
    ward = people.a.ward.name
    response = upload(
        people.registrar_a,
        f"{HEAD}Roti Siti;Siti Contoh;'{NIK};Industri Pengolahan;{ward};1.000\n"
        f"Kopi Siti;Siti Contoh;{NIK};I;{ward};1,5 juta\n",
    )

    assert response.status_code == 302
    assert sorted(Business.objects.values_list("name", "annual_sales")) == [
        ("Kopi Siti", 1_500_000),
        ("Roti Siti", 1_000),  # 52
    ]
    assert Owner.objects.get().national_id == NIK
    assert AuditEvent.objects.filter(verb=Verb.CREATED).count() == 3
    assert AuditEvent.objects.filter(verb=Verb.IMPORTED).count() == 1


def test_one_bad_row_and_nothing_is_stored(people: People) -> None:
    ward = people.a.ward.name
    response = upload(
        people.registrar_a,
        f"{HEAD}Baik;Siti;;C;{ward};\n;Budi;3,57401E+15;Sihir;{people.b.ward.name};-5\n",
    )

    found = told(response)
    assert {line for line, _, _ in found} == {3}
    reasons = {column: reason for _, column, reason in found}
    assert "wajib" in reasons["Nama usaha"]
    assert "hilang" in reasons["NIK"]  # 41
    assert "tidak dikenal" in reasons["Jenis usaha"]
    assert "di luar wilayah Anda" in reasons["Kelurahan"]
    assert "negatif" in reasons["Omzet per tahun"]  # 54
    assert not Business.objects.exists()
    assert not Owner.objects.exists()
    assert not AuditEvent.objects.filter(verb__in=[Verb.CREATED, Verb.IMPORTED]).exists()


def test_checking_stores_nothing(people: People) -> None:
    response = upload(people.registrar_a, f"{HEAD}Baik;Siti;;C;{people.a.ward.name};\n", only_check="on")
    assert "siap diimpor" in response.content.decode()
    assert not Business.objects.exists()


@pytest.mark.parametrize("file_format", [SafeCSV, SafeXLSX])
def test_an_export_comes_back_without_a_change(people: People, file_format: Any) -> None:  # 66
    owner = OwnerFactory(national_id=NIK, ward=people.a.ward)
    business = BusinessFactory(
        ward=people.a.ward, owner=owner, name="=Toko", npwp="123456789012345", annual_sales=5, latitude="-7.754300",
        longitude="113.215700",
    )  # fmt: skip
    before = Business.objects.values().get()
    dataset = BusinessResource().export(Business.objects.all())

    response = upload(people.registrar_a, file_format().export_data(dataset))

    assert response.status_code == 302, told(response)
    assert Business.objects.values().get() == before
    assert not AuditEvent.objects.filter(verb=Verb.CHANGED, object_id=str(business.pk)).exists()


def test_a_row_with_a_code_changes_that_business_only_in_the_own_area(people: People) -> None:
    mine, theirs = BusinessFactory(ward=people.a.ward), BusinessFactory(ward=people.b.ward)
    head = "Kode;Nama usaha;Jenis usaha;Kelurahan\n"

    def row(business: Business) -> str:
        return f"{head}{business.public_id};Nama baru;G;{people.a.ward.name}\n"

    assert upload(people.registrar_a, row(mine)).status_code == 302
    assert told(upload(people.registrar_a, row(theirs)))[0][1] == "Kode"
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.name == "Nama baru"
    assert theirs.name != "Nama baru"


def test_a_reconstructed_row_cannot_be_changed_by_a_file(people: People) -> None:
    row = BusinessFactory(ward=None, district=None, owner=None, is_reconstruction=True)
    content = f"Kode;Nama usaha;Jenis usaha;Kelurahan\n{row.public_id};X;G;{people.a.ward.name}\n"
    assert told(upload(people.administrator, content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ""),  # 13
        (b"Nama usaha\n", "Berkas kosong"),  # 13
        (b"\xe9\xe9;\xe9\n", "CSV UTF-8"),  # 19
        (b"a;b\nx\x00;y\n", "NUL"),  # 25
        (b'a;b\n"x;y\n', "CSV rusak"),  # 23
        (b"a;a\n1;2\n", "dua kali"),  # 32
        (b"a;b\n" + b"1;2\n" * 1_001, "1.000 baris"),  # 16
        (b"a;b\n" + b"x" * 6_000 + b";1\n", "5000 karakter"),  # 24
        (b"PK\x03\x04rusak", "rusak"),  # 11, 14
        (b"a" * (2 * 1024 * 1024 + 1), "terlalu besar"),  # 15
    ],
)
def test_a_file_that_cannot_be_taken_is_told_at_its_field(
    people: People, content: bytes, message: str
) -> None:
    response = upload(people.registrar_a, content)
    assert response.status_code == 200
    assert message in response.context["form"].errors["file"][0]


def test_missing_and_unknown_columns_are_named(people: People) -> None:  # 31, 33
    assert "Kelurahan" in told(upload(people.registrar_a, "Nama usaha;Jenis usaha\nx;C\n"))[0][2]
    unknown = told(upload(people.registrar_a, "Nama usaha;Jenis usaha;Kelurahan;Warna\nx;C;y;z\n"))
    assert "Warna" in unknown[0][2]


def archive(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive(bom=b"0" * (61 * 1024 * 1024)), "terlalu besar"),  # 1
        (archive(**{f"m{n}": b"" for n in range(201)}), "terlalu banyak"),  # 3
        (archive(x=b"<!DOCTYPE x [<!ENTITY a 'b'>]>"), "deklarasi"),  # 4, 5
        (archive(**{"../evil": b""}), "mencurigakan"),  # 8
        (archive(**{"xl/vbaProject.bin": b""}), "makro"),  # 9
    ],
)
def test_a_dangerous_workbook_is_refused_before_it_is_read(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        SafeXLSX().create_dataset(content)


def test_a_nik_that_came_as_a_number_is_refused(people: People) -> None:  # 40
    book = openpyxl.Workbook()
    book.active.append(["Nama usaha", "Nama pelaku usaha", "NIK", "Jenis usaha", "Kelurahan"])
    book.active.append(["Roti", "Siti", int(NIK), "C", people.a.ward.name])
    out = BytesIO()
    book.save(out)
    assert [column for _, column, _ in told(upload(people.registrar_a, out.getvalue()))] == ["NIK"]


@pytest.mark.parametrize("query", ["is_reconstruction__exact=abc", "tak_dikenal=1"])
@pytest.mark.parametrize("kind", ["business", "owner"])
def test_a_filter_that_cannot_be_read_gives_no_file(client, people, kind, query):
    client.force_login(people.administrator)
    address = f"{reverse(f'admin:registry_{kind}_export')}?{query}"

    assert client.get(address).status_code == 400
    assert client.post(address, {"format": "csv"}).status_code == 400
