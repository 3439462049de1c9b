"""The ways through an import that are no straight line: back to the columns, on to the records, out again."""

from __future__ import annotations

import pytest
from django.test import Client

from core.models import ImportState
from core.roles import Role
from registry.models import Business
from tests.core.import_pages.driving import address, checked, chosen, csv_file, line, of, page, uploaded
from tests.core.importing.working import work_off_the_queue
from tests.factories import UserFactory
from tests.factories.imports import HEADERS
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_forgotten_column_is_put_right_without_another_upload(people: People, registrar: Client) -> None:
    headers = (*HEADERS, "Uang masuk setahun")
    batch = uploaded(registrar, csv_file([*line(people, "Warung Satu"), "5.000.000"], headers=headers))
    registrar.post(address(batch, "staging"), chosen(batch))
    work_off_the_queue()
    assert "Ubah kolom" in page(registrar, batch)

    registrar.post(address(batch, "reopen"))
    assert "Masuk ke kolom" in page(registrar, batch)
    registrar.post(address(batch, "staging"), chosen(batch, column_7="annual_sales"))
    work_off_the_queue()
    registrar.post(address(batch, "commit"))
    work_off_the_queue()
    assert Business.objects.get().annual_sales == 5_000_000


def test_the_columns_stay_shut_for_others_and_once_rows_are_stored(people: People, registrar: Client) -> None:
    batch = checked(registrar, line(people, "Warung Satu"))
    colleague = of(UserFactory(role=Role.ADMINISTRATOR, whole_city=True))
    assert "Ubah kolom" not in page(colleague, batch)
    assert colleague.post(address(batch, "reopen")).status_code == 403
    registrar.post(address(batch, "commit"))
    work_off_the_queue()
    refused = registrar.post(address(batch, "reopen"))
    assert refused.status_code == 409
    assert "tersimpan" in refused.content.decode()


def test_columns_that_cannot_be_used_are_refused_loudly_and_kept(people: People, registrar: Client) -> None:
    batch = uploaded(registrar, csv_file(line(people, "Warung Satu")))
    sector = next(place for place, name in batch.mapping.items() if name == "sector")
    answer = registrar.post(address(batch, "staging"), chosen(batch, **{f"column_{sector}": ""}))
    shown = answer.content.decode()
    alert = shown[shown.index('role="alert"') :][:400]
    assert "Kolom wajib tidak ada: Jenis usaha" in alert
    assert '<option value="owner_name" selected>' in shown


def test_what_was_stored_is_one_click_away(people: People, registrar: Client) -> None:
    batch = checked(registrar, line(people, "Warung Satu"), line(people, "Warung Dua"))
    assert "Lihat UMKM dari impor ini" not in page(registrar, batch)
    registrar.post(address(batch, "commit"))
    work_off_the_queue()
    assert "Lihat UMKM dari impor ini" in page(registrar, batch)
    listed = registrar.get(f"/umkm/?batch={batch.public_id}").content.decode()
    assert "Menampilkan 2 dari 2 UMKM" in listed

    registrar.post(address(batch, "undo"))
    work_off_the_queue()
    assert "Lihat UMKM dari impor ini" not in page(registrar, batch)


@pytest.mark.parametrize("last_step", ["cancel", "undo"])
def test_a_list_that_left_nothing_behind_is_no_list_seen_before(
    people: People, registrar: Client, last_step: str
) -> None:
    batch = checked(registrar, line(people, "Warung Satu"))
    if last_step == "undo":
        registrar.post(address(batch, "commit"))
        work_off_the_queue()
        assert "persis sama" in page(registrar, uploaded(registrar, csv_file(line(people, "Warung Satu"))))
    registrar.post(address(batch, last_step))
    work_off_the_queue()
    batch.refresh_from_db()
    assert batch.state in (ImportState.CANCELLED, ImportState.UNDONE)
    batch.__class__.objects.exclude(pk=batch.pk).delete()
    again = uploaded(registrar, csv_file(line(people, "Warung Satu")))
    assert "persis sama" not in page(registrar, again)


def test_a_row_is_called_by_the_name_of_its_business(people: People, registrar: Client) -> None:
    headers = ("Kode sumber", "Nama pemilik", *HEADERS[:1], *HEADERS[2:])
    row = line(people, "Warung Satu", NIK="9901014101900001")
    file = csv_file(["A-17", "Bu Satu", row[0], *row[2:]], headers=headers)
    batch = uploaded(registrar, file)
    registrar.post(address(batch, "staging"), chosen(batch))
    work_off_the_queue()
    shown = page(registrar, batch)
    assert "Baris 2: Warung Satu" in shown
    [rest] = [text for text in shown.splitlines() if "import-rest" in text]  # what else it says, at a glance
    assert "Bu Satu" in rest
    assert people.a.ward.name in rest
    assert "9901" not in rest


def test_a_list_that_says_nothing_new_says_so(people: People, registrar: Client) -> None:
    first = checked(registrar, line(people, "Warung Satu", NIK="9901014101900001"))
    registrar.post(address(first, "commit"))
    work_off_the_queue()
    again = checked(registrar, line(people, "Warung Satu", NIK="9901014101900001"), again="on")
    assert "Tidak ada yang perlu diimpor" in page(registrar, again)
    assert "Tidak ada yang perlu diimpor" not in page(registrar, first)


def test_columns_are_offered_in_words(people: People, registrar: Client) -> None:
    batch = uploaded(
        registrar, csv_file(["3", *line(people, "Warung Satu")], headers=("tk_dibayar_laki", *HEADERS))
    )
    assert batch.mapping["0"] == "tk_dibayar_laki"  # known by the name the ministry gives it
    assert "Tenaga kerja laki-laki, dibayar</option>" in page(registrar, batch)
    assert ">tk_dibayar_laki</option>" not in page(registrar, batch)
