"""The list as a file: the rows of the list and no others, masked, harmless, and noted."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core.models import AuditEvent, User, Verb
from registry import exports, table_files
from registry.filters import NO_NIK_HERE
from registry.models import BusinessStatus
from registry.sidt import SIDT
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory, registered_business
from tests.people import People

pytestmark = pytest.mark.django_db

LIST, FILE = reverse("registry:business-list"), reverse("registry:business-export")
NIK = "9901010101900003"
REASON = "Permintaan pemeriksa BPK"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def download(user: User, file_format: str = "csv", **chosen: str) -> Any:
    return signed_in(user).post(FILE, {"format": file_format, **chosen})


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows(response: Any) -> list[dict[str, str]]:
    text = content(response).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))


def names(response: Any) -> list[str]:
    return [row["Nama usaha"] for row in rows(response)]


def event() -> AuditEvent:
    return AuditEvent.objects.filter(verb=Verb.EXPORTED).latest("pk")


@pytest.fixture
def register(people: People) -> People:
    food = SectorFactory(code="I", name="Makan Minum", study_row=5, study_label="Makan Minum")
    for number in range(3):
        registered_business(ward=people.a.ward, name=f"Warung {number}", sector=food, business_capital=5)
    BusinessFactory(ward=people.a.ward, name="Toko Kain", status=BusinessStatus.FOUND_IN_FIELD)
    registered_business(ward=people.b.ward, name="Warung di sana", sector=food)
    BusinessFactory(ward=None, district=None, owner=None, name="Tersusun", is_reconstruction=True)
    return people


class TestFourPeople:
    def test_who_may_gets_the_rows_of_the_own_area_only(self, register):
        assert "Warung di sana" not in names(download(register.registrar_a))
        assert names(download(register.registrar_b)) == ["Warung di sana"]

    def test_who_may_only_read_is_refused_and_sees_no_button(self, register):
        assert download(register.trainer).status_code == 403
        assert "Unduh CSV" not in signed_in(register.trainer).get(LIST).text
        assert "Unduh CSV" in signed_in(register.registrar_a).get(LIST).text

    def test_a_stranger_is_sent_to_the_login(self):
        response = Client().post(FILE, {"format": "csv"})

        assert response.status_code == 302
        assert response["Location"].startswith(reverse("core:login"))

    def test_asking_by_address_takes_nothing(self, register):
        assert signed_in(register.registrar_a).get(FILE).status_code == 405
        assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"search": "warung"},
        {"sector": "2020-I"},
        {"scale": "micro"},
        {"status": "found_in_field"},
        {"registration": "registered", "search": "1"},
        {"reconstruction": "1"},
        {"search": "tidak ada"},
    ],
)
def test_the_file_has_the_rows_of_the_list_in_its_order(register, chosen, file_format):
    page = signed_in(register.official).get(LIST, chosen)

    taken = content(download(register.official, file_format, **chosen))

    if file_format == "ods":
        sheet = CalamineWorkbook.from_filelike(BytesIO(taken)).get_sheet_by_index(0)
        found = [row[1] for row in sheet.to_python()[1:]]
    elif file_format == "xlsx":
        sheet = openpyxl.load_workbook(BytesIO(taken)).active
        found = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    else:
        lines = csv.DictReader(StringIO(taken.decode("utf-8-sig"), newline=""), delimiter=";")
        found = [row["Nama usaha"] for row in lines]
    assert found == [business.name for business in page.context["page"].rows]
    assert f"Menampilkan {len(found)} dari {len(found)} UMKM" in page.text
    assert event().changes["baris"] == [None, len(found)]


def test_the_order_of_the_ministry(register):
    response = download(register.official, layout="sidt", search="kain")
    assert response["Content-Disposition"].startswith('attachment; filename="umkm-sidt-')

    [row] = rows(response)

    assert list(row) == list(SIDT)
    assert (row["nama_usaha"], row["kategori_kbli"], row["modal_pendirian"]) == ("Toko Kain", "G", "")
    assert row["is_disabilitas"] == ""
    assert event().changes["susunan"] == [None, "Urutan kolom SIDT-KUMKM"]


def test_amounts_can_be_added_up_and_numbers_keep_their_digits(people):
    registered_business(ward=people.a.ward, nib="0123456789012", annual_sales=50_000_000)

    sheet = openpyxl.load_workbook(BytesIO(content(download(people.official, "xlsx")))).active

    [cells] = sheet.iter_rows(min_row=2)
    by_value = {cell.value: (cell.data_type, cell.number_format) for cell in cells}
    assert by_value["0123456789012"] == ("s", "@")
    assert by_value[50_000_000] == ("n", "#,##0")


def test_a_sheet_too_long_is_refused_with_advice(register, monkeypatch):
    monkeypatch.setattr(table_files, "MAX_SHEET_ROWS", 2)

    response = download(register.official, "xlsx")

    assert response.status_code == 400
    assert "unduh sebagai CSV" in response.text
    assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


def test_more_rows_than_fit_in_memory_at_once_are_all_there(register, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)

    assert len(rows(download(register.official))) == 5


def test_more_rows_cost_no_more_queries(register, django_assert_max_num_queries):
    client = signed_in(register.official)
    client.post(FILE, {"format": "csv"})  # opens the audit chain

    for _ in range(2):
        with django_assert_max_num_queries(16) as queries:
            content(client.post(FILE, {"format": "csv"}))
        counts = [sql for sql in queries.captured_queries if 'FROM "registry_business"' in sql["sql"]]
        assert len(counts) == 1
        registered_business(ward=register.a.ward)


class TestTheEvent:
    def test_it_tells_count_filters_and_masking_but_not_the_search(self, register):
        ward = register.a.ward

        download(register.official, search="Warung", ward=ward.code, registration="registered")

        told = event()
        assert told.object_label == "UMKM: 3 baris"
        assert told.changes["filter"] == [None, f"Kelurahan: {ward.name}; Pendaftaran: Terdaftar"]
        assert told.changes["data_pribadi"] == [None, "tersamar"]
        assert "Warung" not in str(told.changes)

    def test_a_file_that_fails_leaves_none(self, register, monkeypatch):
        monkeypatch.setattr(exports, "_write", lambda *args, **options: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            download(register.official)

        assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


class TestPersonalNumbers:
    @pytest.fixture(autouse=True)
    def _one(self, people):
        owner = OwnerFactory(ward=people.a.ward, national_id=NIK)
        registered_business(ward=people.a.ward, owner=owner)

    def test_masked_also_for_who_asks_without_the_permission(self, people):
        [row] = rows(download(people.registrar_a, full="on", reason=REASON))

        assert row["NIK"] == "9901••••••••0003"
        assert "Tanpa samaran" not in signed_in(people.registrar_a).get(LIST).text

    def test_the_action_itself_refuses_it_too(self, people):
        from django.core.exceptions import PermissionDenied

        from registry.filters import Filters
        from tests.factories.registry import AT

        with pytest.raises(PermissionDenied):
            exports.export_businesses(
                filters=Filters(), described=[], wanted=exports.Wanted("csv", full=True, reason=REASON),
                by=people.registrar_a, at=AT,
            )  # fmt: skip

    def test_whole_with_permission_and_reason(self, people):
        [row] = rows(download(people.administrator, full="on", reason=REASON))

        assert row["NIK"] == NIK
        assert (event().reason, event().changes["data_pribadi"]) == (REASON, [None, "lengkap"])

    def test_without_a_reason_the_list_says_so_and_nothing_leaves(self, people):
        response = download(people.administrator, full="on", search="Usaha")

        assert response.status_code == 400
        assert "Tulis alasan" in response.text
        assert 'value="Usaha"' in response.text
        assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"sector": "2020-ZZ"}, "Jenis usaha ini tidak ada"),
        ({"scale": "raksasa"}, "Skala usaha ini tidak ada"),
        ({"search": "x" * 101}, "100"),
        ({"search": NIK}, NO_NIK_HERE),
        ({"format": "exe"}, "exe"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_the_words_of_the_list(people, chosen, message):
    response = download(people.official, **{"file_format": chosen.pop("format", "csv"), **chosen})

    assert response.status_code == 400
    assert message in response.text
    assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


def test_a_kecamatan_elsewhere_is_no_filter(people):
    response = download(people.registrar_a, district=people.b.district.code)

    assert response.status_code == 400
    assert "di luar wilayah kerja Anda" in response.text


@pytest.mark.parametrize("live", ["=1+1", "@SUM(A1)", "+1+1", "-1+1", "\t=1", "＝1+1"])
def test_no_cell_is_a_formula(people, live):
    registered_business(ward=people.a.ward, name=live, address=live)

    assert rows(download(people.official))[0]["Nama usaha"].startswith("'")
    sheet = openpyxl.load_workbook(BytesIO(content(download(people.official, "xlsx")))).active
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "n" and cell.value]
