"""Questions, answers and conditions in words, as people read them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.formats import format_date, format_integer, format_rupiah
from surveys.questionnaire.definition import Definition, Item, Kind, ShownIf, Value

KIND_LABELS = {
    Kind.SINGLE: "Satu pilihan",
    Kind.MULTIPLE: "Beberapa pilihan",
    Kind.NUMBER: "Bilangan",
    Kind.AMOUNT: "Rupiah",
    Kind.TEXT: "Teks",
    Kind.DATE: "Tanggal",
}


def answer_text(item: Item, value: Value) -> str:
    """What was answered: "Offline", "Rp1.250.000", "21 Maret 2021"; a code nobody offers reads as itself."""
    if isinstance(value, tuple):
        return ", ".join(label_of(item, code) for code in value)
    match item.kind:
        case Kind.SINGLE:
            return label_of(item, value)
        case Kind.NUMBER:
            return format_integer(int(value))
        case Kind.AMOUNT:
            return format_rupiah(int(value))
        case Kind.DATE:
            return format_date(date.fromisoformat(value))
    return value


def label_of(item: Item, code: str) -> str:
    return dict(item.offered).get(code, code)


def condition_text(definition: Definition, shown_if: ShownIf) -> str:
    """ "Sumber modal dijawab Modal pribadi atau Keduanya" """
    if shown_if.question not in definition:
        return f"{shown_if.question} dijawab {' atau '.join(shown_if.values)}"
    asked = definition[shown_if.question]
    return f"{asked.label} dijawab {' atau '.join(label_of(asked, code) for code in shown_if.values)}"


@dataclass(frozen=True)
class Described:
    """A question as a list of rules reads: "Satu pilihan", "wajib diisi", "ditanyakan bila …"."""

    item: Item
    rules: tuple[str, ...]


def outline(definition: Definition) -> list[tuple[str, list[Described]]]:
    """The parts by their titles, for pages on which a questionnaire is read, not filled."""
    return [
        (part.title, [Described(item, tuple(_rules(definition, item))) for item in part.items])
        for part in definition.parts
    ]


def _rules(definition: Definition, item: Item) -> Iterator[str]:
    yield KIND_LABELS[item.kind]
    yield "wajib diisi" if item.required else "boleh kosong"
    if limits := range_text(item):
        yield limits
    if item.shown_if:
        yield f"ditanyakan bila {condition_text(definition, item.shown_if)}"


def range_text(item: Item) -> str:
    """ "dari 0 sampai 100", "paling sedikit Rp0"; nothing without limits."""
    low, high = (answer_text(item, limit) if limit else "" for limit in (item.minimum, item.maximum))
    if low and high:
        return f"dari {low} sampai {high}"
    if low:
        return f"paling {'awal' if item.kind is Kind.DATE else 'sedikit'} {low}"
    return f"paling {'akhir' if item.kind is Kind.DATE else 'banyak'} {high}" if high else ""
