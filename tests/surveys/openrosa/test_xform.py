"""The questionnaire as an XForm: what Collect is told to ask, to refuse and to say."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree

import pytest

from surveys.openrosa.xform import xform
from surveys.questionnaire import Item, Kind, check, questionnaire, study_questionnaire
from tests.surveys.openrosa.questionnaires import with_every_kind

X = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"


def form(definition=None) -> ElementTree.Element:
    return ElementTree.fromstring(xform("2026-1", "Gelombang 2026", 3, definition or with_every_kind()))


def bind(code: str, root: ElementTree.Element | None = None) -> ElementTree.Element:
    (found,) = [
        node
        for node in (form() if root is None else root).iter(f"{X}bind")
        if node.get("nodeset").split("/")[-1] == code and "/answers/" in node.get("nodeset")
    ]
    return found


def of_one(item: Item) -> ElementTree.Element:
    return bind(item.code, form(questionnaire((item,))))


def test_it_says_which_questionnaire_and_which_version_it_is() -> None:
    data = form().find(f".//{X}instance/{X}data")
    assert (data.get("id"), data.get("version")) == ("umkm-2026-1", "3")


def test_the_same_version_gives_the_same_bytes() -> None:
    xform.cache_clear()
    first = xform("2026-1", "Gelombang 2026", 3, with_every_kind())
    xform.cache_clear()
    second = xform("2026-1", "Gelombang 2026", 3, with_every_kind())
    assert hashlib.md5(first).digest() == hashlib.md5(second).digest()


def test_every_question_stands_in_the_form_once_in_its_order() -> None:
    asked = [
        node.get("nodeset").split("/")[-1]
        for node in form().iter(f"{X}bind")
        if node.get("nodeset").startswith("/data/answers/part_")
    ]
    assert asked == [item.code for item in with_every_kind()]


def test_nothing_is_asked_before_the_consent() -> None:
    (answers,) = [node for node in form().iter(f"{X}bind") if node.get("nodeset") == "/data/answers"]
    assert answers.get("relevant") == "/data/visit/outcome = 'done' and /data/consent = 'yes'"
    (consent,) = [node for node in form().iter(f"{X}select1") if node.get("ref") == "/data/consent"]
    assert consent.find(f"{X}label").text == with_every_kind().consent
    assert bind("marketing_channel").get("required") == "true()"


def test_nothing_is_answered_by_default() -> None:
    data = form().find(f".//{X}instance/{X}data")
    assert not [node.tag for node in data.iter() if (node.text or "").strip()]


def test_a_question_depends_on_the_answer_of_another() -> None:
    assert bind("credit_refusal_reasons").get("relevant") == (
        "selected(/data/answers/part_2/capital_source, 'own_capital')"
    )
    assert bind("subjects").get("relevant") == (
        "selected(/data/answers/part_4/training, 'yes') or selected(/data/answers/part_4/training, 'not_answered')"
    )


def test_rupiah_are_digits_and_not_a_number_of_32_bits() -> None:
    turnover = bind("turnover")
    assert turnover.get("type") == "string"
    assert turnover.get("constraint") == "regex(., '^-?[0-9]{1,15}$') and . >= -1000 and . <= 999999999999999"
    (field,) = [
        node for node in form().iter(f"{X}input") if node.get("ref") == "/data/answers/part_4/turnover"
    ]
    assert field.get("appearance") == "numbers thousands-sep"
    assert field.find(f"{X}hint").text == "Dalam rupiah."


@pytest.mark.parametrize(
    ("item", "breaking"),
    [
        (Item("n", Kind.NUMBER, "Pekerja", "?"), "x"),
        (Item("d", Kind.DATE, "Hari", "?", minimum="2020-01-01"), "2019-12-31"),
        (Item("t", Kind.TEXT, "Teks", "?", required=False, max_length=3), "abcd"),
        (Item("t", Kind.TEXT, "Teks", "?"), "  "),
        (
            Item("m", Kind.MULTIPLE, "Bidang", "?", (("a", "A"), ("none", "Tidak ada"))),
            ("a", "none"),
        ),
        (Item("m", Kind.MULTIPLE, "Bidang", "?", (("a", "A"),), may_decline=True), ("a", "not_answered")),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_check(item: Item, breaking) -> None:
    problems = check(questionnaire((item,)), {item.code: breaking}).problems
    assert of_one(item).get(f"{JR}constraintMsg") == problems[item.code]


def test_two_rules_of_a_question_are_told_in_one_message() -> None:
    assert bind("workers").get(f"{JR}constraintMsg") == (
        "Pekerja: tulis bilangan bulat. Paling sedikit 1. Paling banyak 500."
    )
    assert bind("workers").get(f"{JR}requiredMsg") == "Belum diisi: Pekerja"


def test_what_came_back_is_told_on_the_way_in() -> None:
    (shown,) = [node for node in form().iter(f"{X}input") if node.get("ref") == "/data/visit/ReviewShown"]
    label = shown.find(f"{X}label")
    assert label.text.strip().startswith("Dikembalikan oleh pengawas.")
    assert label.find(f"{X}output").get("value").strip() == "/data/visit/ReviewNote"


def test_text_of_the_office_stays_text() -> None:
    (field,) = [
        node for node in form().iter(f"{X}input") if node.get("ref") == "/data/answers/part_4/workers"
    ]
    assert field.find(f"{X}label").text == 'Berapa "pekerja" < 5 & $ {x} *?*'


def test_a_questionnaire_without_a_consent_text_of_its_own_asks_the_usual_one() -> None:
    assert b"Menjawab bersifat sukarela" in xform("2022", "Survei 2022", 1, study_questionnaire())


@pytest.mark.parametrize(
    "text", ["${", "${x} dan ${last-saved#y}", "]]>", "<b>&amp;</b>", "-", "=1+1", "yes", "TRUE", "\\", "“q”"]
)
def test_no_wording_breaks_a_form(text: str) -> None:
    choices = (("a", text), ("b", text))
    items = (
        Item("q1", Kind.SINGLE, text, text, choices, help_text=text),
        Item("q2", Kind.NUMBER, text, text, minimum="1", maximum="2"),
    )
    root = ElementTree.fromstring(xform("2026-1", text, 1, questionnaire(items)))
    assert bind("q2", root).get(f"{JR}constraintMsg")
