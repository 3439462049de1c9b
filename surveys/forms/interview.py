"""The interview as a form, made from `surveys/questions.py`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from core.formats import JAKARTA, format_date
from core.forms import CleanTextField, IndonesianDateField
from surveys.actions import choices_of
from surveys.answers import OWN_CAPITAL, REASONS_APPLY_NOTE, Answers
from surveys.models import Response, Wave
from surveys.questions import (
    BOOKKEEPING,
    CAPITAL_SOURCE,
    CHANNEL,
    CREDIT_REFUSAL,
    METHODS,
    MODE,
    MULTIPLE,
    NOT_ANSWERED,
    PARTNERSHIP,
    PLATFORMS,
    POTENTIAL,
    PROBLEMS,
    REVENUE_TREND,
    SEPARATED,
    SINGLE,
    Question,
)

REFUSED = "not_answered"  # on the form only: stored as blank, or as no row at all
ASKED_SINGLE = (*SINGLE, MODE)
# The owner may decline these; how the answers were obtained is the enumerator's to know.
ALWAYS_KNOWN = frozenset({MODE.code, METHODS.code})
LAYOUT = (
    ("Pemasaran dan kemitraan", (CHANNEL, PLATFORMS, PARTNERSHIP)),
    ("Pendapatan dan modal", (REVENUE_TREND, CAPITAL_SOURCE, CREDIT_REFUSAL, BOOKKEEPING, SEPARATED)),
    ("Masalah dan potensi", (PROBLEMS, POTENTIAL)),
    ("Cara memperoleh jawaban", (METHODS, MODE)),
)


@dataclass(frozen=True)
class Problem:
    """A line of the summary above the form, linked to the place it speaks of."""

    anchor: str
    message: str


class InterviewForm(forms.Form):
    """Nothing is chosen beforehand, and nothing may stay untouched; not answering is a choice of its own."""

    use_required_attribute = False
    submission_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "Penanda formulir hilang; buka formulir ini sekali lagi.",
            "invalid": "Penanda formulir rusak; buka formulir ini sekali lagi.",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    interviewed_on = IndonesianDateField(label="Tanggal wawancara", help_text="Contoh: 31/01/2026")
    potential_note = CleanTextField(label="Catatan potensi", required=False, max_length=1_000)
    note = CleanTextField(label="Catatan pewawancara", required=False, max_length=2_000)

    def __init__(self, *args: Any, wave: Wave, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wave, self.today = wave, today
        for question in ASKED_SINGLE:
            self.fields[question.code] = _single_field(question)
        for question in MULTIPLE:
            self.fields[question.code] = _multiple_field(question)
        self.initial.setdefault("submission_id", uuid.uuid4())
        self.initial.setdefault("interviewed_on", today)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page has it
        self.helper.layout = _layout()

    @classmethod
    def initial_of(cls, response: Response) -> dict[str, Any]:
        """The form of a stored interview; there a blank answer was a chosen one."""
        initial: dict[str, Any] = {
            question.code: getattr(response, question.code) or REFUSED for question in ASKED_SINGLE
        }
        for code, values in choices_of(response).items():
            initial[code] = sorted(values) or [REFUSED]
        if response.capital_source != OWN_CAPITAL:
            initial[CREDIT_REFUSAL.code] = []
        if response.interviewed_at:
            initial["interviewed_on"] = response.interviewed_at.astimezone(JAKARTA).date()
        return initial | {
            "submission_id": response.submission_id,
            "version": response.version,
            "potential_note": response.potential_note,
            "note": response.note,
        }

    def clean_interviewed_on(self) -> date:
        day: date = self.cleaned_data["interviewed_on"]
        if day > self.today:
            raise ValidationError("Tanggal wawancara tidak boleh sesudah hari ini.")
        if not self.wave.period_start <= day <= self.wave.period_end:
            raise ValidationError(
                f"Tanggal wawancara harus antara {format_date(self.wave.period_start)} dan "
                f"{format_date(self.wave.period_end)}."
            )
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for question in MULTIPLE:
            chosen = set(data.get(question.code) or ())
            if REFUSED in chosen and len(chosen) > 1:
                self.add_error(
                    question.code,
                    f"{question.label}: pilih jawabannya atau {NOT_ANSWERED}, jangan keduanya.",
                )
        reasons_asked = data.get(CAPITAL_SOURCE.code) == OWN_CAPITAL
        if not reasons_asked:
            self.errors.pop(CREDIT_REFUSAL.code, None)
        elif not data.get(CREDIT_REFUSAL.code) and CREDIT_REFUSAL.code not in self.errors:
            self.add_error(CREDIT_REFUSAL.code, _not_filled(CREDIT_REFUSAL))
        return data

    def answers(self, at: datetime, *, stored: datetime | None = None) -> Answers:
        """What a valid form says, sent at `at`; of an older day only the day is known, so noon stands for it.

        `stored` is the moment a stored interview has; it stays while the day stays.
        """
        data = self.cleaned_data
        day: date = data["interviewed_on"]
        moment = at if day == self.today else datetime.combine(day, time(12), tzinfo=JAKARTA)
        if stored is not None and stored.astimezone(JAKARTA).date() == day:
            moment = stored
        return Answers(
            interviewed_at=moment,
            mode=data[MODE.code],
            single={q.code: _without_refusal([data[q.code]]) for q in SINGLE},
            multiple={q.code: frozenset(data.get(q.code) or ()) - {REFUSED} for q in MULTIPLE},
            potential_note=data["potential_note"],
            note=data["note"],
        )

    def summary(self) -> Iterator[Problem]:
        """Every error, in the order of the page."""
        for message in self.non_field_errors():
            yield Problem("wawancara", str(message))
        order = [question.code for _, questions in LAYOUT for question in questions]
        for name in ["submission_id", "version", *order, "interviewed_on", "potential_note", "note"]:
            for message in self.errors.get(name, []):
                label = "" if name in order else f"{self.fields[name].label or 'Formulir'}: "
                yield Problem(f"isian-{name}", f"{label}{message}")


def _single_field(question: Question) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=question.prompt,
        help_text=question.help_text,
        choices=_choices(question),
        widget=forms.RadioSelect,
        error_messages=_messages(question),
    )


def _multiple_field(question: Question) -> forms.MultipleChoiceField:
    is_reason = question is CREDIT_REFUSAL
    return forms.MultipleChoiceField(
        label=question.prompt,
        help_text=REASONS_APPLY_NOTE if is_reason else question.help_text,
        choices=_choices(question),
        widget=forms.CheckboxSelectMultiple,
        required=not is_reason,
        error_messages=_messages(question),
    )


def _choices(question: Question) -> list[tuple[str, str]]:
    refusal = [] if question.code in ALWAYS_KNOWN else [(REFUSED, NOT_ANSWERED)]
    return [*question.choices, *refusal]


def _not_filled(question: Question) -> str:
    return f"Belum diisi: {question.label}"


def _messages(question: Question) -> dict[str, str]:
    unknown = f"{question.label}: pilih salah satu dari jawaban yang ada."
    return {"required": _not_filled(question), "invalid_choice": unknown, "invalid_list": unknown}


def _without_refusal(values: list[str]) -> str:
    return "" if values == [REFUSED] else values[0]


def _layout() -> Layout:
    blocks: list[Any] = ["submission_id", "version"]
    for title, questions in LAYOUT:
        fields = [
            Field(
                question.code,
                template="surveys/form/_buttons.html",
            )
            for question in questions
        ]
        blocks.append(Div(HTML(f'<h2 class="h5">{title}</h2>'), *fields, css_class="interview-part"))
    blocks[4].append(Field("potential_note", template="surveys/form/_text.html"))
    blocks[5].extend(
        [
            Field("interviewed_on", template="surveys/form/_text.html"),
            Field("note", template="surveys/form/_text.html"),
        ]
    )
    return Layout(*blocks)
