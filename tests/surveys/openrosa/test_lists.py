"""The lists of one enumerator, and that nothing leaves them that a draft may name."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from core.models import User
from surveys.actions.fieldwork import reassign, withdraw
from surveys.actions.reviewing import return_response
from surveys.models import Assignment, ResponseState, Wave
from surveys.openrosa.lists import list_of
from surveys.openrosa.xform import BUSINESS_LIST, SECTOR_LIST, WARD_LIST
from tests.factories import ResponseFactory
from tests.people import People
from tests.surveys.fieldwork.people import NOW, another_enumerator, businesses, census, given

pytestmark = pytest.mark.django_db


def rows(name: str, user: User, wave: Wave) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(list_of(name, user, wave).decode())))


def labels(user: User, wave: Wave) -> list[str]:
    return [row["label"] for row in rows(BUSINESS_LIST, user, wave)]


def assigned(people: People, *names: str) -> Wave:
    wave = census()
    businesses(people.a, *names)
    given(wave, people, len(names))
    return wave


def test_an_enumerator_finds_their_own_and_a_row_for_a_new_one(people: People) -> None:
    wave = assigned(people, "Warung A", 'Toko "B", C')
    businesses(people.a, "Milik orang lain")
    found = rows(BUSINESS_LIST, people.enumerator_a, wave)
    assert found[0]["name"] == "baru"
    assert {row["label"].split(" – ")[0] for row in found[1:]} == {"Warung A", 'Toko "B", C'}
    ids = {str(row.business.public_id) for row in Assignment.objects.of(people.enumerator_a)}
    assert {row["name"] for row in found[1:]} == ids
    assert rows(BUSINESS_LIST, people.enumerator_b, wave) == found[:1]


def test_what_was_taken_back_or_moved_stays_and_says_so(people: People) -> None:
    wave = assigned(people, "A ditarik", "B dialihkan", "C tetap")
    other = another_enumerator(people.a)
    by = {"wave": wave, "by": people.supervisor_a, "at": NOW}
    withdraw(assignments=Assignment.objects.filter(business__name="A ditarik"), **by)
    reassign(assignments=Assignment.objects.filter(business__name="B dialihkan"), to=other, **by)

    old = labels(people.enumerator_a, wave)
    assert [label.split(" – ")[0] for label in old[1:]] == ["C tetap", "A ditarik", "B dialihkan"]
    assert old[2].endswith("(ditarik, tidak perlu dikunjungi)")
    assert old[3].endswith("(dialihkan, tidak perlu dikunjungi)")
    assert [label.split(" – ")[0] for label in labels(other, wave)[1:]] == ["B dialihkan"]

    given(wave, people, 1, to=other)  # what was taken back goes to the other one
    assert any("A ditarik" in label and "dialihkan," in label for label in labels(people.enumerator_a, wave))
    reassign(
        assignments=Assignment.objects.filter(business__name="B dialihkan"), to=people.enumerator_a, **by
    )
    assert not [label for label in labels(people.enumerator_a, wave) if "B" in label and "(" in label]
    assert any("B dialihkan" in label and "dialihkan," in label for label in labels(other, wave))


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (ResponseState.SENT, "(sudah terkirim)"),
        (ResponseState.CORRECTED, "(sudah terkirim)"),
        (ResponseState.RETURNED, "(DIKEMBALIKAN, perbaiki)"),
        (ResponseState.PASSED, "(selesai)"),
        (ResponseState.ACCEPTED, "(selesai)"),
    ],
)
def test_a_label_tells_how_far_the_own_interview_is(people: People, state: ResponseState, mark: str) -> None:
    wave = assigned(people, "Warung A")
    business = Assignment.objects.get().business
    ResponseFactory(wave=wave, business=business, enumerator=people.enumerator_a, state=state)
    assert labels(people.enumerator_a, wave)[1].endswith(mark)


def test_why_an_interview_came_back_reaches_the_telephone(people: People) -> None:
    wave = assigned(people, "Warung A")
    response = ResponseFactory(
        wave=wave, business=Assignment.objects.get().business, enumerator=people.enumerator_a, state="sent"
    )
    assert [row["note"] for row in rows(BUSINESS_LIST, people.enumerator_a, wave)] == ["", ""]
    return_response(
        response=response,
        expected_version=response.version,
        note="Tanya ulang,\nlalu kirim lagi.",
        reasons={"partnership": "Bertentangan dengan catatan."},
        by=people.supervisor_a,
        at=NOW,
    )
    assert rows(BUSINESS_LIST, people.enumerator_a, wave)[1]["note"] == (
        "Tanya ulang, lalu kirim lagi. Kemitraan: Bertentangan dengan catatan."
    )


def test_somebody_else_was_there_already(people: People) -> None:
    wave = assigned(people, "Warung A")
    ResponseFactory(
        wave=wave, business=Assignment.objects.get().business, enumerator=people.supervisor_a, state="sent"
    )
    assert labels(people.enumerator_a, wave)[1].endswith("(selesai)")


def test_a_business_found_in_the_field_can_be_corrected(people: People) -> None:
    wave = census()
    (business,) = businesses(people.a, "Ditemukan")
    ResponseFactory(wave=wave, business=business, enumerator=people.enumerator_a, state="returned")
    assert labels(people.enumerator_a, wave)[1].endswith("(DIKEMBALIKAN, perbaiki)")


def test_kelurahan_are_those_of_the_own_area(people: People) -> None:
    wave = census()
    assert [row["name"] for row in rows(WARD_LIST, people.enumerator_a, wave)] == [people.a.ward.code]
    businesses(people.a, "Warung")
    assert rows(SECTOR_LIST, people.enumerator_a, wave)


def test_the_list_costs_as_much_for_thirty_as_for_three(people: People, django_assert_num_queries) -> None:
    wave = assigned(people, *[f"Warung {number}" for number in range(30)])
    with django_assert_num_queries(6):
        list_of(BUSINESS_LIST, people.enumerator_a, wave)
