"""Questionnaires and answers as hypothesis draws them: every kind, chains of conditions, any order."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from surveys.questionnaire import DECLINED, Definition, Item, Kind, ShownIf, Value, questionnaire

CODES = [f"lokal_{n}" for n in range(5)]
CHOICE_CODES = ["a", "b", "c", "none"]
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
WHOLE = st.integers(-(10**14), 10**14)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
RANGED = {Kind.NUMBER: WHOLE, Kind.AMOUNT: WHOLE, Kind.DATE: DAYS}


@st.composite
def local_items(draw: st.DrawFn, code: str, before: tuple[Item, ...] = ()) -> Item:
    """A local question; it may depend on a choice question of `before`."""
    kind = draw(st.sampled_from(Kind))
    has_choices = kind in (Kind.SINGLE, Kind.MULTIPLE)
    choices = draw(st.lists(st.sampled_from(CHOICE_CODES), min_size=1, unique=True)) if has_choices else []
    minimum, maximum = draw(_limits(kind))
    return Item(
        code=code,
        kind=kind,
        label=code,
        prompt=f"{code}?",
        choices=tuple((choice, choice.upper()) for choice in choices),
        required=draw(st.booleans()),
        may_decline=has_choices,
        minimum=minimum,
        maximum=maximum,
        max_length=40 if kind is Kind.TEXT else 0,
        shown_if=draw(_conditions(before)),
    )


@st.composite
def _limits(draw: st.DrawFn, kind: Kind) -> tuple[str, str]:
    if kind not in RANGED or draw(st.booleans()):
        return "", ""
    low, high = sorted([draw(RANGED[kind]), draw(RANGED[kind])])
    return draw(st.sampled_from([str(low), ""])), draw(st.sampled_from([str(high), ""]))


@st.composite
def _conditions(draw: st.DrawFn, before: tuple[Item, ...]) -> ShownIf | None:
    askable = [item for item in before if item.choices]
    if not askable or draw(st.booleans()):
        return None
    item = draw(st.sampled_from(askable))
    offered = [code for code, _ in item.offered]
    return ShownIf(item.code, tuple(draw(st.lists(st.sampled_from(offered), min_size=1, unique=True))))


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """The core questions and up to five local ones."""
    core = tuple(questionnaire())[:-3]  # all before "how the answers were obtained"
    local: tuple[Item, ...] = ()
    for code in draw(st.lists(st.sampled_from(CODES), unique=True)):
        local += (draw(local_items(code, (*core, *local))),)
    return questionnaire(local)


@st.composite
def fitting(draw: st.DrawFn, item: Item) -> Value:
    """An answer that fits the question."""
    match item.kind:
        case Kind.SINGLE:
            return draw(st.sampled_from([code for code, _ in item.offered]))
        case Kind.MULTIPLE:
            alone = [(code,) for code, _ in item.offered if code in (DECLINED, "none")]
            several = st.lists(
                st.sampled_from([code for code, _ in item.choices if code != "none"] or ["none"]),
                min_size=1,
                unique=True,
            ).map(tuple)
            return draw(several | st.sampled_from(alone) if alone else several)
        case Kind.TEXT:
            return draw(WORDS)
        case Kind.DATE:
            day = st.dates(
                date.fromisoformat(item.minimum or "1900-01-01"),
                date.fromisoformat(item.maximum or "2100-01-01"),
            )
            return draw(day).isoformat()
    return str(draw(st.integers(int(item.minimum or -(10**14)), int(item.maximum or 10**14))))


@st.composite
def fillings(draw: st.DrawFn, definition: Definition) -> dict[str, Value]:
    """Every question answered as it may be, whether it is shown or not; those not required now and then left out."""
    values: dict[str, Value] = {}
    for item in definition:
        if item.required or draw(st.booleans()):
            values[item.code] = draw(fitting(item))
    return values


@st.composite
def filled_definitions(draw: st.DrawFn) -> tuple[Definition, dict[str, Value]]:
    definition = draw(definitions())
    return definition, draw(fillings(definition))


def anything() -> st.SearchStrategy[Any]:
    """What a client may send for any question, sensible or not."""
    sensible = st.sampled_from([*CHOICE_CODES, DECLINED, "online", "own_capital", "", "7", "2026-02-30"])
    text = sensible | st.text(max_size=20) | WHOLE.map(str)
    return text | st.lists(text, max_size=4).map(tuple)
