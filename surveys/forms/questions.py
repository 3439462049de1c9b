"""A question of one wave as it is drafted at the desk; every mistake is told at the field that has to change."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.cleaning import CleaningError
from core.forms import NOT_A_CHOICE, REQUIRED, CleanCharField, CleanTextField
from surveys.actions.questionnaires import item_of, published
from surveys.models import LocalQuestion, Wave
from surveys.models.questionnaires import CODE_RULE
from surveys.questionnaire import Kind, faults
from surveys.questionnaire.definition import CHOICE_KINDS
from surveys.questionnaire.drafting import LIMITED_KINDS, askable, choice_lines, choices_text, made_code
from surveys.questionnaire.typed import read, shown

# Where a fault of the draft is told.
FIELDS = {"choices": "choice_lines", "shown_if": "shown_when"}
LIMITS = ("minimum", "maximum")


class AnswersByQuestion(forms.CheckboxSelectMultiple):
    """The answers of each earlier question, folded away unless one is ticked."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)
        return render_to_string("surveys/form/_answers_by_question.html", context)


class LocalQuestionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Choices are typed one a line; the condition is ticked among the answers of earlier questions."""

    wave = forms.ModelChoiceField(
        Wave.objects.filter(is_reconstruction=False),
        label="Gelombang",
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    prompt = CleanCharField(
        label="Pertanyaan", max_length=250, help_text="Sebagaimana dibacakan kepada pelaku usaha"
    )
    label = CleanCharField(
        label="Judul kolom", max_length=80, help_text="Pendek: judul pada tabel dan berkas"
    )
    code = CleanCharField(
        label="Kode",
        max_length=24,
        required=False,
        validators=[CODE_RULE],
        help_text="Nama tetap pada berkas jawaban; dibuat dari judul kolom bila dikosongkan.",
    )
    help_text = CleanCharField(
        label="Penjelasan", max_length=250, required=False, help_text="Ditampilkan di bawah pertanyaan"
    )
    choice_lines = CleanTextField(
        label="Pilihan",
        required=False,
        help_text="Satu pilihan pada setiap baris: “kode: tulisan”, atau tulisannya saja (kodenya dibuat). "
        "“Tidak menjawab” selalu ditawarkan. “Tidak ada” pada pertanyaan dengan beberapa pilihan berdiri sendiri.",
    )
    minimum = CleanCharField(
        label="Batas bawah",
        required=False,
        max_length=40,
        help_text="Bilangan, rupiah, atau tanggal. Bilangan dan rupiah tanpa batas bawah mulai dari 0.",
    )
    maximum = CleanCharField(label="Batas atas", required=False, max_length=40)
    shown_when = forms.MultipleChoiceField(
        label="Ditanyakan hanya bila",
        required=False,
        widget=AnswersByQuestion,
        help_text="Centang jawaban dari satu pertanyaan sebelumnya. Tanpa centang selalu ditanyakan.",
        error_messages={"invalid_choice": "Jawaban itu bukan dari pertanyaan sebelumnya pada gelombang ini."},
    )

    refusal = ""  # what the action refused, told by the admin

    class Meta:
        model = LocalQuestion
        fields = ("wave", "prompt", "label", "code", "kind", "help_text", "required", "minimum", "maximum")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = self.instance
        others = self._others()
        before = [other for other in others if not question.pk or other.position < question.position]
        self.fields["shown_when"].choices = [  # type: ignore[attr-defined]
            (item.label, [(f"{item.code}:{code}", label) for code, label in item.offered])
            for item in askable([item_of(other) for other in before])
        ]
        if question.pk:
            self.initial["choice_lines"] = choices_text(question.choices)
            asked = question.shown_if_question
            self.initial["shown_when"] = [f"{asked}:{value}" for value in question.shown_if_values]
            for name in LIMITS:
                self.initial[name] = shown(Kind(question.kind), getattr(question, name))

    def clean_code(self) -> str:
        """A made one is unlike those of the wave's other questions; a typed one is judged as it is."""
        code: str = self.cleaned_data["code"]
        label = self.cleaned_data.get("label", "")
        return code or (self.instance.code if self.instance.pk else "") or self._made_code(label)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refusal:
            raise ValidationError(self.refusal)
        if "kind" not in data:
            return data
        kind = Kind(data["kind"])
        for name in LIMITS:
            self._read_limit(name, kind)
        self._set_choices(data.get("choice_lines", ""))
        self._set_condition(data.get("shown_when", []))
        if not self.errors:
            self._judge()
        return data

    def _others(self) -> list[LocalQuestion]:
        """The wave's other questions, of a new one those of the wave it is added to."""
        wave = self.instance.wave_id or self.data.get("wave") or self.initial.get("wave")
        if isinstance(wave, str) and not re.fullmatch(r"[0-9]{1,9}", wave):
            return []
        return list(LocalQuestion.objects.filter(wave=wave).exclude(pk=self.instance.pk)) if wave else []

    def _made_code(self, label: str) -> str:
        made = made_code(label, {other.code for other in self._others()}, longest=20)
        return made if made[0].isalpha() and len(made) > 1 else f"p_{made}"

    def _read_limit(self, name: str, kind: Kind) -> None:
        typed = self.cleaned_data.get(name, "")
        if kind in LIMITED_KINDS and typed:
            try:
                self.cleaned_data[name] = read(kind, typed)
            except CleaningError as error:
                self.add_error(name, error.message)

    def _set_choices(self, lines: str) -> None:
        self.instance.choices = [list(choice) for choice in choice_lines(lines)]

    def _set_condition(self, ticked: list[str]) -> None:
        answers = [answer.partition(":") for answer in ticked]
        questions = {question for question, _, _ in answers}
        if len(questions) > 1:
            self.add_error("shown_when", "Pilih jawaban dari satu pertanyaan saja.")
        self.instance.shown_if_question = answers[0][0] if answers else ""
        self.instance.shown_if_values = [value for _, _, value in answers]

    def _judge(self) -> None:
        """Every fault of this draft, and what it would break in the others."""
        question = self.instance
        wave = self.cleaned_data.get("wave") or question.wave
        before = sorted([*self._others(), *_stored(question)], key=_place)
        judged = _with(question, self.cleaned_data)
        after = sorted([*self._others(), judged], key=_place)
        versions = published(wave)
        known = faults([item_of(draft) for draft in before], versions)
        for fault in faults([item_of(draft) for draft in after], versions):
            if fault.code == judged.code:
                self._tell(FIELDS.get(fault.field, fault.field), fault.message)
            elif fault not in known:
                label = next(draft.label for draft in after if draft.code == fault.code)
                self._tell(
                    self._cause(), f"Pertanyaan “{label}” bergantung pada yang diubah: {fault.message}"
                )

    def _cause(self) -> str:
        """What of a changed question others depend on."""
        if "code" in self.changed_data:
            return "code"
        return "choice_lines" if self.cleaned_data["kind"] in CHOICE_KINDS else "kind"

    def _tell(self, field: str, message: str) -> None:
        if message not in self.errors.get(field, []):
            self.add_error(field, ValidationError(message))


def _stored(question: LocalQuestion) -> list[LocalQuestion]:
    return list(LocalQuestion.objects.filter(pk=question.pk)) if question.pk else []


def _with(question: LocalQuestion, data: dict[str, Any]) -> LocalQuestion:
    """The draft as the form would have it, beside the one the form will save."""
    return LocalQuestion(
        pk=question.pk,
        position=question.position if question.pk else 0,
        code=data["code"],
        kind=data["kind"],
        label=data["label"],
        prompt=data["prompt"],
        help_text=data["help_text"],
        choices=question.choices,
        required=data["required"],
        minimum=data["minimum"],
        maximum=data["maximum"],
        shown_if_question=question.shown_if_question,
        shown_if_values=question.shown_if_values,
    )


def _place(question: LocalQuestion) -> tuple[bool, int, int]:
    """In the order of the wave; a new one comes last."""
    return question.pk is None, question.position, question.pk or 0
