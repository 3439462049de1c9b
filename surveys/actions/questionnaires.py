"""What a wave asks is published as a version that never changes again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.audit import record
from core.models import User, Verb
from registry.actions import ActionError
from surveys.models import LocalQuestion, QuestionnaireVersion, Wave
from surveys.questionnaire import Definition, Item, Kind, ShownIf, faults, questionnaire
from surveys.questionnaire.definition import NUMBER_KINDS


class NotPublished(Exception):
    """A wave nobody published a questionnaire for."""


class QuestionnaireRefused(ActionError):
    """Questions that can't be saved or published; the text says why, in Indonesian."""


def current_questionnaire(wave: Wave) -> QuestionnaireVersion:
    """The newest version of the wave; raises NotPublished where there is none."""
    version = wave.questionnaires.order_by("-number").first()
    if version is None:
        raise NotPublished(f"Kuesioner gelombang {wave} belum terbit.")
    return version


@transaction.atomic
def publish_questionnaire(
    *,
    wave: Wave,
    by: User | None,
    at: datetime,
    definition: Definition | None = None,
    seen: str | None = None,
) -> tuple[QuestionnaireVersion, bool]:
    """The version with the questions as they stand, and whether it is new; the same questions make no second one.

    Without `definition` it holds the core questions and the wave's own ones; `seen` is the fingerprint of the draft
    that was looked at. Raises QuestionnaireRefused for another draft, a faulty one, and the published survey.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)  # two who publish at once take turns
    definition = definition or _publishable(wave)
    if seen is not None and seen != definition.fingerprint:
        raise QuestionnaireRefused(
            "Pertanyaan berubah sejak halaman ini dibuka. Periksa rancangan yang sekarang, lalu terbitkan."
        )
    newest = wave.questionnaires.order_by("-number").first()
    if newest is not None and newest.fingerprint == definition.fingerprint:
        return newest, False
    version = QuestionnaireVersion.objects.create(
        wave=wave,
        number=newest.number + 1 if newest else 1,
        document=definition.as_json(),
        fingerprint=definition.fingerprint,
        published_at=at,
        publisher=by,
    )
    record(Verb.PUBLISHED, by=by, at=at, subject=version, label=str(version))
    return version, True


def _publishable(wave: Wave) -> Definition:
    refuse_reconstruction(wave)
    draft = drafted(wave)
    if found := faults(draft.local, published(wave)):
        lines = [f"“{fault.code}”: {fault.message}" for fault in found]
        raise QuestionnaireRefused(" ".join(["Rancangan belum dapat diterbitkan.", *lines]))
    return draft


def refuse_reconstruction(wave: Wave) -> None:
    if wave.is_reconstruction:
        raise QuestionnaireRefused("Kuesioner survei terbit tidak dapat diubah.")


def published(wave: Wave) -> dict[int, Definition]:
    """Every version of the wave by its number."""
    return {version.number: version.definition for version in wave.questionnaires.order_by("number")}


def drafted(wave: Wave) -> Definition:
    """The questionnaire as it would be published now."""
    return questionnaire(tuple(map(item_of, wave.local_questions.all())), consent=wave.consent_text)


def item_of(question: LocalQuestion) -> Item:
    """The draft as an item; numbers begin at nought where it names no other limit."""
    kind = Kind(question.kind)
    shown_if = question.shown_if_question
    return Item(
        code=question.code,
        kind=kind,
        label=question.label,
        prompt=question.prompt,
        help_text=question.help_text,
        choices=tuple((code, label) for code, label in question.choices),
        required=question.required,
        may_decline=kind in (Kind.SINGLE, Kind.MULTIPLE),
        minimum=question.minimum or ("0" if kind in NUMBER_KINDS else ""),
        maximum=question.maximum,
        max_length=2_000 if kind is Kind.TEXT else 0,
        shown_if=ShownIf(shown_if, tuple(question.shown_if_values)) if shown_if else None,
    )
