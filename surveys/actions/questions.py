"""The questions a wave adds, as drafts: nobody is asked them before they are published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.audit import field_changes, record
from core.models import User, Verb
from surveys.actions.questionnaires import QuestionnaireRefused, item_of, refuse_reconstruction
from surveys.models import LocalQuestion, Wave
from surveys.questionnaire import faults


@transaction.atomic
def save_question(*, question: LocalQuestion, by: User, at: datetime) -> LocalQuestion:
    """Add or change a draft; a new one comes last. Nothing is written where nothing differs."""
    drafts = _drafts(question.wave)
    before = LocalQuestion.objects.get(pk=question.pk) if question.pk else None
    if before is None:
        question.position = max((draft.position for draft in drafts), default=0) + 1
    changes = field_changes(before, question)
    if before is not None and not changes:
        return question
    question.save()
    verb = Verb.CREATED if before is None else Verb.CHANGED
    record(verb, by=by, at=at, subject=question, label=_label(question), changes=changes)
    return question


@transaction.atomic
def delete_question(*, question: LocalQuestion, by: User, at: datetime) -> None:
    """Take a draft away; raises QuestionnaireRefused where another one depends on it."""
    drafts = _drafts(question.wave)
    _refuse_broken(drafts, [draft for draft in drafts if draft.pk != question.pk])
    changes = {name: [new, None] for name, (_, new) in field_changes(None, question).items()}
    label = f"{_label(question)} (dihapus)"
    record(Verb.CHANGED, by=by, at=at, subject=question, label=label, changes=changes)
    question.delete()


@transaction.atomic
def move_question(*, question: LocalQuestion, up: bool, by: User, at: datetime) -> None:
    """One place up or down; raises QuestionnaireRefused where it would stand before what it depends on."""
    drafts = _drafts(question.wave)
    place = [draft.pk for draft in drafts].index(question.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(drafts):
        return
    moved = list(drafts)
    moved[place], moved[other] = moved[other], moved[place]
    _refuse_broken(drafts, moved)
    for position, draft in enumerate(moved, start=1):
        draft.position = position
    LocalQuestion.objects.bulk_update(moved, ["position"])
    changes = {"position": [place + 1, other + 1]}
    record(Verb.CHANGED, by=by, at=at, subject=question, label=_label(question), changes=changes)


def _drafts(wave: Wave) -> list[LocalQuestion]:
    """In their order, while nobody else changes them."""
    refuse_reconstruction(Wave.objects.select_for_update().get(pk=wave.pk))
    return list(wave.local_questions.all())


def _refuse_broken(before: list[LocalQuestion], after: list[LocalQuestion]) -> None:
    """What was wrong before is not held against the step."""
    known = faults([item_of(draft) for draft in before], {})
    for fault in faults([item_of(draft) for draft in after], {}):
        if fault not in known:
            label = next(draft.label for draft in after if draft.code == fault.code)
            raise QuestionnaireRefused(f"“{label}”: {fault.message}")


def _label(question: LocalQuestion) -> str:
    return f"{question.wave.title}: {question.label}"
