"""Checked answers as an interview is stored, and back: core ones in columns and rows, local ones as data. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from surveys.answers import Answers
from surveys.questionnaire.core import NOTE, POTENTIAL_NOTE
from surveys.questionnaire.definition import DECLINED, Definition, Item, Kind, Value, Values
from surveys.questions import MODE, MULTIPLE, SINGLE

if TYPE_CHECKING:
    from surveys.models import Response

Chosen = Mapping[str, Collection[str]]  # the ticked codes by question


def to_answers(definition: Definition, values: Values, *, interviewed_at: datetime) -> Answers:
    """What `check` let through, without the answers it dropped or refused."""
    return Answers(
        interviewed_at=interviewed_at,
        mode=_text(values, MODE.code),
        single={question.code: _text(values, question.code) for question in SINGLE},
        multiple={
            question.code: frozenset(values.get(question.code, ())) - {DECLINED} for question in MULTIPLE
        },
        potential_note=_text(values, POTENTIAL_NOTE.code),
        note=_text(values, NOTE.code),
        extra={item.code: values[item.code] for item in definition.local if item.code in values},
    )


def values_of(
    response: Response, definition: Definition | None = None, chosen: Chosen | None = None
) -> dict[str, Value]:
    """The answers as they were given, by the version the interview was filled with.

    Where many are read, prefetch `choices` and pass the `definition`, which is then read once. Who has just
    written the choices passes them as `chosen`, by question.
    """
    definition = definition or response.questionnaire.definition
    if chosen is None:
        chosen = _chosen(response)
    values: dict[str, Value] = {}
    for item in definition:
        if item.shown_if and not item.shown_if.holds(values):
            continue
        if given := _core(item, response, chosen) if item.is_core else _local(item, response):
            values[item.code] = given
    return values


def _chosen(response: Response) -> Chosen:
    chosen: dict[str, set[str]] = {}
    for choice in response.choices.all():
        chosen.setdefault(choice.question, set()).add(choice.value)
    return chosen


def _text(values: Values, code: str) -> str:
    given = values.get(code, "")
    return given if isinstance(given, str) and given != DECLINED else ""


def _core(item: Item, response: Response, chosen: Chosen) -> Value:
    """A core question that may be declined was answered, or was declined: nobody could leave it untouched."""
    declined = DECLINED if item.may_decline else ""
    if item.kind is not Kind.MULTIPLE:
        return getattr(response, item.code) or declined
    ticked = tuple(code for code, _ in item.choices if code in chosen.get(item.code, ()))
    return ticked or ((declined,) if declined else ())


def _local(item: Item, response: Response) -> Value:
    given = response.extra.get(item.code, "")
    return tuple(given) if isinstance(given, list) else str(given)
