"""The interview as a form, made from the questionnaire it is filled with."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.formats import JAKARTA, format_date
from core.forms import IndonesianDateField
from surveys.answers import Answers
from surveys.forms.answers import answer_field, shown_value
from surveys.models import QuestionnaireVersion, Response, Wave
from surveys.questionnaire import Definition, Item, Kind, Value, check, to_answers, values_of
from surveys.questionnaire.definition import DECLINED, NONE

WILLING = (("yes", "Bersedia"), ("no", "Tidak bersedia"))
OPEN_AGAIN = "buka formulir ini sekali lagi."


@dataclass(frozen=True)
class Problem:
    """A line of the summary above the form, linked to the place it speaks of."""

    anchor: str
    message: str


class PartTitle:
    """A heading of the layout; crispy's own HTML would read the title as a template."""

    def __init__(self, title: str) -> None:
        self.title = title

    def render(self, *_: Any, **__: Any) -> SafeString:
        return format_html('<h2 class="h5">{}</h2>', self.title)


class InterviewForm(forms.Form):
    """Nothing is chosen beforehand, and nothing may stay untouched; not answering is a choice of its own.

    Consent is asked of a new interview only; who is not willing need not answer anything.
    """

    use_required_attribute = False
    submission_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": f"Penanda formulir hilang; {OPEN_AGAIN}",
            "invalid": f"Penanda formulir rusak; {OPEN_AGAIN}",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    questionnaire = forms.IntegerField(widget=forms.HiddenInput, required=False)
    consent = forms.ChoiceField(
        label="Persetujuan",
        choices=WILLING,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Belum diisi: Persetujuan",
            "invalid_choice": "Persetujuan: pilih Bersedia atau Tidak bersedia.",
        },
    )
    interviewed_on = IndonesianDateField(label="Tanggal wawancara", help_text="Contoh: 31/01/2026")

    def __init__(
        self,
        *args: Any,
        wave: Wave,
        today: date,
        filled_with: QuestionnaireVersion,
        asks_consent: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.wave, self.today, self.filled_with = wave, today, filled_with
        self.definition = filled_with.definition
        self.values: dict[str, Value] = {}
        self.fields["consent"].help_text = self.definition.consent
        if not asks_consent:
            del self.fields["consent"]
        for item in self.definition:
            self.fields[item.code] = answer_field(self.definition, item)
        self.initial.setdefault("submission_id", uuid.uuid4())
        self.initial.setdefault("interviewed_on", today)
        self.initial["questionnaire"] = filled_with.number
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True  # the page has it
        self.helper.layout = _layout(self.definition, asks_consent)

    @staticmethod
    def initial_of(response: Response) -> dict[str, Any]:
        """The form of a stored interview."""
        definition = response.questionnaire.definition
        values = values_of(response, definition)
        initial: dict[str, Any] = {
            code: shown_value(definition[code], value) for code, value in values.items()
        }
        if response.interviewed_at:
            initial["interviewed_on"] = response.interviewed_at.astimezone(JAKARTA).date()
        return initial | {"submission_id": response.submission_id, "version": response.version}

    @property
    def is_refusal(self) -> bool:
        """Valid, and the owner does not want to be interviewed: there are no answers."""
        return self.is_valid() and self.cleaned_data.get("consent") == "no"

    def clean_questionnaire(self) -> int:
        number: int | None = self.cleaned_data["questionnaire"]
        if number not in (None, self.filled_with.number):
            raise ValidationError(f"Versi kuesioner ini tidak ada; {OPEN_AGAIN}")
        return self.filled_with.number

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
        if data.get("consent") == "no":
            for name in [*(item.code for item in self.definition), "interviewed_on"]:
                self.errors.pop(name, None)
            return data
        checked = check(self.definition, {item.code: _typed(item, data) for item in self.definition})
        for item in self.definition:
            if item.shown_if and not item.shown_if.holds(checked.values):
                self.errors.pop(item.code, None)
            elif item.code in checked.problems and item.code not in self.errors:
                self.add_error(item.code, checked.problems[item.code])
        self.values = checked.values
        return data

    def answers(self, at: datetime, *, stored: datetime | None = None) -> Answers:
        """What a valid form says, sent at `at`; of an older day only the day is known, so noon stands for it.

        `stored` is the moment a stored interview has; it stays while the day stays.
        """
        day: date = self.cleaned_data["interviewed_on"]
        moment = at if day == self.today else datetime.combine(day, time(12), tzinfo=JAKARTA)
        if stored is not None and stored.astimezone(JAKARTA).date() == day:
            moment = stored
        return to_answers(self.definition, self.values, interviewed_at=moment)

    def summary(self) -> Iterator[Problem]:
        """Every error, in the order of the page."""
        for message in self.non_field_errors():
            yield Problem("wawancara", str(message))
        asked = [item.code for item in self.definition]
        for name in ["submission_id", "version", "questionnaire", "consent", *asked, "interviewed_on"]:
            for message in self.errors.get(name, []):
                label = self.definition[name].label if name in asked else self.fields[name].label
                is_named = label and str(label) in str(message)
                yield Problem(
                    f"isian-{name}", str(message) if is_named else f"{label or 'Formulir'}: {message}"
                )


def _typed(item: Item, data: dict[str, Any]) -> Value:
    """What the field holds, for `check`; "Tidak ada" beside other ticks stands alone, as it does on the page."""
    if item.kind is not Kind.MULTIPLE:
        return data.get(item.code) or ""
    ticked = tuple(data.get(item.code) or ())
    if NONE in ticked and NONE in item.codes and DECLINED not in ticked:
        return (NONE,)
    return ticked


def _layout(definition: Definition, asks_consent: bool) -> Layout:
    blocks: list[Any] = ["submission_id", "version", "questionnaire"]
    if asks_consent:
        blocks.append(
            Div(
                PartTitle("Persetujuan"),
                Field("consent", template="surveys/form/_consent.html"),
                css_class="interview-part",
            )
        )
    for part in definition.parts:
        fields = [Field(item.code, template=_template(item)) for item in part.items]
        blocks.append(Div(PartTitle(part.title), *fields, css_class="interview-part answers-part"))
    blocks[-1].append(Field("interviewed_on", template="surveys/form/_text.html"))
    return Layout(*blocks)


def _template(item: Item) -> str:
    return f"surveys/form/{'_buttons' if item.choices else '_text'}.html"
