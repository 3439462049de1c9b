"""What a held send says, for who decides on it; of a business elsewhere nothing but that it is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.module_loading import import_string

from core.formats import format_integer
from core.models import User
from core.permissions import Permission
from core.tasks import Task
from registry.models import Business
from surveys.actions.found import standing_business
from surveys.actions.ingesting import PARSERS
from surveys.ingesting import Payload, Unreadable
from surveys.models import Door, Outcome, QuestionnaireVersion, Submission
from surveys.questionnaire import Definition, Value
from surveys.questionnaire.wording import label_of


@dataclass(frozen=True)
class HeldFacts:
    """`answers` are pairs of a label and what was answered, as far as the version is known."""

    outcome: str
    visited_at: datetime
    note: str
    business: Business | None
    found_name: str
    answers: list[tuple[str, str]]


def held_facts(submission: Submission, reader: User) -> HeldFacts | None:
    """None for what can't be read any more, or is of a business the reader does not see."""
    parse: Callable[[bytes], Payload] = import_string(PARSERS[Door(submission.door)])
    try:
        payload = parse((submission.payload or "").encode())
    except Unreadable:
        return None
    business = standing_business(payload.business, reader) if payload.business else None
    if business is None and payload.found is None:
        return None
    version = QuestionnaireVersion.objects.filter(wave=submission.wave, number=payload.version).first()
    return HeldFacts(
        outcome=dict(Outcome.choices).get(payload.outcome, payload.outcome),
        visited_at=payload.visited_at,
        note=payload.note,
        business=business,
        found_name=payload.found.name if payload.found else "",
        answers=_answers(version.definition, payload) if version else [],
    )


def held_tasks(user: User, day: date) -> list[Task]:
    """For the first page of who decides on them."""
    if not user.can(Permission.MANAGE_FIELDWORK):
        return []
    count = Submission.objects.for_user(user).held().count()
    text = f"{format_integer(count)} kiriman lapangan ditahan"
    return [Task(text, reverse("surveys:held-list"))] if count else []


def _answers(definition: Definition, payload: Payload) -> list[tuple[str, str]]:
    return [
        (item.label, ", ".join(label_of(item, code) for code in _codes(payload.values[item.code])))
        for item in definition
        if payload.values.get(item.code)
    ]


def _codes(given: Value) -> tuple[str, ...]:
    """Unchecked, so that nothing is read as a number or a day."""
    return (given,) if isinstance(given, str) else given
