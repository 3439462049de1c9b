"""A list through the pages: uploaded, understood, checked, put right, stored, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.importing import batches, storage
from core.models import AuditEvent, ImportBatch, ImportState, Job, Verb
from registry.models import Business
from tests.core.import_pages.driving import LIST, address, checked, chosen, csv_file, line, of, page, uploaded
from tests.core.importing.working import work_off_the_queue
from tests.factories import BusinessFactory, OwnerFactory, UserFactory, registered_business
from tests.factories.core import WardFactory
from tests.factories.imports import HEADERS
from tests.people import People

pytestmark = pytest.mark.django_db


def test_from_the_file_into_the_register_and_out_again(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu"), line(people, "Warung Dua")))
    first = page(registrar, batch)
    assert "Warung Satu" in first
    assert "Masuk ke kolom" in first
    assert Business.objects.count() == 0

    registrar.post(address(batch, "staging"), chosen(batch))
    assert "Sedang diperiksa" in page(registrar, batch)
    work_off_the_queue()
    assert "2 baris siap, 0 baris bermasalah" in page(registrar, batch)
    assert Business.objects.count() == 0

    registrar.post(address(batch, "commit"))
    assert "Sedang disimpan" in page(registrar, batch)
    work_off_the_queue()
    assert "<strong>2</strong> baris dibuat" in page(registrar, batch)
    assert Business.objects.count() == 2

    registrar.post(address(batch, "undo"))
    work_off_the_queue()
    assert "<strong>2</strong> baris diurungkan" in page(registrar, batch)
    assert Business.objects.count() == 0


def test_bad_rows_stay_outside_only_when_that_is_said(people: People, registrar: Client) -> None:
    batch = checked(registrar, line(people, "Warung Satu"), line(people, "", NIK="123"))
    shown = page(registrar, batch)
    assert "1 baris siap, 1 baris bermasalah" in shown
    assert "Lewati baris bermasalah" in shown

    refused = registrar.post(address(batch, "commit"))
    assert "Masih ada baris bermasalah" in refused.content.decode()
    batch.refresh_from_db()
    assert batch.state == ImportState.STAGED

    registrar.post(address(batch, "commit"), {"skip_bad": "on"})
    work_off_the_queue()
    assert list(Business.objects.values_list("name", flat=True)) == ["Warung Satu"]


def test_how_the_amounts_of_a_column_were_read_is_told_in_words(people: People, registrar: Client) -> None:
    headers = (*HEADERS, "Omzet per tahun")
    for amounts, told in (
        (["1,000,000.00"], "koma dibaca sebagai"),
        (["1,000,000.00", "1.000.000"], "dua gaya"),
    ):
        rows = [[*line(people, f"Warung {amount}"), amount] for amount in amounts]
        batch = uploaded(registrar, csv_file(*rows, headers=headers))
        registrar.post(address(batch, "staging"), chosen(batch))
        work_off_the_queue()
        assert told in page(registrar, batch)


def test_a_cell_is_put_right_on_the_page(people: People, registrar: Client) -> None:
    batch = checked(registrar, line(people, "Warung Satu", Kelurahan="Nirwana"))
    shown = page(registrar, batch)
    place = HEADERS.index("Kelurahan")
    assert f'name="cell_{place}" value="Nirwana"' in shown

    still_wrong = registrar.post(address(batch, "row", 2), {f"cell_{place}": "Entah"}).content.decode()
    assert f'name="cell_{place}" value="Entah"' in still_wrong

    answer = registrar.post(address(batch, "row", 2), {f"cell_{place}": people.a.ward.name}, follow=True)
    assert "Baris 2: siap disimpan sebagai data baru." in answer.content.decode()
    assert batch.rows.get().verdict == "new"


def test_the_bad_rows_come_as_a_file_that_can_be_uploaded_again(people: People, registrar: Client) -> None:
    batch = checked(registrar, line(people, "Warung Satu"), line(people, "Warung Dua", Kelurahan="Nirwana"))
    answer = registrar.post(address(batch, "errors"), {"format": "csv"})
    content = b"".join(answer)  # type: ignore[arg-type]
    assert b"Warung Dua" in content
    assert b"Warung Satu" not in content
    assert b"Masalah" in content
    assert AuditEvent.objects.filter(verb=Verb.EXPORTED, object_label__contains="1 baris").exists()

    corrected = content.replace(b"Nirwana", people.a.ward.name.encode())
    again = uploaded(registrar, SimpleUploadedFile("perbaikan.csv", corrected))
    assert "Masalah" in again.headers
    registrar.post(address(again, "staging"), chosen(again))
    work_off_the_queue()
    assert "1 baris siap, 0 baris bermasalah" in page(registrar, again)


def test_a_possible_duplicate_is_decided(people: People, registrar: Client) -> None:
    first = checked(registrar, line(people, "Warung Satu"))
    registrar.post(address(first, "commit"))
    work_off_the_queue()
    known = Business.objects.get()

    batch = checked(registrar, line(people, "Warung Satoe", **{"Nama pelaku usaha": "Pemilik Warung Satu"}))
    shown = page(registrar, batch)
    assert "Mungkin sama dengan" in shown
    assert str(known.public_id) in shown
    answer = registrar.post(address(batch, "decide", 2), {"decision": "new"}, follow=True)
    assert "1 baris siap, 0 baris bermasalah" in answer.content.decode()

    answer = registrar.post(address(batch, "decide", 2), {"decision": f"update:{known.pk}"}, follow=True)
    assert "Diputuskan: data yang sama" in page(registrar, batch, "?tab=possible_duplicate")
    refused = registrar.post(address(batch, "decide", 2), {"decision": "update:999999"})
    assert refused.status_code == 409


def test_the_same_file_again_asks_first(people: People, registrar: Client) -> None:
    uploaded(registrar, csv_file(line(people, "Warung Satu")))
    again = uploaded(registrar, csv_file(line(people, "Warung Satu")))
    assert "persis sama sudah diunggah" in page(registrar, again)
    refused = registrar.post(address(again, "staging"), chosen(again))
    assert "Centang bila tetap diimpor" in refused.content.decode()
    assert registrar.post(address(again, "staging"), chosen(again, again="on")).status_code == 302


def test_a_file_that_cannot_be_read_is_told_at_the_field_and_leaves_nothing(registrar: Client) -> None:
    for file, reason in [
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04rusak"), "rusak"),
        (SimpleUploadedFile("a.csv", b""), "Berkas kosong"),
        (SimpleUploadedFile("a.pdf", b"%PDF-1.7 isi"), "PDF"),
        (csv_file(["1", "2"], headers=("Nama usaha", "Nama usaha")), "muncul dua kali"),
    ]:
        answer = registrar.post(LIST, {"kind": "businesses", "file": file})
        assert answer.status_code == 200, reason
        assert reason in answer.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_dangerous_file_name_is_only_text(people: People, registrar: Client) -> None:
    name = '"><script>alert(1)</script>..\u202egpj.csv'
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu"), name=name))
    shown = page(registrar, batch)
    assert "<script>alert" not in shown
    assert "\u202e" not in shown


def test_columns_are_chosen_by_hand_and_remembered(people: People, registrar: Client) -> None:
    headers = ("Merek dagang", *HEADERS[1:])
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu"), headers=headers))
    assert "0" not in batch.mapping
    refused = registrar.post(address(batch, "staging"), chosen(batch))
    assert "Kolom wajib tidak ada: Nama usaha" in refused.content.decode()
    twice = registrar.post(address(batch, "staging"), chosen(batch, column_0="ward"))
    assert "dipilih dua kali" in twice.content.decode()
    registrar.post(address(batch, "staging"), chosen(batch, column_0="name"))
    other = uploaded(registrar, csv_file(line(people, "Warung Dua"), headers=headers))
    assert other.mapping["0"] == "name"


def test_the_file_can_be_read_in_another_way(people: People, registrar: Client) -> None:
    rows = csv_file(["Daftar UMKM", *[""] * 6], line(people, "Warung Satu"), headers=HEADERS)
    batch = uploaded(registrar, rows)
    answer = registrar.post(
        address(batch, "reading"), {"encoding": "cp1252", "delimiter": ";", "header_row": "2"}
    )
    assert answer.status_code == 302
    batch.refresh_from_db()
    assert (batch.header_row, batch.reading["encoding"]) == (2, "cp1252")
    refused = registrar.post(address(batch, "reading"), {"encoding": "latin9"})
    assert refused.status_code == 200
    assert "Pilih salah satu" in refused.content.decode()


def test_what_was_edited_since_keeps_the_batch_from_being_taken_back(
    people: People, registrar: Client
) -> None:
    batch = checked(registrar, line(people, "Warung Satu"), line(people, "Warung Dua"))
    registrar.post(address(batch, "commit"))
    work_off_the_queue()
    edited = Business.objects.get(name="Warung Dua")
    Business.objects.filter(pk=edited.pk).update(version=edited.version + 1)
    answer = registrar.post(address(batch, "undo"))
    assert answer.status_code == 409
    assert "1 data sudah berubah sejak diimpor" in answer.content.decode()
    assert "Warung Dua" in answer.content.decode()
    assert Business.objects.count() == 2


def test_of_a_long_list_the_worker_finds_what_was_edited_since(
    people: People, registrar: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CHECKED_AT_ONCE", 1)
    batch = checked(registrar, line(people, "Warung Satu"), line(people, "Warung Dua"))
    registrar.post(address(batch, "commit"))
    work_off_the_queue()
    edited = Business.objects.filter(name="Warung Dua")
    edited.update(version=2)
    assert registrar.post(address(batch, "undo")).status_code == 302
    work_off_the_queue()

    shown = page(registrar, batch)
    assert "1 data sudah diubah sejak diimpor" in shown
    assert "Warung Dua</a> diubah" in shown
    assert "Warung Satu</a> diubah" not in shown
    assert Business.objects.count() == 2

    edited.update(version=1)
    registrar.post(address(batch, "undo"))
    work_off_the_queue()
    assert Business.objects.count() == 0
    assert "sudah diubah" not in page(registrar, batch)


def test_a_step_at_the_wrong_time_is_refused(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu")))
    for step in ("commit", "undo"):
        assert registrar.post(address(batch, step)).status_code == 409
    registrar.post(address(batch, "cancel"))
    batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED
    assert registrar.post(address(batch, "cancel")).status_code == 409


def test_numbers_in_the_file_of_somebody_else_stay_hidden(people: People, registrar: Client) -> None:
    batch = checked(registrar, line(people, "Warung Satu", NIK="3574019999"))
    assert "3574019999" in page(registrar, batch)
    shown = page(of(people.administrator), batch)
    assert "3574019999" not in shown
    assert "Tersamar" in shown
    nik = HEADERS.index("NIK")
    of(people.administrator).post(address(batch, "row", 2), {f"cell_{nik}": ""})
    assert batch.rows.get().cells[nik] == "3574019999"


def test_a_file_is_shown_as_it_is_only_to_who_uploaded_it(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu", NIK="9901014101900001")))
    assert "9901014101900001" in page(registrar, batch)
    assert "9901014101900001" not in page(of(people.administrator), batch)


def test_four_people_at_the_door(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu")))
    detail = address(batch, "detail")
    assert registrar.get(detail).status_code == 200
    assert of(people.registrar_b).get(detail).status_code == 404
    assert of(people.official).get(detail).status_code == 403
    assert Client().get(detail).status_code == 302


@pytest.mark.parametrize("rows", [3, 60])
def test_the_page_asks_as_many_questions_for_many_rows(
    people: People, registrar: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    bad = [line(people, f"Warung {number}", Kelurahan="Nirwana") for number in range(rows)]
    batch = checked(registrar, *bad)
    BusinessFactory()
    with django_assert_max_num_queries(20):
        page(registrar, batch)


def test_only_who_uploaded_a_file_says_which_of_its_columns_hold_numbers(
    people: People, registrar: Client
) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu", NIK="9901014101900001")))
    nik = HEADERS.index("NIK")
    other = of(people.administrator)
    assert other.post(address(batch, "staging"), chosen(batch, **{f"column_{nik}": ""})).status_code == 403
    assert other.post(address(batch, "reading"), {"header_row": "2"}).status_code == 403
    batch.refresh_from_db()
    assert batch.state == ImportState.READ


def test_the_file_of_bad_rows_is_for_who_uploaded_them_or_may_export_numbers(
    people: People, registrar: Client
) -> None:
    batch = checked(registrar, line(people, "Warung Satu", NIK="3574019999"))
    colleague = of(UserFactory(role="registrar"))
    assert "Unduh baris bermasalah" not in page(colleague, batch)
    assert colleague.post(address(batch, "errors"), {"format": "csv"}).status_code == 403
    assert of(people.administrator).post(address(batch, "errors"), {"format": "csv"}).status_code == 200


def test_a_correction_by_a_colleague_tells_no_more_than_the_uploader_may_see(
    people: People, registrar: Client
) -> None:
    owner = OwnerFactory(name="Rahasia Sekali", national_id="3574010101010001", ward=people.b.ward)
    registered_business(ward=people.b.ward, owner=owner)
    batch = checked(registrar, line(people, "Warung Satu", NIK="9901014101900001"))
    place = HEADERS.index("NIK")
    of(people.administrator).post(address(batch, "row", 2), {f"cell_{place}": "3574010101010001"})
    assert batch.rows.get().verdict == "error"
    assert "Rahasia Sekali" not in page(registrar, batch)


def test_a_cancelled_list_does_not_stay_on_the_disk(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu", NIK="9901014101900001")))
    path = storage.path_of(batch.stored_as)
    assert path.is_file()
    registrar.post(address(batch, "cancel"))
    assert not path.exists()
    assert registrar.get(address(batch, "detail")).status_code == 200


def test_no_number_of_a_person_is_kept_as_a_heading_or_as_the_name_of_a_file(
    people: People, registrar: Client
) -> None:
    row = line(people, "Warung Satu", NIK="9901014101900001")
    file = csv_file(line(people, "Warung Dua"), headers=tuple(row))
    answer = registrar.post(LIST, {"kind": "businesses", "file": file})
    assert "bukan judul kolom" in answer.content.decode()
    assert ImportBatch.objects.count() == 0
    batch = uploaded(registrar, csv_file(row, line(people, "Warung Dua"), name="data 9901014101900001.csv"))
    assert batch.file_name == "data 9901••••01.csv"
    refused = registrar.post(
        address(batch, "reading"), {"encoding": "utf-8", "delimiter": ";", "header_row": "2"}
    )
    assert "bukan judul kolom" in refused.content.decode()
    batch.refresh_from_db()
    assert "9901014101900001" not in str(batch.headers)


def test_nor_does_one_that_was_stopped_while_it_was_checked(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu", NIK="9901014101900001")))
    path = storage.path_of(batch.stored_as)
    registrar.post(address(batch, "staging"), chosen(batch))
    Job.objects.update(cancel_requested=True)
    work_off_the_queue()
    batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED
    assert not path.exists()


@pytest.mark.parametrize("rows", [2, 12])
def test_changed_kelurahan_are_named_by_as_many_questions_for_many_rows(
    people: People, registrar: Client, rows: int, django_assert_max_num_queries: Any
) -> None:
    other = WardFactory(parent=people.a.district)
    names = [f"{chr(65 + number) * 3}{number * 7919} Usaha" for number in range(rows)]
    first = checked(registrar, *(line(people, name) for name in names))
    registrar.post(address(first, "commit"), {"skip_bad": "on"})
    work_off_the_queue()
    businesses = Business.objects.order_by("pk")
    headers = ("Kode", *HEADERS)
    changed = [[str(one.public_id), *line(people, one.name, Kelurahan=other.name)] for one in businesses]
    batch = uploaded(registrar, csv_file(*changed, headers=headers))
    registrar.post(address(batch, "staging"), chosen(batch))
    work_off_the_queue()
    with django_assert_max_num_queries(20):
        assert page(registrar, batch, "?tab=changed").count(f"→ {other.name}") == len(changed) > 0


def test_owners_are_not_submitted_so_nobody_is_asked(registrar: Client) -> None:
    file = csv_file(["Ani"], headers=("Nama",), name="pemilik.csv")
    registrar.post(LIST, {"file": file, "kind": "owners"})
    owners = ImportBatch.objects.get()

    assert "Ajukan yang baru" not in page(registrar, owners)
    answer = registrar.post(
        address(owners, "staging"), {"policy": "skip", "column_0": "name", "option_submit_new": "on"}
    )

    assert answer.status_code == 302
    owners.refresh_from_db()
    assert not owners.options
    assert "Ajukan yang baru" in page(
        registrar, uploaded(registrar, csv_file(["x"], headers=("Nama usaha",)))
    )
