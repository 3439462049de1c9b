"""One wrong text in many rows of a list, put right in all of them at once."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.test import Client

from core.importing import replacing
from core.models import ImportBatch, ImportState, Verdict
from registry.models import Sector
from tests.core.import_pages.driving import address, checked, line, page
from tests.core.importing.working import work_off_the_queue
from tests.people import People

pytestmark = pytest.mark.django_db
SAME = "Kesalahan yang sama pada banyak baris"


def batch_of(registrar: Client, people: People, *words: str) -> ImportBatch:
    rows = [line(people, f"Warung {number}", **{"Jenis usaha": word}) for number, word in enumerate(words)]
    return checked(registrar, *rows)


def place_of(batch: ImportBatch, column: str) -> int:
    return next(int(place) for place, name in batch.mapping.items() if name == column)


def replaced(registrar: Client, batch: ImportBatch, old: str, new: str, column: str = "sector") -> str:
    sent = {"place": place_of(batch, column), "old": old, "new": new}
    return registrar.post(address(batch, "replace"), sent, follow=True).content.decode()


def verdicts(batch: ImportBatch) -> list[str]:
    return list(batch.rows.order_by("number").values_list("verdict", flat=True))


def test_what_is_wrong_in_many_rows_is_put_right_at_once(people: People, registrar: Client) -> None:
    batch = batch_of(registrar, people, "Kuliner", "Kuliner", "Bengkel", "Kuliner", "I")
    shown = page(registrar, batch)
    told = shown[shown.index(SAME) :]
    assert "“Kuliner”</strong> pada 3 baris" in told
    assert "“Bengkel”</strong>" not in told  # only once there: its row has a field of its own
    assert f'<option value="{Sector.objects.get(code="G", version="2020").name}">' in told

    after = replaced(registrar, batch, "Kuliner", "Penyediaan Akomodasi Makan dan Minum")
    assert "3 baris: “Kuliner” diganti" in after
    assert SAME not in after
    assert "4 baris siap, 1 baris bermasalah" in after
    assert verdicts(batch) == [Verdict.NEW, Verdict.NEW, Verdict.ERROR, Verdict.NEW, Verdict.NEW]


def test_a_text_that_is_no_better_is_told(people: People, registrar: Client) -> None:
    batch = batch_of(registrar, people, "Kuliner", "Kuliner")
    assert "“Makan-makan” juga ditolak" in replaced(registrar, batch, "Kuliner", "Makan-makan")
    assert "“Makan-makan”</strong> pada 2 baris" in page(registrar, batch)
    assert "Tulis isi yang benar" in replaced(registrar, batch, "Makan-makan", "  ")
    assert verdicts(batch) == [Verdict.ERROR, Verdict.ERROR]


def test_a_long_list_is_put_right_bit_by_bit(people: People, registrar: Client) -> None:
    batch = batch_of(registrar, people, "Kuliner", "Kuliner", "Kuliner")
    with patch.object(replacing, "MOST", 2):
        assert "Masih ada baris lain" in replaced(registrar, batch, "Kuliner", "I")
        assert verdicts(batch) == [Verdict.NEW, Verdict.NEW, Verdict.ERROR]
        assert "Masih ada baris lain" not in replaced(registrar, batch, "Kuliner", "I")
    assert set(verdicts(batch)) == {Verdict.NEW}


def test_rows_made_alike_know_of_each_other(people: People, registrar: Client) -> None:
    wrong = {"Kelurahan": "Nirwana", "Kecamatan": ""}
    rows = [line(people, name, **{"Nama pelaku usaha": "Siti", **wrong}) for name in ("Satu", "Satu", "Dua")]
    batch = checked(registrar, *rows)
    replaced(registrar, batch, "Nirwana", people.a.ward.name, column="ward")
    assert verdicts(batch) == [Verdict.POSSIBLE_DUPLICATE, Verdict.POSSIBLE_DUPLICATE, Verdict.NEW]


def test_numbers_of_persons_are_not_offered_nor_replaced(people: People, registrar: Client) -> None:
    rows = [line(people, f"Warung {number}", NIK="12345") for number in range(2)]
    batch = checked(registrar, *rows)
    assert SAME not in page(registrar, batch)
    answer = replaced(registrar, batch, "12345", "9901014101900001", column="owner_national_id")
    assert "tidak dapat diganti sekaligus" in answer
    assert verdicts(batch) == [Verdict.ERROR, Verdict.ERROR]


def test_nothing_is_replaced_once_rows_are_stored(people: People, registrar: Client) -> None:
    batch = batch_of(registrar, people, "I", "Kuliner", "Kuliner")
    registrar.post(address(batch, "commit"), {"skip_bad": "on"})
    work_off_the_queue()
    sent = {"place": place_of(batch, "sector"), "old": "Kuliner", "new": "I"}
    assert registrar.post(address(batch, "replace"), sent).status_code == 409
    assert SAME not in page(registrar, batch)
    batch.refresh_from_db()
    assert batch.state == ImportState.COMMITTED


@pytest.mark.parametrize("place", ["", "99", "-1", "²", "1e3"])
def test_a_column_that_is_not_there_is_refused(people: People, registrar: Client, place: str) -> None:
    batch = batch_of(registrar, people, "Kuliner")
    sent = {"place": place, "old": "Kuliner", "new": "I"}
    assert registrar.post(address(batch, "replace"), sent).status_code == 409


def test_after_a_correction_the_page_is_where_it_was(people: People, registrar: Client) -> None:
    batch = batch_of(registrar, people, "Kuliner", "Kuliner")
    place = place_of(batch, "sector")
    sent = {f"cell_{place}": "I", "tab": "bad", "after": "1"}
    answer = registrar.post(address(batch, "row", 2), sent)
    assert answer["Location"].endswith("?tab=bad&after=1")
    elsewhere = registrar.post(
        address(batch, "row", 3), {f"cell_{place}": "I", "tab": "//evil", "after": "1"}
    )
    assert elsewhere["Location"] == address(batch, "detail")
