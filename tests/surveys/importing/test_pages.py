"""A list of interviews on its way through the pages, and who may bring one."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core.models import ImportBatch, ImportState
from surveys.models import Response, Wave
from tests.core.import_pages.driving import LIST, address, of, page
from tests.core.importing.working import work_off_the_queue
from tests.factories import WaveFactory
from tests.people import People
from tests.surveys.importing.making import AT, line, listed, shops, wave_with_questions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fourth_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def wave(people: People) -> Wave:
    return wave_with_questions()


@pytest.fixture
def supervisor(people: People) -> Client:
    return of(people.supervisor_a)


def template_of(client: Client, wave: Wave) -> Any:
    answer = client.get(reverse("surveys:import-template", args=[wave.code]))
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content))


def filled_in(book: Any, rows: list[dict[str, str]]) -> SimpleUploadedFile:
    """The template with rows typed into it, saved by another program."""
    sheet = book["Wawancara"]
    headings = [cell.value for cell in sheet[1]]
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("kertas.xlsx", out.getvalue())


def typed(business: Any, **changes: str) -> dict[str, str]:
    headings = ("Nama usaha", "Kelurahan", "Tanggal wawancara", "Cara pemasaran", "Platform", "Kemitraan")
    headings += ("Pendapatan", "Sumber modal", "Alasan tidak memakai kredit", "Pembukuan rutin")
    headings += ("Keuangan usaha dipisah", "Masalah", "Potensi", "Metode", "Cara pendataan")
    own = {"Cabang": "Satu", "Pelatihan": "Digital", "Banyaknya pegawai": "3"}
    return dict(zip(headings, line(business, headers=headings), strict=True)) | own | changes


def begun(client: Client, wave: Wave, file: Any) -> ImportBatch:
    answer = client.post(LIST, {"kind": f"interviews:{wave.pk}", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.latest("pk")


def checked(client: Client, batch: ImportBatch, **more: str) -> ImportBatch:
    columns = {f"column_{place}": name for place, name in batch.mapping.items()}
    assert client.post(address(batch, "staging"), {**columns, **more}).status_code == 302
    work_off_the_queue()
    batch.refresh_from_db()
    assert batch.state == ImportState.STAGED
    return batch


def test_from_the_template_to_interviews_that_wait_for_review(people, wave, supervisor):
    first, second = shops(people.a.ward, 2)
    wrong = typed(second, Cabang="Sartu")
    batch = begun(supervisor, wave, filled_in(template_of(supervisor, wave), [typed(first), wrong]))
    assert len(batch.mapping) == 5 + len(list(wave.questionnaires.get().definition)) + 1
    columns = page(supervisor, batch)
    assert "Sel kosong berarti Tidak menjawab" in columns
    assert "Bila datanya sudah ada" not in columns
    checked(supervisor, batch)

    rows = page(supervisor, batch)
    assert "1 baris siap, 1 baris bermasalah" in rows
    assert "Mungkin maksudnya “Satu”" in rows
    place = next(place for place, name in batch.mapping.items() if name == "q_has_branch")
    assert supervisor.post(address(batch, "row", 3), {f"cell_{place}": "Satu"}).status_code == 302
    assert supervisor.post(address(batch, "commit")).status_code == 302
    work_off_the_queue()
    assert set(Response.objects.values_list("state", "door", "business")) == {
        ("sent", "import", first.pk),
        ("sent", "import", second.pk),
    }
    ended = page(supervisor, batch)
    assert "Lihat wawancara gelombang ini" in ended
    assert "yang sudah diperiksa atau diubah sejak itu tetap ada" in ended

    Response.objects.filter(business=first).update(state="accepted")
    assert supervisor.post(address(batch, "undo")).status_code == 302
    work_off_the_queue()
    assert Response.objects.get().business == first
    gone = page(supervisor, batch)
    assert "Yang tetap ada, karena disentuh sejak diimpor" in gone
    assert f"{first.name}</a> sudah diperiksa" in gone


def test_a_conflict_shows_both_answers_and_offers_no_overwriting(people, wave, supervisor):
    [shop] = shops(people.a.ward, 1)
    for changes in ({}, {"Kemitraan": "Individu (tidak bermitra)"}):
        batch = checked(
            supervisor,
            begun(supervisor, wave, filled_in(template_of(supervisor, wave), [typed(shop, **changes)])),
        )
        supervisor.post(address(batch, "commit"))
        work_off_the_queue()
    shown = page(supervisor, batch)
    assert "tersimpan: Bermitra; pada berkas: Individu (tidak bermitra)" in shown
    assert ">Wawancara 3 Maret 2026<" in shown.replace(
        '<span class="visually-hidden"> (tab baru)</span></a>', "<"
    )
    assert "Sama dengan ini" not in shown
    assert "Timpa" not in shown
    assert supervisor.post(address(batch, "policy"), {"policy": "overwrite"}).status_code == 409
    assert Response.objects.get().partnership == "partnered"


def test_the_template_offers_words_explains_and_names_every_code(people, wave, supervisor):
    book = template_of(supervisor, wave)
    assert book.sheetnames == ["Wawancara", "Petunjuk", "Kode"]
    sheet, codes = book["Wawancara"], book["Kode"]
    headings = [cell.value for cell in sheet[1]]
    offered = {}
    for validation in sheet.data_validations.dataValidation:
        [area] = validation.sqref.ranges
        first, last = validation.formula1.replace("$", "").removeprefix("Kode!").split(":")
        offered[headings[area.min_col - 1]] = [cell.value for (cell,) in codes[first:last]]
    assert offered["Cara pemasaran"] == ["Offline", "Online", "Offline dan online", "Tidak menjawab"]
    assert offered["Cara pendataan"] == ["Langsung", "Tidak langsung"]
    assert offered["Cabang"] == ["Satu", "Lebih, dari satu", "Tidak menjawab"]
    assert "Masalah" not in offered  # several answers
    explained = {row[0]: row for row in book["Petunjuk"].iter_rows(values_only=True)}
    assert explained["Banyaknya pegawai"][1:3] == (
        "ya",
        "Bilangan bulat. Paling sedikit 0. Paling banyak 500.",
    )
    assert explained["Alasan tidak memakai kredit"][1] == "bila ditanyakan"
    assert explained["Alasan tidak memakai kredit"][2].endswith("Hanya bila Sumber modal: Modal pribadi.")
    assert ("Cabang", "one", "Satu") in set(codes.iter_rows(values_only=True))


class TestWhoMay:
    def test_a_supervisor_brings_interviews_and_no_businesses(self, people, wave, supervisor):
        shown = supervisor.get(LIST).content.decode()
        assert "Wawancara: Survei UMKM 2026" in shown
        assert reverse("surveys:import-template", args=[wave.code]) in shown
        assert "UMKM dengan pelaku usahanya" not in shown
        answer = supervisor.post(LIST, {"kind": "businesses", "file": SimpleUploadedFile("a.csv", b"a;b")})
        assert answer.status_code == 200
        assert not ImportBatch.objects.exists()

    def test_a_registrar_brings_businesses_and_sees_no_interviews(self, people, wave, supervisor):
        batch = listed(people.supervisor_a, wave, [])
        registrar = of(people.registrar_a)
        assert "Wawancara: Survei" not in registrar.get(LIST).content.decode()
        assert registrar.get(address(batch, "detail")).status_code == 404

    def test_four_people_at_a_batch(self, people, wave):
        batch = listed(people.supervisor_a, wave, [line(shops(people.a.ward, 1)[0])])
        answers = {
            name: of(user).get(address(batch, "detail")).status_code
            for name, user in (
                ("allowed", people.supervisor_a),
                ("elsewhere", people.supervisor_b),
                ("reads only", people.official),
                ("whole city", people.administrator),
            )
        }
        assert answers == {"allowed": 200, "elsewhere": 404, "reads only": 403, "whole city": 200}
        assert Client().get(address(batch, "detail")).status_code == 302

    @pytest.mark.parametrize("about", ["", ":", ":0", ":999999", ":abc", ":1:2"])
    def test_a_wave_that_is_none_is_refused_at_the_form(self, people, wave, supervisor, about):
        file = SimpleUploadedFile("a.csv", b"Nama usaha;Kelurahan\nx;y")
        answer = supervisor.post(LIST, {"kind": f"interviews{about}", "file": file})
        assert answer.status_code == 200
        assert not ImportBatch.objects.exists()

    def test_waves_that_have_begun_are_offered_and_the_study_never(self, people, supervisor):
        WaveFactory(title="Nanti", period_start="2026-04-01")
        WaveFactory(title="Lewat", period_start="2026-01-01", period_end="2026-02-01")
        WaveFactory(title="Terbit", is_reconstruction=True)
        shown = supervisor.get(LIST).content.decode()
        assert [f"Wawancara: {title}" in shown for title in ("Nanti", "Lewat", "Terbit")] == [
            False,
            True,
            False,
        ]
