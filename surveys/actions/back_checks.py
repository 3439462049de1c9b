"""A second interview of the same business by somebody else: it is compared with the first, and never counted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.audit import field_changes, record
from core.models import User, Verb
from core.permissions import Permission
from surveys.actions.interviews import (
    InterviewRefused,
    choice_changes,
    new_response,
    sent_before,
    why_not_interviewable,
    write_choices,
)
from surveys.answers import Answers
from surveys.models import Response, ResponseState


class AlreadyBackChecked(InterviewRefused):
    """The interview has its back-check already."""


def why_not_back_checked(first: Response, by: User, at: datetime) -> str:
    """Why this user does not interview this business again now; empty when they may."""
    if first.back_check_of_id is not None:
        return "Ini sendiri wawancara ulang."
    if first.enumerator_id == by.pk:
        return "Wawancara ulang dilakukan orang lain daripada pewawancara pertama."
    if existing := first.back_checks.select_related("enumerator").first():
        return f"Sudah diwawancarai ulang oleh {existing.enumerator}."
    return why_not_interviewable(first.wave, first.business, at)


def record_back_check(
    *, first: Response, submission_id: UUID, answers: Answers, by: User, at: datetime
) -> tuple[Response, bool]:
    """The stored back-check, and whether this call stored it; it answers the version that the first one did."""
    if not by.can(Permission.REVIEW_RESPONSES):
        raise PermissionDenied
    with transaction.atomic():
        rows = Response.objects.for_user(by).select_related("wave", "business", "questionnaire")
        current = rows.get(pk=first.pk)
        if sent := sent_before(submission_id, current.wave, current.business, by):
            return sent, False
        if refusal := why_not_back_checked(current, by, at):
            raise InterviewRefused(refusal)
        settled = answers.settled()
        again = new_response(current.wave, current.business, submission_id, settled, by, at)
        again.questionnaire = current.questionnaire
        again.state, again.back_check_of = ResponseState.BACK_CHECK, current
        if sent := _save_once(again):
            return sent, False
        write_choices(again, settled.multiple)
        label = f"Wawancara ulang: {current.business.name} – {current.wave.title}"
        changes = field_changes(None, again) | choice_changes({}, settled.multiple)
        record(Verb.INTERVIEWED, by=by, at=at, subject=again, label=label, changes=changes)
    return again, True


def _save_once(again: Response) -> Response | None:
    """Stores it, unless the same sending was stored meanwhile: that one then."""
    try:
        with transaction.atomic():
            again.save(force_insert=True)
    except IntegrityError:
        assert again.enumerator is not None
        if sent := sent_before(again.submission_id, again.wave, again.business, again.enumerator):
            return sent
        raise AlreadyBackChecked("Wawancara ini baru saja diwawancarai ulang oleh orang lain.") from None
    return None
