"""One code book for all versions of a wave: keys stay, labels tell in which version they stood."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveys.questionnaire import Item, Kind, codebook, questionnaire, variables
from surveys.questionnaire.codebook import CodebookRow, CodeLabel
from tests.surveys.questionnaire.fillings import definitions


def place(*choices: tuple[str, str], label: str = "Tempat") -> Item:
    return Item("tempat", Kind.SINGLE, label, "Di mana?", choices)


RENT = Item("sewa", Kind.AMOUNT, "Sewa", "Berapa sewa?")


def test_labels_and_versions_of_each_code():
    versions = {
        1: questionnaire((place(("kios", "Kios"), ("rumah", "Rumah")), RENT)),
        2: questionnaire((place(("kios", "Kios pasar"), ("rumah", "Rumah"), label="Tempat usaha"),)),
    }
    rows = [row for row in codebook(versions) if row.variable in ("tempat", "sewa")]
    assert rows == [
        CodebookRow("tempat", "Tempat usaha", Kind.SINGLE, "kios", "Kios pasar", (2,)),
        CodebookRow("tempat", "Tempat usaha", Kind.SINGLE, "rumah", "Rumah", (1, 2)),
        CodebookRow("tempat", "Tempat usaha", Kind.SINGLE, "kios", "Kios", (1,)),
        CodebookRow("sewa", "Sewa", Kind.AMOUNT, "", "", (1,)),
    ]
    (rent,) = (variable for variable in variables(versions) if variable.code == "sewa")
    assert (rent.versions, rent.choices, rent.is_core) == ((1,), (), False)


def test_not_answering_is_a_code_where_it_may_be_said():
    (channel,) = (v for v in variables({1: questionnaire()}) if v.code == "marketing_channel")
    assert channel.choices[-1] == CodeLabel("not_answered", "Tidak menjawab", (1,))
    (mode,) = (v for v in variables({1: questionnaire()}) if v.code == "mode")
    assert [choice.code for choice in mode.choices] == ["direct", "indirect"]


@given(st.lists(definitions(), min_size=1, max_size=3))
def test_every_code_of_every_version_is_in_the_book(listed):
    versions = dict(enumerate(listed, start=1))
    in_book = {
        (row.variable, row.code, row.code_label, n) for row in codebook(versions) for n in row.versions
    }
    asked = {
        (item.code, *choice, number)
        for number, definition in versions.items()
        for item in definition
        for choice in item.offered
    }
    assert asked <= in_book
