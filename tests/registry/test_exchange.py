"""Files of the register: what goes out is masked and harmless, what comes in is whole or not at all."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.csv_cells import unquoted
from core.models import AuditEvent, User, Verb
from registry.spreadsheets import SafeCSV, SafeXLSX, neutral
from tests.factories.registry import BusinessFactory, OwnerFactory
from tests.people import People

NIK = "3574014101900001"
EXPORT = "/admin/registry/business/export/"
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


# --- Out ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", LIVE)
@pytest.mark.parametrize("file_format", [SafeCSV, SafeXLSX])
def test_no_cell_is_a_formula_and_the_text_comes_back(text: str, file_format: Any) -> None:  # 65, 66
    assert unquoted(neutral(text)) == text
    out = BytesIO()
    file_format().write(out, [["Nama"], [text]])
    content = out.getvalue()
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


def test_who_may_export_and_where_the_import_is(people: People) -> None:
    assert desk(people.registrar_a).get(EXPORT).status_code == 200
    assert desk(people.verifier_a).get(EXPORT).status_code == 403
    assert Client().get(EXPORT).status_code == 302
    listed = desk(people.registrar_a).get("/admin/registry/business/").content.decode()
    assert f'href="{reverse("core:import-list")}"' in listed
    assert desk(people.registrar_a).get("/admin/registry/owner/export/").status_code == 200


@pytest.mark.parametrize("query", ["is_reconstruction__exact=abc", "tak_dikenal=1"])
@pytest.mark.parametrize("kind", ["business", "owner"])
def test_a_filter_that_cannot_be_read_gives_no_file(client, people, kind, query):
    client.force_login(people.administrator)
    address = f"{reverse(f'admin:registry_{kind}_export')}?{query}"

    assert client.get(address).status_code == 400
    assert client.post(address, {"format": "csv"}).status_code == 400
