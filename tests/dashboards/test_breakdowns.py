"""Counting, without a database: order, totals, small numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.breakdowns import Breakdown, Column, SectorRow, Share, TableSpec, breakdown, fold

SPEC = TableSpec("channel", 2, "Pemasaran", "?", (Column("a", "A"), Column("b", "B")), "a", "A", "jawaban")
LISTED = TableSpec("sector", 1, "Jenis", "?", (Column("a", "A"),), "a", "A", "UMKM", is_question=False)
SECTORS = [SectorRow(1, "G", "Perdagangan"), SectorRow(2, "I", "Makan dan minum"), SectorRow(3, "S", "Jasa")]

answers = st.sampled_from(["", "a", "b"])
groups = st.lists(st.tuples(st.integers(1, 3), answers, answers, st.integers(1, 400)), max_size=40)


def table(*rows: tuple[int, str, int]) -> Breakdown:
    (tally,) = fold(rows, 1)
    return breakdown(SPEC, tally, SECTORS)


@given(groups)
def test_every_response_is_in_every_table_once(rows):
    interviewed = sum(row[-1] for row in rows)

    for tally in fold(rows, 2):
        result = breakdown(SPEC, tally, SECTORS)
        assert result.total.total == interviewed
        assert sum(row.total for row in result.rows) == interviewed
        assert sum(row.answered for row in result.rows) == result.total.answered
        for place in range(len(SPEC.columns)):
            assert sum(row.counts[place] for row in result.rows) == result.total.counts[place]


@given(groups, st.randoms())
def test_the_order_of_the_groups_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))

    for before, after in zip(fold(rows, 2), fold(shuffled, 2), strict=True):
        assert breakdown(SPEC, before, SECTORS) == breakdown(SPEC, after, SECTORS)


@given(groups)
def test_a_group_may_come_in_pieces(rows):
    pieces = (
        [(*row[:-1], 1) for row in rows for _ in range(row[-1])] if sum(r[-1] for r in rows) < 900 else rows
    )

    assert fold(pieces, 2) == fold(rows, 2)


def test_the_shares_of_a_row_are_of_those_who_answered():
    row = table((1, "a", 17), (1, "b", 6), (1, "", 1)).rows[0]

    assert (row.answered, row.not_answered, row.total) == (23, 1, 24)
    assert row.headline.ratio == Fraction(17, 23)
    assert str(row.headline) == "17 dari 23 (73,9\u00a0%)"


@pytest.mark.parametrize(
    ("answered", "text"), [(1, "1 dari 1"), (4, "4 dari 4"), (5, "5 dari 5 (100,0\u00a0%)")]
)
def test_fewer_than_five_answers_give_no_percentage(answered, text):
    row = table((1, "a", answered), (2, "b", 30)).rows[0]

    assert str(row.headline) == text
    assert row.is_small is (answered < 5)
    assert (row.headline.ratio is None) is (answered < 5)


def test_those_who_did_not_answer_do_not_make_a_row_large():
    assert table((1, "a", 2), (1, "", 50)).rows[0].is_small


def test_empty_cells_are_dashes_and_a_share_of_nothing_too():
    row = table((1, "a", 2)).rows[1]

    assert [cell.text for cell in row.cells] == ["–", "–"]
    assert str(row.headline) == "–"


def test_a_table_of_businesses_takes_its_shares_from_the_whole():
    (tally,) = fold([(1, "a", 30), (2, "a", 69), (3, "a", 1)], 1)
    result = breakdown(LISTED, tally, SECTORS)

    assert [str(row.headline) for row in result.rows] == [
        "30 dari 100 (30,0\u00a0%)",
        "69 dari 100 (69,0\u00a0%)",
        "1 dari 100 (1,0\u00a0%)",
    ]


def test_the_largest_rows_tie_and_nothing_is_largest_in_an_empty_table():
    assert [row.code for row in table((1, "a", 3), (2, "a", 3), (3, "a", 1)).largest("a")] == ["G", "I"]
    assert table().largest("a") == ()


def test_a_share_of_a_small_base_has_no_percentage():
    assert str(Share(1, 4)) == "1 dari 4"
    assert Share(1, 4).percent_text == ""
