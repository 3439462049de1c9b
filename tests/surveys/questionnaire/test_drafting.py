"""What keeps a draft from being published is told at the field that has to change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.forms import InterviewForm
from surveys.models import Response
from surveys.questionnaire import Item, Kind, ShownIf, faults, questionnaire
from surveys.questionnaire.drafting import (
    CHOICE_CODE,
    CORE_CODES,
    RESERVED_CODES,
    choice_lines,
    choices_text,
)
from tests.surveys.questionnaire.fillings import definitions

PLACE = Item(
    "tempat", Kind.SINGLE, "Tempat", "Di mana?", (("kios", "Kios"), ("rumah", "Rumah")), may_decline=True
)
RENT = Item("sewa", Kind.AMOUNT, "Sewa", "Berapa sewa?")
SINCE = Item("sejak", Kind.DATE, "Sejak", "Sejak kapan?")


def told(*items: Item, published=None) -> list[tuple[str, str]]:
    return [(fault.code, fault.field) for fault in faults(items, published or {})]


def test_a_sound_draft_has_no_faults():
    assert told(PLACE, replace(RENT, shown_if=ShownIf("tempat", ("kios",))), SINCE) == []
    assert told(replace(RENT, shown_if=ShownIf("capital_source", ("both", "not_answered")))) == []


@pytest.mark.parametrize(
    ("items", "where"),
    [
        ([replace(RENT, code="platforms")], ("platforms", "code")),
        ([replace(RENT, code="business")], ("business", "code")),
        ([RENT, RENT], ("sewa", "code")),
        ([replace(PLACE, choices=())], ("tempat", "choices")),
        ([replace(PLACE, choices=(("a", "A"), ("a", "B")))], ("tempat", "choices")),
        ([replace(PLACE, choices=(("a", "Sama"), ("b", "sama")))], ("tempat", "choices")),
        ([replace(PLACE, choices=(("a", "A"), ("not_answered", "B")))], ("tempat", "choices")),
        ([replace(PLACE, choices=(("a", "A"), ("b", "Tidak menjawab")))], ("tempat", "choices")),
        ([replace(PLACE, choices=(("a", "A"), ("B c", "B")))], ("tempat", "choices")),
        ([replace(PLACE, choices=(("a", "A"), ("b", "")))], ("tempat", "choices")),
        ([replace(PLACE, choices=tuple((f"c{n}", f"{n}") for n in range(61)))], ("tempat", "choices")),
        ([replace(RENT, choices=(("a", "A"), ("b", "B")))], ("sewa", "choices")),
        ([replace(PLACE, minimum="1")], ("tempat", "minimum")),
        ([replace(RENT, minimum="10", maximum="9")], ("sewa", "maximum")),
        ([replace(SINCE, minimum="2026-01-02", maximum="2026-01-01")], ("sejak", "maximum")),
        ([replace(RENT, shown_if=ShownIf("tempat", ("kios",))), PLACE], ("sewa", "shown_if")),
        ([replace(RENT, shown_if=ShownIf("hilang", ("kios",)))], ("sewa", "shown_if")),
        ([replace(RENT, shown_if=ShownIf("mode", ("direct",)))], ("sewa", "shown_if")),
        ([SINCE, replace(RENT, shown_if=ShownIf("sejak", ("kios",)))], ("sewa", "shown_if")),
        ([PLACE, replace(RENT, shown_if=ShownIf("tempat", ("los",)))], ("sewa", "shown_if")),
        ([PLACE, replace(RENT, shown_if=ShownIf("tempat", ()))], ("sewa", "shown_if")),
    ],
)
def test_each_mistake_is_told_at_its_field(items, where):
    assert told(*items) == [where]


def test_limits_are_compared_as_numbers():
    assert told(replace(RENT, minimum="9", maximum="10")) == []


def test_a_published_code_keeps_its_kind_even_when_it_was_taken_out_since():
    published = {1: questionnaire((RENT,)), 2: questionnaire()}
    assert told(replace(RENT, kind=Kind.NUMBER), published=published) == [("sewa", "kind")]
    assert told(RENT, published=published) == []


def test_a_choice_taken_away_never_comes_back_as_something_else():
    published = {1: questionnaire((PLACE,)), 2: questionnaire((replace(PLACE, choices=PLACE.choices[:1]),))}
    back = replace(PLACE, choices=(("kios", "Kios"), ("rumah", "Rumah")))
    other = replace(PLACE, choices=(("kios", "Kios"), ("rumah", "Rumah makan")))
    assert told(back, published=published) == []
    (fault,) = faults([other], published)
    assert fault.field == "choices"
    assert "berarti “Rumah” pada versi 1" in fault.message


def test_the_wording_of_a_standing_choice_may_be_put_right():
    renamed = replace(PLACE, choices=(("kios", "Kios pasar"), ("rumah", "Rumah")))
    assert told(renamed, published={1: questionnaire((PLACE,))}) == []


@given(definitions())
def test_whatever_was_published_can_be_published_again(definition):
    """Once sound, sound against its own version: no rule refuses what stands."""
    sound = [item for item in definition.local if not told(item)]
    faulty = {fault.code for fault in faults(sound, {1: definition})}
    assert faulty <= {fault.code for fault in faults(sound, {})}


def test_no_code_hides_a_column_or_a_field_of_ours():
    columns = {field.name for field in Response._meta.concrete_fields}
    columns |= {field.attname for field in Response._meta.concrete_fields}
    assert columns | set(InterviewForm.base_fields) <= RESERVED_CODES | CORE_CODES


def test_choices_are_typed_with_codes_or_without():
    assert choice_lines("kios: Kios pasar\n\n Rumah sendiri \nPasar: Kota\nTidak ada\n") == (
        ("kios", "Kios pasar"),
        ("rumah_sendiri", "Rumah sendiri"),
        ("pasar_kota", "Pasar: Kota"),
        ("none", "Tidak ada"),
    )
    assert [code for code, _ in choice_lines("Ya!\nYa?\nya_2: Ya\n…")] == ["ya", "ya_3", "ya_2", "pilihan"]


@given(st.text(max_size=200))
def test_any_text_makes_codes_that_read_back_as_themselves(text):
    choices = choice_lines(text)
    made = [(code, label) for code, label in choices if label]
    assert all(CHOICE_CODE.match(code) for code, _ in choices)
    if len(made) == len(choices):
        assert choice_lines(choices_text(choices)) == choices
