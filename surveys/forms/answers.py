"""One question of a questionnaire as a form field; whether the answer fits is for `check` to say."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import CleanCharField, CleanTextField
from surveys.questionnaire import Definition, Item, Kind, Value, condition_text, range_text
from surveys.questionnaire.definition import NUMBER_KINDS
from surveys.questionnaire.typed import read, shown


class TypedField(CleanCharField):
    """A number, an amount or a day as it is typed; its clean value is the canonical text."""

    def __init__(self, *, kind: Kind, **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def clean_line(self, value: str) -> str:
        return read(self.kind, value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        mode = {"inputmode": "numeric"} if self.kind in NUMBER_KINDS else {"placeholder": "hh/bb/tttt"}
        return super().widget_attrs(widget) | mode


def answer_field(definition: Definition, item: Item) -> forms.Field:
    unknown = f"{item.label}: pilih salah satu dari jawaban yang ada."
    options: dict[str, Any] = {
        "label": item.prompt,
        "help_text": _help(definition, item),
        "required": item.required,
        "error_messages": {
            "required": f"Belum diisi: {item.label}",
            "invalid_choice": unknown,
            "invalid_list": unknown,
        },
    }
    match item.kind:
        case Kind.SINGLE:
            field: forms.Field = forms.ChoiceField(choices=item.offered, widget=forms.RadioSelect, **options)
        case Kind.MULTIPLE:
            field = forms.MultipleChoiceField(
                choices=item.offered, widget=forms.CheckboxSelectMultiple, **options
            )
        case Kind.TEXT:
            field = CleanTextField(max_length=item.max_length or None, **options)
        case _:
            field = TypedField(kind=item.kind, **options)
    field.shown_if = item.shown_if  # type: ignore[attr-defined]  # read by the templates of one question
    return field


def shown_value(item: Item, value: Value) -> Any:
    """A stored answer as the field shows it."""
    return list(value) if isinstance(value, tuple) else shown(item.kind, value)


def _help(definition: Definition, item: Item) -> str:
    sentences = [item.help_text.rstrip(".")]
    if limits := range_text(item):
        sentences.append(limits[0].upper() + limits[1:])
    if item.kind is Kind.AMOUNT:
        sentences.append("Contoh: 1.250.000")
    if item.shown_if and not item.is_core:  # the core question says so itself
        sentences.append(f"Ditanyakan bila {condition_text(definition, item.shown_if)}")
    return " ".join(f"{sentence}." for sentence in sentences if sentence)
