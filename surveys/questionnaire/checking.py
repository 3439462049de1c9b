"""Whether answers fit a questionnaire: what is asked, what is missing, what is out of range. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from unicodedata import category

from core.formats import format_date, format_integer, format_rupiah
from surveys.questionnaire.definition import (
    DECLINED,
    NONE,
    NUMBER_KINDS,
    Definition,
    Item,
    Kind,
    Value,
    Values,
)

WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LAYOUT = dict.fromkeys(map(ord, "\n\r\t"))
_UNSTORABLE = frozenset({"Cc", "Cs"})  # control characters, and halves of characters, which no database takes


@dataclass(frozen=True)
class Checked:
    """`values` holds the visible, answered items only; `problems` a message, in Indonesian, by item code."""

    values: dict[str, Value]
    problems: dict[str, str]


def check(definition: Definition, values: Values) -> Checked:
    """The answers that count, and what is wrong with them; an answer to a question not asked is dropped.

    Codes no item has are left out silently too: they are for the caller to refuse.
    """
    kept: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for item in definition:
        if item.shown_if and not item.shown_if.holds(kept):
            continue
        given = values.get(item.code) or ("" if item.kind is not Kind.MULTIPLE else ())
        if problem := _problem(item, given):
            problems[item.code] = problem
        if given:
            kept[item.code] = given if problem else _canonical(item, given)
    return Checked(kept, problems)


def _canonical(item: Item, given: Value) -> Value:
    """Ticks in the order of the question, whatever the client's; a number without leading zeros."""
    if isinstance(given, tuple):
        return tuple(code for code, _ in item.offered if code in given)
    return str(int(given)) if item.kind in NUMBER_KINDS else given


def _problem(item: Item, given: Value) -> str:
    if not given:
        return f"Belum diisi: {item.label}" if item.required else ""
    if isinstance(given, tuple) != (item.kind is Kind.MULTIPLE):
        return f"{item.label}: jawaban ini tidak terbaca."
    return _RULES[item.kind](item, given)


def _single(item: Item, given: Value) -> str:
    return "" if given in {code for code, _ in item.offered} else _unknown(item)


def _multiple(item: Item, given: Value) -> str:
    if not set(given) <= {code for code, _ in item.offered}:
        return _unknown(item)
    if len(given) > 1 and DECLINED in given:
        return f"{item.label}: pilih jawabannya atau Tidak menjawab, jangan keduanya."
    if len(given) > 1 and NONE in given and NONE in item.codes:
        return f"{item.label}: pilih jawabannya atau Tidak ada, jangan keduanya."
    return ""


def _unknown(item: Item) -> str:
    return f"{item.label}: pilih salah satu dari jawaban yang ada."


def _number(item: Item, given: Value) -> str:
    text = str(given)
    if not WHOLE.match(text):
        return f"{item.label}: tulis bilangan bulat."
    shown = format_rupiah if item.kind is Kind.AMOUNT else format_integer
    if item.minimum and int(text) < int(item.minimum):
        return f"{item.label}: paling sedikit {shown(int(item.minimum))}."
    if item.maximum and int(text) > int(item.maximum):
        return f"{item.label}: paling banyak {shown(int(item.maximum))}."
    return ""


def _text(item: Item, given: Value) -> str:
    if item.required and not str(given).strip():
        return f"Belum diisi: {item.label}"
    if not _UNSTORABLE.isdisjoint(map(category, str(given).translate(_LAYOUT))):
        return f"{item.label}: ada huruf yang tidak dapat disimpan; tulis ulang isian ini."
    if item.max_length and len(str(given)) > item.max_length:
        return f"{item.label}: paling banyak {format_integer(item.max_length)} huruf."
    return ""


def _date(item: Item, given: Value) -> str:
    text = str(given)
    try:
        day = date.fromisoformat(text) if DAY.match(text) else None
    except ValueError:
        day = None
    if day is None:
        return f"{item.label}: tanggal ini tidak ada."
    if item.minimum and text < item.minimum:
        return f"{item.label}: paling awal {format_date(date.fromisoformat(item.minimum))}."
    if item.maximum and text > item.maximum:
        return f"{item.label}: paling akhir {format_date(date.fromisoformat(item.maximum))}."
    return ""


_RULES: dict[Kind, Callable[[Item, Value], str]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _number,
    Kind.TEXT: _text,
    Kind.DATE: _date,
}
