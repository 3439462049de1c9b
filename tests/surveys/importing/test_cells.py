"""What people write in the cells of a list of interviews, and what it is taken for."""

from __future__ import annotations

import pytest

from core.cleaning import CleaningError
from surveys.importing.words import cell_of, words_of
from surveys.questionnaire import Item, Kind, check, questionnaire
from surveys.questionnaire.core import NOTE

CORE = questionnaire()


def read(code: str, text: str) -> object:
    return cell_of(CORE[code]).read(text)


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("marketing_channel", "Offline dan online", "both"),
        ("marketing_channel", "both", "both"),
        ("marketing_channel", "  ONLINE ", "online"),
        ("marketing_channel", "daring", "online"),
        ("partnership", "Individu (tidak bermitra)", "independent"),
        ("partnership", "tidak bermitra", "independent"),
        ("partnership", "individu", "independent"),
        ("revenue_trend", "naik", "increased"),
        ("capital_source", "modal pribadi", "own_capital"),
        ("capital_source", "own_capital", "own_capital"),
        ("bookkeeping_regular", "y", "yes"),
        ("bookkeeping_regular", "Tidak", "no"),
        ("bookkeeping_regular", "Tidak menjawab", "not_answered"),
        ("bookkeeping_regular", "not_answered", "not_answered"),
        ("bookkeeping_regular", "tdk menjawab", "not_answered"),
        ("mode", "Tidak langsung", "indirect"),
        ("problems", "Sumber daya manusia; Promosi", ["human_resources", "promotion"]),
        ("problems", "promosi, SDM", ["human_resources", "promotion"]),
        ("problems", "promotion\nhuman_resources", ["human_resources", "promotion"]),
        ("problems", "Tidak ada", ["none"]),
        ("problems", "none", ["none"]),
        ("problems", "Tidak menjawab", ["not_answered"]),
        ("problems", "Promosi;", ["promotion"]),
        ("problems", "'Promosi", ["promotion"]),
        ("platforms", "medsos", ["social_media"]),
    ],
)
def test_labels_codes_and_everyday_words(code: str, text: str, value: object) -> None:
    assert read(code, text) == value


@pytest.mark.parametrize("code", ["marketing_channel", "problems", "bookkeeping_regular"])
@pytest.mark.parametrize("text", ["-", "–", "n/a", " "])
def test_what_people_write_for_nothing_is_nothing(code: str, text: str) -> None:
    assert read(code, text) is None


def test_nothing_is_guessed_where_there_is_no_answer_called_so() -> None:
    assert read("bookkeeping_regular", "tidak ada") is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("marketing_channel", "radio"),
        ("problems", "Promosi; hujan"),
        ("mode", "Tidak menjawab"),
        ("methods", "not_answered"),
        ("marketing_channel", "online; offline"),
    ],
)
def test_other_words_are_refused_with_what_is_offered(code: str, text: str) -> None:
    with pytest.raises(CleaningError, match="Jawaban ini tidak dikenal; pilihannya: ") as refused:
        read(code, text)
    assert CORE[code].choices[0][1] in refused.value.message


def test_a_slip_of_the_finger_gets_a_hint() -> None:
    with pytest.raises(CleaningError, match="Mungkin maksudnya “Meningkat”"):
        read("revenue_trend", "Menignkat")


def test_a_comma_inside_a_label_parts_nothing() -> None:
    item = Item("often", Kind.MULTIPLE, "Sering", "Sering?", (("a", "Ya, sering"), ("b", "Ya, jarang")))
    assert cell_of(item).read("Ya, sering; Ya, jarang") == ["a", "b"]


def test_a_word_of_two_answers_means_none_of_them() -> None:
    item = Item("x", Kind.SINGLE, "X", "X?", (("a", "Besar (toko)"), ("b", "Kecil (toko)")))
    assert "toko" not in words_of(item)
    assert words_of(item)["besar"] == "a"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.NUMBER, "1.250", 1250),
        (Kind.NUMBER, "-3", -3),
        (Kind.NUMBER, "", None),
        (Kind.AMOUNT, "Rp 1,5 juta", 1_500_000),
        (Kind.DATE, "3 Maret 2026", "2026-03-03"),
        (Kind.DATE, "03/03/2026 10:30", "2026-03-03"),
        (Kind.DATE, "-", None),
        (Kind.TEXT, " Toko  beras\nbesar ", "Toko beras\nbesar"),
    ],
)
def test_numbers_amounts_dates_and_texts(kind: Kind, text: str, value: object) -> None:
    assert cell_of(Item("x", kind, "X", "X?")).read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [(Kind.NUMBER, "12,5"), (Kind.NUMBER, "dua"), (Kind.DATE, "46084")]
)
def test_what_is_no_number_and_no_day(kind: Kind, text: str) -> None:
    with pytest.raises(CleaningError):
        cell_of(Item("x", kind, "X", "X?")).read(text)


def test_every_label_and_code_of_every_question_is_read_as_itself_and_passes_the_check() -> None:
    for item in CORE:
        for code, label in item.offered:
            wanted = [code] if item.kind is Kind.MULTIPLE else code
            assert cell_of(item).read(label) == cell_of(item).read(code) == wanted
            given = {item.code: tuple(wanted) if isinstance(wanted, list) else wanted}
            assert item.code not in check(CORE, given).problems


def test_a_note_keeps_its_lines() -> None:
    assert cell_of(NOTE).read("Ramai\npagi") == "Ramai\npagi"
