"""Two supervisors give out the same kecamatan at the same moment. PostgreSQL only has two at once in one table."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from surveys.actions import fieldwork
from surveys.actions.field_visits import use_reserve
from surveys.actions.visits import record_visit
from surveys.models import Assignment, Outcome, Visit
from tests.people import make_people
from tests.registry.test_actions_races import PATIENCE, at_once
from tests.surveys.fieldwork.drawing import drawn_wave
from tests.surveys.fieldwork.people import NOW, another_enumerator, businesses, census, given, names_of

pytestmark = pytest.mark.django_db(transaction=True)


def both_take(quantity: int) -> tuple[list[Exception | None], list[list[str]]]:
    """Each of two supervisors gives `quantity` of six to an enumerator of their own."""
    people, wave = make_people(), census()
    businesses(people.a, *(f"Toko {number}" for number in range(6)))
    enumerators = [people.enumerator_a, another_enumerator(people.a)]
    errors = at_once([lambda to=to: given(wave, people, quantity, to=to) for to in enumerators])
    return errors, [names_of(enumerator) for enumerator in enumerators]


def test_each_takes_what_the_other_left():
    errors, (first, second) = both_take(3)

    assert errors == [None, None]
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)


def test_who_comes_second_is_told_how_many_are_left():
    errors, taken = both_take(4)

    refusals = [error for error in errors if error]
    assert [type(error) for error in refusals] == [fieldwork.NotEnough]
    assert "Tersedia 2 UMKM" in str(refusals[0])
    assert sorted(map(len, taken)) == [0, 4]


def test_control_without_the_lock_both_choose_the_same_and_the_constraint_holds(monkeypatch):
    if connection.vendor == "sqlite":  # one writer at a time anyway: who waits for the other never gets in
        return
    both_have_chosen = threading.Barrier(2, timeout=PATIENCE)
    give = fieldwork._give

    def late(*args: object) -> None:
        both_have_chosen.wait()
        give(*args)

    monkeypatch.setattr(fieldwork, "_lock", lambda wave: None)
    monkeypatch.setattr(fieldwork, "_give", late)

    errors, taken = both_take(3)

    assert [type(error) for error in errors if error] == [fieldwork.FieldworkRefused]
    assert sorted(map(len, taken)) == [0, 3]
    assert Assignment.objects.count() == 3


def both_replace() -> tuple[list[Exception | None], int]:
    """Two supervisors press "Pakai cadangan" for one business; what each met, and how often it was replaced."""
    people = make_people()
    wave, main, _ = drawn_wave(people)
    given(wave, people, 1)
    record_visit(
        wave=wave,
        business=main,
        enumerator=people.enumerator_a,
        outcome=Outcome.REFUSED,
        visited_at=NOW,
        by=people.enumerator_a,
        at=NOW,
    )
    press = [lambda: use_reserve(wave=wave, business=main, by=people.supervisor_a, at=NOW)] * 2
    return at_once(press), Visit.objects.filter(outcome=Outcome.RESERVE_USED).count()


def test_one_business_is_replaced_once():
    errors, replaced = both_replace()

    assert [type(error) for error in errors if error] == [fieldwork.FieldworkRefused]
    assert replaced == 1
