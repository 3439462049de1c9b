"""What `check` lets through fits the question; what it drops was not asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.questionnaire import DECLINED, Definition, Item, Kind, Part, ShownIf, check, questionnaire
from tests.surveys.questionnaire.fillings import anything, definitions, filled_definitions


def only(*items: Item) -> Definition:
    return Definition((Part("Bagian", items),))


@st.composite
def definitions_with_anything(draw):
    definition = draw(definitions())
    return definition, {item.code: draw(anything()) for item in definition if draw(st.booleans())}


@given(filled_definitions())
def test_a_fitting_answer_is_never_refused(filled):
    definition, values = filled
    assert check(definition, values).problems == {}


@given(definitions_with_anything())
def test_an_accepted_answer_is_in_range_and_on_offer(filled):
    definition, values = filled
    checked = check(definition, values)
    for code in set(checked.values) - set(checked.problems):
        item, value = definition[code], checked.values[code]
        offered = [choice for choice, _ in item.offered]
        match item.kind:
            case Kind.SINGLE:
                assert value in offered
            case Kind.MULTIPLE:
                assert value == tuple(choice for choice in offered if choice in value)
                assert len(value) == 1 or DECLINED not in value
            case Kind.NUMBER | Kind.AMOUNT:
                assert int(item.minimum or value) <= int(value) <= int(item.maximum or value)
            case Kind.DATE:
                assert date.fromisoformat(value)
                assert (item.minimum or value) <= value <= (item.maximum or value)
            case Kind.TEXT:
                value.encode()
                assert "\x00" not in value
                assert not item.max_length or len(value) <= item.max_length


@given(definitions_with_anything())
def test_everything_asked_is_answered_or_told(filled):
    """Items whose condition does not hold leave no trace, and what depends on them is not asked either."""
    definition, values = filled
    checked = check(definition, values)
    for item in definition:
        is_asked = item.shown_if is None or item.shown_if.holds(checked.values)
        if not is_asked:
            assert item.code not in checked.values
            assert item.code not in checked.problems
        elif item.required and not values.get(item.code):
            assert item.code in checked.problems


@given(definitions_with_anything())
def test_checking_what_was_accepted_changes_nothing(filled):
    definition, values = filled
    first = check(definition, values)
    assert check(definition, first.values) == first


@given(definitions_with_anything())
def test_the_order_in_which_answers_arrive_does_not_matter(filled):
    definition, values = filled
    assert check(definition, dict(reversed(values.items()))) == check(definition, values)


def test_a_chain_of_conditions_falls_with_its_first_link():
    yes_no = (("ya", "Ya"), ("tidak", "Tidak"))
    first = Item("a", Kind.SINGLE, "A", "A?", yes_no)
    second = Item("b", Kind.SINGLE, "B", "B?", yes_no, shown_if=ShownIf("a", ("ya",)))
    third = Item("c", Kind.NUMBER, "C", "C?", shown_if=ShownIf("b", ("ya",)))
    chain = only(first, second, third)
    assert check(chain, {"a": "ya", "b": "ya", "c": "3"}).values == {"a": "ya", "b": "ya", "c": "3"}
    assert check(chain, {"a": "tidak", "b": "ya", "c": "3"}).values == {"a": "tidak"}
    assert check(chain, {"a": "ya", "b": "ya"}).problems == {"c": "Belum diisi: C"}


AGE = Item("umur", Kind.NUMBER, "Umur", "Umur?", minimum="10", maximum="100")
PAID = Item("sewa", Kind.AMOUNT, "Sewa", "Sewa?", minimum="0", maximum="5000000")
SINCE = Item("sejak", Kind.DATE, "Sejak", "Sejak?", minimum="2020-01-31", maximum="2026-01-31")
PETS = Item(
    "hewan", Kind.MULTIPLE, "Hewan", "?", (("cat", "Kucing"), ("none", "Tidak ada")), may_decline=True
)
TEXT = Item("cerita", Kind.TEXT, "Cerita", "?", max_length=5)


@pytest.mark.parametrize(
    ("item", "value", "message"),
    [
        (AGE, "9", "Umur: paling sedikit 10."),
        (AGE, "101", "Umur: paling banyak 100."),
        (AGE, "10", ""),
        (AGE, "100", ""),
        (AGE, "sepuluh", "Umur: tulis bilangan bulat."),
        (AGE, "10.5", "Umur: tulis bilangan bulat."),
        (AGE, "٣٣", "Umur: tulis bilangan bulat."),
        (AGE, ("10",), "Umur: jawaban ini tidak terbaca."),
        (PAID, "5000001", "Sewa: paling banyak Rp5.000.000."),
        (PAID, "-1", "Sewa: paling sedikit Rp0."),
        (SINCE, "2020-01-30", "Sejak: paling awal 31 Januari 2020."),
        (SINCE, "2026-02-01", "Sejak: paling akhir 31 Januari 2026."),
        (SINCE, "2025-02-29", "Sejak: tanggal ini tidak ada."),
        (SINCE, "31/01/2025", "Sejak: tanggal ini tidak ada."),
        (PETS, ("cat", "none"), "Hewan: pilih jawabannya atau Tidak ada, jangan keduanya."),
        (PETS, ("cat", DECLINED), "Hewan: pilih jawabannya atau Tidak menjawab, jangan keduanya."),
        (PETS, ("dog",), "Hewan: pilih salah satu dari jawaban yang ada."),
        (PETS, "cat", "Hewan: jawaban ini tidak terbaca."),
        (TEXT, "enam ✓", "Cerita: paling banyak 5 huruf."),
        (TEXT, "a\x00b", "Cerita: ada huruf yang tidak dapat disimpan; tulis ulang isian ini."),
        (TEXT, "\ud800", "Cerita: ada huruf yang tidak dapat disimpan; tulis ulang isian ini."),
        (TEXT, "a\n\tb", ""),
    ],
)
def test_what_does_not_fit_is_told_in_words(item, value, message):
    assert check(only(item), {item.code: value}).problems.get(item.code, "") == message


def test_a_number_loses_its_leading_zeros():
    assert check(only(AGE), {"umur": "007"}).problems
    assert check(only(AGE), {"umur": "0012"}).values == {"umur": "12"}


def test_an_answer_to_no_question_is_left_out():
    assert check(questionnaire(), {"lain": "x"}).values == {}
