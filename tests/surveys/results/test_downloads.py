"""Results of a wave as XLSX and CSV: which interviews, which columns, for whom, and what is told of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.models import AuditEvent, Verb
from surveys.actions import publish_questionnaire
from surveys.models import LocalQuestion, Response, Wave
from surveys.results.table import RECONSTRUCTED
from tests.factories import ResponseFactory, WaveFactory
from tests.factories.imports import make_batch
from tests.people import People
from tests.surveys.importing.making import AT, listed, shops, wave_with_questions
from tests.surveys.results.interviews import interviewed, of_sheet, rows_of, taken
from tests.surveys.study import load_study

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("file_format", ["csv", "xlsx"])


@pytest.fixture(autouse=True)
def _fourth_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def wave(people: People) -> Wave:
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def one_of(people: People, wave: Wave, **facts: Any) -> Response:
    return ResponseFactory(wave=wave, business=shops(people.a.ward, 1, name="Nama Rahasia")[0], **facts)


class TestWhatStandsInARow:
    @BOTH
    def test_codes_and_labels_of_the_own_area(self, people, wave, file_format):
        response = one_of(people, wave)
        response.choices.create(question="platforms", value="website")
        response.choices.create(question="platforms", value="social_media")
        ResponseFactory(wave=wave, business__ward=people.b.ward)
        (row,) = rows_of(people.supervisor_a, wave, file_format)
        assert (row["kode_marketing_channel"], row["cara_pemasaran"]) == ("offline", "Offline")
        assert (row["kode_platforms"], row["platform"]) == ("social_media;website", "Media sosial;Situs web")
        assert [str(row[f"platforms__{code}"]) for code in ("social_media", "marketplace", "website", "none")] == [
            "1", "0", "1", "0",
        ]  # fmt: skip
        assert (row["kode_problems"], row["masalah"]) == (
            "not_answered",
            "Tidak menjawab",
        )
        assert row["problems__capital"] == ""
        assert row["keterangan_data"] == "data survei"
        assert row["id_umkm"] == str(response.business.public_id)
        assert row["kecamatan"] == people.a.district.name
        assert (row["keadaan"], row["pintu"], str(row["versi_kuesioner"])) == (
            "Diterima",
            "Halaman wawancara",
            "1",
        )
        assert "Nama Rahasia" not in str(row)

    def test_what_was_not_asked_stays_empty(self, people, wave):
        one_of(people, wave, capital_source="business_credit")
        (row,) = rows_of(people.official, wave, "csv")
        assert (row["kode_credit_refusal_reasons"], row["alasan_tidak_memakai_kredit"]) == ("", "")

    @BOTH
    def test_no_cell_is_a_formula(self, people, wave, file_format):
        response = one_of(people, wave)
        type(response.ward).objects.filter(pk=response.ward_id).update(name="=1+1")
        (row,) = rows_of(people.official, wave, file_format)
        assert row["kelurahan"] == "'=1+1"

    @BOTH
    def test_reconstructed_rows_say_so_in_every_row(self, people, file_format):
        load_study()
        rows = rows_of(people.official, Wave.objects.get(), file_format)
        assert len(rows) == 106
        assert {row["keterangan_data"] for row in rows} == {RECONSTRUCTED}
        assert {row["kecamatan"] for row in rows} == {"tidak diketahui"}
        assert [row["cara_pemasaran"] for row in rows].count("Offline") == 55
        assert [row["cara_pemasaran"] for row in rows].count("Tidak menjawab") == 6
        assert "sumber_modal" not in rows[0]  # never put as a question

    @BOTH
    def test_every_answer_of_every_kind_as_it_was_given(self, people, file_format):
        wave = wave_with_questions()
        stored = interviewed(wave, shops(people.a.ward, 25), people.enumerator_a)
        rows = {
            row["id_wawancara"]: row
            for row in rows_of(
                people.administrator, wave, file_format, with_text="on", reason="Menulis laporan tahunan"
            )
        }
        assert rows.keys() == stored.keys()
        for public_id, values in stored.items():
            row = rows[public_id]
            for item in wave.questionnaires.get().definition:
                given = values.get(item.code, "")
                joined = ";".join(given) if isinstance(given, tuple) else given
                cell = str(row[f"kode_{item.code}" if item.choices else item.code])
                assert cell.removeprefix("'") == joined, item.code


class TestWhichInterviews:
    def test_only_what_was_accepted_unless_all_states_are_asked_for(self, people, wave):
        for state in ("accepted", "sent", "returned", "passed"):
            one_of(people, wave, state=state)
        back = Response.objects.first()
        one_of(people, wave, state="back_check", back_check_of=back)
        assert [row["kode_keadaan"] for row in rows_of(people.official, wave, "csv")] == ["accepted"]
        rows = rows_of(people.official, wave, "csv", all_states="on")
        assert [row["kode_keadaan"] for row in rows] == ["accepted", "sent", "returned", "passed"]

    def test_questions_of_all_versions_stand_side_by_side(self, people):
        wave = wave_with_questions()
        interviewed(wave, shops(people.a.ward, 1), people.enumerator_a)
        LocalQuestion.objects.filter(wave=wave, code="employees").delete()
        LocalQuestion.objects.filter(wave=wave, code="has_branch").update(
            choices=[["none_yet", "Belum ada"], ["one", "Satu cabang"], ["more", "Lebih, dari satu"]]
        )
        LocalQuestion.objects.create(
            wave=wave, position=9, code="halal", kind="text", label="Halal", prompt="Halal?", required=False
        )
        publish_questionnaire(wave=wave, by=None, at=AT)
        interviewed(wave, shops(people.a.ward, 1), people.enumerator_a, seed=2)
        old, new = rows_of(people.official, wave, "csv")
        assert (old["versi_kuesioner"], new["versi_kuesioner"]) == ("1", "2")
        assert (old["employees"] != "", new["employees"]) == (True, "")
        codes = list(of_sheet(taken(people.official, wave, "xlsx"), "Buku kode"))
        branch = [
            (row["Kode"], row["Label"], row["Angka pada .sav"], row["Versi kuesioner"])
            for row in codes
            if row["Kolom"] == "kode_has_branch"
        ]
        assert branch == [
            ("none_yet", "Belum ada", 3, "2"),
            ("one", "Satu cabang", 1, "2"),
            ("more", "Lebih, dari satu", 2, "1, 2"),
            ("not_answered", "Tidak menjawab", 999, "1, 2"),
            ("one", "Satu", 1, "1"),
        ]


class TestFreeText:
    def test_it_stays_out_unless_asked_for_with_a_reason_by_who_may(self, people):
        wave = wave_with_questions()
        one_of(people, wave, note="Bu Siti ramah", extra={"supplier": "Pak Budi"})
        for user, more in (
            (people.official, {"with_text": "on", "reason": "Menulis laporan"}),
            (people.administrator, {}),
        ):
            content = taken(user, wave, "csv", **more).decode()
            assert "Siti" not in content
            assert "Budi" not in content
        (row,) = rows_of(people.administrator, wave, "csv", with_text="on", reason="Menulis laporan tahunan")
        assert (row["note"], row["supplier"]) == ("Bu Siti ramah", "Pak Budi")
        event = AuditEvent.objects.filter(verb=Verb.EXPORTED).latest("pk")
        assert event.changes["teks_bebas"] == [None, "ya"]
        assert event.reason == "Menulis laporan tahunan"

    def test_without_a_reason_nothing_leaves(self, people, wave):
        client = Client()
        client.force_login(people.administrator)
        address = reverse("surveys:response-export", args=[wave.code])
        answer = client.post(address, {"format": "csv", "with_text": "on", "reason": "x"})
        assert answer.status_code == 400
        assert "Tulis alasan" in answer.content.decode()
        assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()


class TestTheSheetsBeside:
    def test_about_names_wave_number_filter_and_method(self, people, wave):
        one_of(people, wave)
        one_of(people, wave, state="sent")
        book = load_workbook(io.BytesIO(taken(people.supervisor_a, wave, "xlsx")))
        assert book.sheetnames == ["Data", "Buku kode", "Tentang"]
        about = dict(book["Tentang"].iter_rows(values_only=True, max_col=2))
        assert about["Gelombang"] == "Survei UMKM 2026"
        assert about["Banyaknya wawancara (n)"] == 1
        assert about["Menunggu pemeriksaan, tidak disertakan"] == 1
        assert about["Yang disertakan"] == "Hanya wawancara yang diterima"
        assert about["Wilayah"] == f"Kecamatan {people.a.district.name}"
        assert about["Metode"] == wave.method
        assert about["Persetujuan pada versi 1"].startswith("Dinas mengumpulkan keterangan")
        assert "Teks bebas" in about

    def test_the_code_book_as_a_file_of_its_own(self, people, wave):
        content = taken(people.official, wave, "codebook").decode("utf-8-sig")
        assert (
            "kode_marketing_channel;Cara pemasaran;Bagaimana usaha ini memasarkan produknya?;Satu pilihan;offline;Offline;1;1"
            in content
        )
        assert (
            "kode_marketing_channel;Cara pemasaran;Bagaimana usaha ini memasarkan produknya?;Satu pilihan;not_answered;Tidak menjawab;999;1"
            in content
        )
        assert "platforms__website;Platform;" in content

    def test_every_code_of_the_data_is_in_the_book(self, people):
        wave = wave_with_questions()
        interviewed(wave, shops(people.a.ward, 15), people.enumerator_a)
        content = taken(people.official, wave, "xlsx")
        known: dict[str, dict[str, str]] = {}
        for row in of_sheet(content, "Buku kode"):
            column = f"kode_{row['Kolom'].split('__')[0]}" if "__" in row["Kolom"] else row["Kolom"]
            known.setdefault(column, {})[row["Kode"]] = row["Label"]
        for row in of_sheet(content, "Data"):
            for column, cell in row.items():
                if column.startswith("kode_"):
                    assert set(filter(None, cell.split(";"))) <= known[column].keys(), column


class TestTheDoor:
    def test_a_download_leaves_an_event(self, people, wave):
        one_of(people, wave)
        taken(people.official, wave, "csv")
        event = AuditEvent.objects.get(verb=Verb.EXPORTED)
        told = {"format": "csv", "rows": 1, "keadaan": "diterima", "teks_bebas": "tidak"}
        assert event.changes == {name: [None, value] for name, value in told.items()}
        assert event.actor_id == people.official.pk

    def test_four_people(self, people, wave):
        address = reverse("surveys:response-export", args=[wave.code])
        for user, status in (
            (people.supervisor_a, 200),
            (people.official, 200),
            (people.trainer, 403),
            (people.enumerator_a, 403),
        ):
            client = Client()
            client.force_login(user)
            assert client.post(address, {"format": "csv"}).status_code == status
        assert Client().get(address).status_code == 302

    def test_reading_the_page_downloads_nothing(self, people, wave):
        one_of(people, wave)
        one_of(people, wave, state="sent")
        client = Client()
        client.force_login(people.official)
        page = client.get(reverse("surveys:response-export", args=[wave.code])).content.decode()
        assert "1 wawancara diterima" in page
        assert "menunggu pemeriksaan: 1" in page
        assert "Sertakan catatan" not in page
        assert not AuditEvent.objects.filter(verb=Verb.EXPORTED).exists()

    @pytest.mark.parametrize("data", [{}, {"format": "exe"}, {"format": ""}])
    def test_an_unknown_format_is_refused(self, people, wave, data):
        client = Client()
        client.force_login(people.official)
        assert client.post(reverse("surveys:response-export", args=[wave.code]), data).status_code == 400


class TestComingBack:
    """What went out as a file comes in as the same: nothing of it is taken for new or for other."""

    @BOTH
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_every_row_is_recognised_as_unchanged(self, people, file_format, seed):
        wave = wave_with_questions()
        interviewed(wave, shops(people.a.ward, 12), people.enumerator_a, seed=seed)
        more = {"with_text": "on", "reason": "Menulis laporan tahunan"}
        rows = rows_of(people.administrator, wave, file_format, **more)
        headers = list(rows[0])
        batch = listed(
            people.supervisor_a, wave, [[str(cell) for cell in row.values()] for row in rows], headers
        )
        mapped = set(batch.mapping.values())
        assert {f"q_{item.code}" for item in wave.questionnaires.get().definition} <= mapped
        assert {row.verdict for row in batch.rows.in_order()} == {"unchanged"}

    def test_one_answer_changed_in_the_file_is_a_conflict(self, people):
        wave = wave_with_questions()
        interviewed(wave, shops(people.a.ward, 1), people.enumerator_a)
        (row,) = rows_of(people.official, wave, "csv")
        other = "stable" if row["kode_revenue_trend"] != "stable" else "increased"
        batch = listed(
            people.supervisor_a, wave, [list({**row, "kode_revenue_trend": other}.values())], list(row)
        )
        [staged] = batch.rows.all()
        assert (staged.verdict, list(staged.found["differences"])) == ("conflict", ["revenue_trend"])

    def test_an_older_version_is_not_held_against_a_newer_one(self, people):
        wave = wave_with_questions()
        interviewed(wave, shops(people.a.ward, 3), people.enumerator_a)
        LocalQuestion.objects.create(
            wave=wave, position=9, code="halal", kind="number", label="Halal", prompt="Halal?"
        )
        publish_questionnaire(wave=wave, by=None, at=AT)
        rows = rows_of(people.official, wave, "csv")
        batch = listed(people.supervisor_a, wave, [list(row.values()) for row in rows], list(rows[0]))
        assert {row.verdict for row in batch.rows.all()} == {"unchanged"}


def test_the_headings_of_a_download_are_known_as_our_own(people, wave):
    one_of(people, wave)
    headers = list(rows_of(people.official, wave, "csv")[0])
    batch = make_batch(people.supervisor_a, headers, kind="interviews", about=str(wave.pk))
    assert batch.mapping[str(headers.index("id_umkm"))] == "business"
    assert batch.mapping[str(headers.index("kode_platforms"))] == "q_platforms"
    assert str(headers.index("platform")) not in batch.mapping
