"""What is said of each row of a list of interviews before anything is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.importing import batches
from core.importing.importers import importer_of
from core.models import ImportRow
from registry.actions import merge_businesses
from registry.models import Business
from surveys.models import Response, Wave
from tests.factories import ResponseFactory, WaveFactory, registered_business
from tests.factories.imports import committed, errors_of, row_of, warnings_of
from tests.people import People
from tests.surveys.importing.making import AT, HEADERS, line, listed, shops, wave_with_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(people: People) -> Wave:
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


@pytest.fixture
def shop(people: People) -> Business:
    return shops(people.a.ward, 1, name="Warung Bu Siti")[0]


def judged(
    people: People, wave: Wave, *rows: list[str], headers: Any = HEADERS, **more: Any
) -> list[ImportRow]:
    return list(listed(people.supervisor_a, wave, rows, headers, **more).rows.in_order())


class TestWhichBusiness:
    def by(self, people: People, wave: Wave, heading: str, text: str, **cells: str) -> ImportRow:
        headers = (heading, *HEADERS[2:], "Nama usaha", "Kelurahan")
        values = {heading: text, "Nama_usaha": "", "Kelurahan": "", **cells}
        row = line(Business(name=""), headers=headers, **values)
        return judged(people, wave, row, headers=headers)[0]

    @pytest.mark.parametrize("heading", ["Nomor registrasi", "No. pendaftaran", "NIB", "ID UMKM", "id_umkm"])
    def test_by_its_numbers(self, people, wave, heading):
        shop = registered_business(ward=people.a.ward, nib="1234567890123")
        number = {"NIB": "1234567890123", "ID UMKM": str(shop.public_id), "id_umkm": str(shop.public_id)}
        row = self.by(people, wave, heading, number.get(heading, shop.registration.number))
        assert (row.verdict, row.stored_content[1][0]) == ("new", shop.pk)

    def test_by_name_and_kelurahan(self, people, wave, shop):
        [row] = judged(people, wave, line(shop, Nama_usaha="WARUNG  bu siti"))
        assert (row.verdict, row.stored_content[1][0]) == ("new", shop.pk)

    def test_two_of_one_name_in_one_kelurahan_are_told_apart_by_nobody(self, people, wave, shop):
        shops(people.a.ward, 1, name="Warung Bu Siti")
        [row] = judged(people, wave, line(shop))
        assert row.verdict == "error"
        assert "Ada 2 UMKM bernama ini" in errors_of(row)[0][1]

    def test_unknown_ones(self, people, wave, shop):
        row = self.by(people, wave, "Nomor registrasi", "35.74-2026-999999")
        assert errors_of(row) == [("Nomor registrasi", "UMKM ini tidak ada di wilayah kerja Anda.")]
        [row] = judged(people, wave, line(shop, Nama_usaha="Toko Lain"))
        assert errors_of(row)[0][0] == "Nama usaha"
        assert "Tidak ada UMKM bernama ini" in errors_of(row)[0][1]

    def test_those_of_another_kecamatan_are_unknown_here(self, people, wave):
        elsewhere = registered_business(ward=people.b.ward)
        row = self.by(people, wave, "Nomor registrasi", elsewhere.registration.number)
        assert errors_of(row) == [("Nomor registrasi", "UMKM ini tidak ada di wilayah kerja Anda.")]
        [row] = judged(people, wave, line(elsewhere))
        assert errors_of(row)[0][0] == "Kelurahan"

    def test_the_number_of_a_record_merged_since_means_the_one_it_was_merged_into(self, people, wave):
        winner, loser = (registered_business(ward=people.a.ward) for _ in range(2))
        facts: dict[str, Any] = {"versions": (1, 1), "by": people.verifier_a, "at": AT}
        merge_businesses(winner=winner, loser=loser, take=[], reason="Satu usaha tercatat dua kali", **facts)
        for heading, text in (
            ("Nomor registrasi", loser.registration.number),
            ("ID UMKM", str(loser.public_id)),
        ):
            row = self.by(people, wave, heading, text)
            assert (row.verdict, row.stored_content[1][0]) == ("new", winner.pk)

    def test_numbers_that_disagree(self, people, wave, shop):
        other = registered_business(ward=people.a.ward)
        headers = ("ID UMKM", "Nomor registrasi", *HEADERS)
        row = line(
            shop, headers=headers, ID_UMKM=str(shop.public_id), Nomor_registrasi=other.registration.number
        )
        [row] = judged(people, wave, row, headers=headers)
        assert errors_of(row) == [
            ("Nomor registrasi", "Nomor-nomor pada baris ini menunjuk UMKM yang berbeda.")
        ]

    def test_another_name_beside_a_number_is_to_be_looked_at(self, people, wave):
        shop = registered_business(ward=people.a.ward, name="Warung Bu Siti")
        row = self.by(people, wave, "Nomor registrasi", shop.registration.number, Nama_usaha="Toko Lain")
        assert row.verdict == "new"
        assert warnings_of(row) == [("Nama usaha", "Pada register nama usaha ini “Warung Bu Siti”.")]

    def test_none_at_all(self, people, wave, shop):
        [row] = judged(people, wave, line(shop, Nama_usaha="", Kelurahan=""))
        assert errors_of(row)[0][1].startswith("Isi nomor registrasi, NIB, ID UMKM")

    def test_a_closed_one_is_not_interviewed(self, people, wave):
        [closed] = shops(people.a.ward, 1, status="closed", status_since=AT.date())
        [row] = judged(people, wave, line(closed))
        assert "sudah tutup" in errors_of(row)[0][1]

    def test_a_nik_in_the_wrong_column_is_told_in_part_only(self, people, wave):
        row = self.by(people, wave, "NIB", "3574014101900001")
        assert row.verdict == "error"
        assert "3574014101900001" not in (row.findings or "")

    def test_twice_in_the_file(self, people, wave, shop):
        first, second = judged(people, wave, line(shop), line(shop, Kemitraan="individu"))
        assert errors_of(first) == [("Nama usaha", "UMKM ini ada juga pada baris 3.")]
        assert errors_of(second) == [("Nama usaha", "UMKM ini ada juga pada baris 2.")]

    def test_one_of_two_put_right_frees_the_other(self, people, wave, shop):
        [other] = shops(people.a.ward, 1, name="Toko Baru")
        batch = listed(people.supervisor_a, wave, [line(shop), line(shop)])
        batches.correct_cells(row_of(batch, 3), {0: other.name}, by=people.supervisor_a, at=AT)
        assert [row.verdict for row in batch.rows.in_order()] == ["new", "new"]


class TestWhenAndByWhom:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "Belum diisi: Tanggal wawancara"),
            ("05/03/2026", "Tanggal wawancara tidak boleh sesudah hari ini."),
            ("31/12/2025", "Tanggal wawancara harus antara 1 Januari 2026 dan 31 Desember 2026."),
            ("32/01/2026", "Tanggal ini tidak ada di kalender."),
        ],
    )
    def test_a_day_that_cannot_be(self, people, wave, shop, text, reason):
        [row] = judged(people, wave, line(shop, Tanggal_wawancara=text))
        assert errors_of(row) == [("Tanggal wawancara", reason)]

    def test_a_list_on_paper_may_be_typed_after_the_last_day(self, people, shop):
        wave = WaveFactory(period_end="2026-02-28")
        [row] = judged(people, Wave.objects.get(pk=wave.pk), line(shop, Tanggal_wawancara="27/02/2026"))
        assert row.verdict == "new"

    @pytest.mark.parametrize(
        ("name", "verdict"),
        [("", "new"), ("Enumerator_A", "new"), ("supervisor_a", "new"), ("enumerator_b", "error"), ("x", "error"),
         ("registrar_a", "error")],
    )  # fmt: skip
    def test_the_enumerator_is_a_user_name_of_the_area(self, people, wave, shop, name, verdict):
        headers = (*HEADERS, "Enumerator")
        [row] = judged(people, wave, line(shop, headers=headers, Enumerator=name), headers=headers)
        assert row.verdict == verdict
        if verdict == "new":
            wanted = people.enumerator_a if name == "Enumerator_A" else people.supervisor_a
            assert row.stored_content[1][2] == wanted.pk


class TestAnswers:
    def test_every_mistake_of_a_row_is_told_at_once(self, people, wave, shop):
        [row] = judged(
            people,
            wave,
            line(shop, Cara_pemasaran="radio", Metode="", Masalah="Tidak ada; Promosi", Kelurahan="x"),
        )
        assert [column for column, _ in errors_of(row)] == [
            "Cara pemasaran",
            "Kelurahan",
            "Masalah",
            "Metode",
        ]

    def test_untouched_is_an_error_unless_blank_was_said_to_be_declined(self, people, wave, shop):
        blank = line(shop, Kemitraan="", Masalah="-")
        [row] = judged(people, wave, blank)
        assert errors_of(row) == [
            ("Kemitraan", "Belum diisi: Kemitraan"),
            ("Masalah", "Belum diisi: Masalah"),
        ]
        [row] = judged(people, wave, blank, options=["blank_declines"])
        assert row.verdict == "new"
        values = row.stored_content[1][4]
        assert (values["partnership"], values["problems"]) == ("not_answered", ["not_answered"])

    def test_how_the_answers_were_obtained_is_never_declined(self, people, wave, shop):
        [row] = judged(people, wave, line(shop, Metode="", Cara_pendataan=""), options=["blank_declines"])
        assert [column for column, _ in errors_of(row)] == ["Metode", "Cara pendataan"]

    def test_an_answer_to_what_was_not_asked_is_told_and_left_out(self, people, wave, shop):
        [row] = judged(people, wave, line(shop, Sumber_modal="Kredit modal usaha"))
        assert (row.verdict, row.has_warnings) == ("new", True)
        assert warnings_of(row)[0][0] == "Alasan tidak memakai kredit"
        assert "credit_refusal_reasons" not in row.stored_content[1][4]

    def test_the_questions_of_the_wave_itself(self, people, shop):
        wave = wave_with_questions()
        headers = (*HEADERS, "Cabang", "Pelatihan", "Banyaknya pegawai", "Belanja sebulan")
        good = {"Cabang": "Lebih, dari satu", "Pelatihan": "Keuangan, digital", "Banyaknya_pegawai": "12"}
        [row] = judged(people, wave, line(shop, headers=headers, **good), headers=headers)
        assert row.verdict == "new"
        [row] = judged(
            people, wave, line(shop, headers=headers, **good | {"Banyaknya_pegawai": "501"}), headers=headers
        )
        assert errors_of(row) == [("Banyaknya pegawai", "Banyaknya pegawai: paling banyak 500.")]


class TestAlreadyInterviewed:
    @pytest.fixture
    def stored(self, people, wave, shop) -> Response:
        committed(listed(people.supervisor_a, wave, [line(shop)]), people.supervisor_a)
        return Response.objects.get()

    def test_the_same_answers_change_nothing(self, people, wave, shop, stored):
        [row] = judged(people, wave, line(shop))
        assert (row.verdict, row.differs) == ("unchanged", "")

    def test_other_answers_are_a_conflict_that_shows_both_and_writes_nothing(
        self, people, wave, shop, stored
    ):
        changed = line(shop, Kemitraan="individu", Tanggal_wawancara="02/03/2026")
        batch = listed(people.supervisor_a, wave, [changed])
        row = row_of(batch)
        assert row.verdict == "conflict"
        assert importer_of(batch).in_words(row.found["differences"]) == [
            ("Kemitraan", "Bermitra", "Individu (tidak bermitra)"),
            ("Tanggal wawancara", "3 Maret 2026", "2 Maret 2026"),
        ]
        assert not batch.rows.to_commit().exists()
        assert batch.rows.bad().count() == 1
        for decision, target in (("update", stored.pk), ("new", None)):
            with pytest.raises(batches.WrongBatchState):
                batches.decide(row, decision, target=target, by=people.supervisor_a, at=AT)

    def test_a_blank_cell_says_nothing_of_what_is_stored(self, people, wave, shop, stored):
        [row] = judged(people, wave, line(shop, Kemitraan="", Masalah="", Tanggal_wawancara=""))
        assert row.verdict == "unchanged"

    def test_an_interview_of_another_wave_is_none_of_this_one(self, people, wave, shop, stored):
        [row] = judged(people, WaveFactory(), line(shop))
        assert row.verdict == "new"

    def test_a_back_check_is_no_interview(self, people, shop):
        wave = WaveFactory()
        first = ResponseFactory(wave=wave, business=shops(people.a.ward, 1)[0])
        ResponseFactory(wave=wave, business=shop, state="back_check", back_check_of=first)
        [row] = judged(people, wave, line(shop))
        assert row.verdict == "new"


class TestColumns:
    def test_learned_headings_of_one_wave_never_name_questions_another_lacks(self, people, shop):
        rich = wave_with_questions()
        headers = (*HEADERS, "Cabangnya")
        batch = listed(people.supervisor_a, rich, [], headers)
        mapping = {int(place): name for place, name in batch.mapping.items()} | {len(HEADERS): "q_has_branch"}
        batch.state = "read"
        batch.save()
        batches.start_staging(batch, mapping=mapping, by=people.supervisor_a, at=AT)
        assert "q_has_branch" in listed(people.supervisor_a, rich, [], headers).mapping.values()
        assert "q_has_branch" not in listed(people.supervisor_a, WaveFactory(), [], headers).mapping.values()

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            ({"day", "q_methods", "q_mode"}, "Kolom UMKM tidak ada"),
            ({"day", "q_methods", "q_mode", "name"}, "Kolom UMKM tidak ada"),
            ({"nib"}, "Kolom wajib tidak ada: Tanggal wawancara, Metode, Cara pendataan."),
            ({"nib", "day", "q_methods", "q_mode"}, ""),
            ({"name", "ward", "day", "q_methods", "q_mode"}, ""),
        ],
    )
    def test_what_a_file_must_have(self, people, wave, columns, reason):
        batch = listed(people.supervisor_a, wave, [])
        assert importer_of(batch).missing(columns).startswith(reason)
        assert bool(importer_of(batch).missing(columns)) == bool(reason)


@pytest.mark.parametrize("with_interviews", [False, True])
def test_judging_costs_a_chunk_the_same_whatever_it_holds(people, wave, with_interviews):
    def queries(count: int) -> int:
        businesses = shops(people.a.ward, count, owner=None, registration=None)
        if with_interviews:
            for business in businesses:
                ResponseFactory(wave=wave, business=business)
        with CaptureQueriesContext(connection) as asked:
            listed(people.supervisor_a, wave, [line(business) for business in businesses])
        return len(asked)

    queries(1)  # headings are learned, statements prepared
    assert queries(3) == queries(300)
