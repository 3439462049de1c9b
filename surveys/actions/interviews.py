"""An interview is stored once, whatever is sent how often; a correction keeps what stood there."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.audit import field_changes, record
from core.formats import format_date
from core.models import User, Verb
from registry.models import Business, BusinessStatus
from surveys.actions.flagging import flag_response
from surveys.actions.questionnaires import current_questionnaire
from surveys.answers import Answers, Circumstances
from surveys.models import Door, QuestionnaireVersion, Response, ResponseChoice, ResponseState, Wave
from surveys.questions import MULTIPLE

UNKNOWN = Circumstances()
STALE = "Wawancara ini sudah diubah sejak halaman dibuka. Periksa isian terbaru, lalu perbaiki lagi."


class InterviewRefused(Exception):
    """An interview that can't be stored or changed; the text says why, in Indonesian."""


class AlreadyInterviewed(InterviewRefused):
    """`existing` is the interview of this business that the wave already has."""

    def __init__(self, existing: Response) -> None:
        self.existing = existing
        day = format_date(existing.interviewed_at or existing.received_at)
        super().__init__(f"Sudah diwawancarai pada {day} oleh {existing.enumerator or 'enumerator lain'}.")


class StaleResponse(InterviewRefused):
    """Somebody changed the interview since the page was opened."""


def record_response(
    *,
    wave: Wave,
    business: Business,
    submission_id: UUID,
    answers: Answers,
    by: User,
    at: datetime,
    questionnaire: QuestionnaireVersion | None = None,
    door: Door = Door.OFFICE,
    circumstances: Circumstances = UNKNOWN,
) -> tuple[Response, bool]:
    """The stored interview, and whether this call stored it; a second send of one form finds the first.

    Without `questionnaire` it answers the version that stands now. Raises AlreadyInterviewed when the business
    has another interview in the wave, InterviewRefused when the wave takes none now or the business can't be
    interviewed by this user.
    """
    with transaction.atomic():
        if sent := sent_before(submission_id, wave, business, by):
            return sent, False
        return store_response(
            wave=wave,
            business=_business_to_interview(wave, business, by, at),
            submission_id=submission_id,
            answers=answers,
            by=by,
            at=at,
            questionnaire=questionnaire or current_questionnaire(wave),
            door=door,
            circumstances=circumstances,
        )


def store_response(
    *,
    wave: Wave,
    business: Business,
    submission_id: UUID,
    answers: Answers,
    by: User,
    at: datetime,
    questionnaire: QuestionnaireVersion,
    door: Door,
    circumstances: Circumstances,
    is_expected_new: bool = False,
) -> tuple[Response, bool]:
    """`record_response` inside a transaction that read `business` itself, and judged it and the wave.

    Where it `is_expected_new`, another one is an IntegrityError, which ends the transaction of the caller.
    """
    settled = answers.settled()
    response = new_response(wave, business, submission_id, settled, by, at)
    response.questionnaire = questionnaire
    response.door = door
    _set_circumstances(response, circumstances)
    if is_expected_new:
        response.save(force_insert=True)
    elif sent := _save_once(response, wave, business, by):
        return sent, False
    write_choices(response, settled.multiple)
    label = f"{business.name} – {wave.title}"
    changes = field_changes(None, response) | choice_changes({}, settled.multiple)
    record(Verb.INTERVIEWED, by=by, at=at, subject=response, label=label, changes=changes)
    flag_response(response, chosen=settled.multiple, is_new=True)
    return response, True


def _save_once(response: Response, wave: Wave, business: Business, by: User) -> Response | None:
    """Stores it, unless the same sending was stored meanwhile: that one then."""
    try:
        with transaction.atomic():
            response.save(force_insert=True)
    except IntegrityError:
        if sent := sent_before(response.submission_id, wave, business, by):
            return sent
        existing = Response.objects.interviews().filter(wave=wave, business=business).first()
        if existing is None:
            raise
        raise AlreadyInterviewed(existing) from None
    return None


@transaction.atomic
def change_response(
    *,
    response: Response,
    answers: Answers,
    expected_version: int,
    by: User,
    at: datetime,
    questionnaire: QuestionnaireVersion | None = None,
    circumstances: Circumstances = UNKNOWN,
) -> Response:
    """A correction of an own interview; nothing is written where nothing differs, unless it was returned.

    A returned interview becomes a corrected one, whatever was changed.
    """
    locked = Response.objects.select_for_update(of=("self",)).select_related("wave", "business")
    current = locked.get(pk=response.pk)
    if refusal := why_not_changeable(current, by, at):
        raise InterviewRefused(refusal)
    if current.version != expected_version:
        raise StaleResponse(STALE)
    settled = answers.settled()
    before = copy(current)
    old_choices = choices_of(current)
    _set_answers(current, settled)
    current.questionnaire = questionnaire or current.questionnaire
    if circumstances is not UNKNOWN:
        _set_circumstances(current, circumstances)
    if current.state == ResponseState.RETURNED:
        current.state = ResponseState.CORRECTED
    changes = field_changes(before, current) | choice_changes(old_choices, settled.multiple)
    if not changes:
        return current
    current.version += 1
    current.save()
    current.choices.all().delete()
    write_choices(current, settled.multiple)
    label = f"{current.business.name} – {current.wave.title}"
    record(Verb.CHANGED, by=by, at=at, subject=current, label=label, changes=changes)
    flag_response(current, chosen=settled.multiple, is_new=False)
    return current


def why_not_interviewable(wave: Wave, business: Business, at: datetime) -> str:
    """Why nobody can interview this business in this wave now; empty when one can."""
    return why_closed(wave, at) or why_left(business)


def why_left(business: Business) -> str:
    """Why nobody interviews the business any more; empty when it can be."""
    if business.status == BusinessStatus.CLOSED:
        return "UMKM ini sudah tutup sehingga tidak diwawancarai."
    return ""


def why_closed(wave: Wave, at: datetime) -> str:
    """Why the wave takes nothing at that time; empty when it does."""
    if wave.is_reconstruction:
        return "Gelombang rekonstruksi tidak menerima wawancara."
    if not wave.is_open_on(timezone.localdate(at)):
        start, end = format_date(wave.period_start), format_date(wave.period_end)
        return f"Gelombang ini menerima wawancara pada {start} sampai {end}."
    return ""


def why_not_changeable(response: Response, by: User, at: datetime) -> str:
    """Why this user may not correct this interview now; empty when they may."""
    if response.enumerator_id is None or response.enumerator_id != by.pk:
        return "Hanya pewawancaranya yang dapat memperbaiki wawancara ini."
    if response.state == ResponseState.RETURNED:
        return ""  # whoever returns it wants it back, also after the last day of the wave
    if response.state in (ResponseState.PASSED, ResponseState.ACCEPTED):
        return "Wawancara ini sudah lolos pemeriksaan; minta pengawas mengembalikannya bila ada yang keliru."
    if not response.wave.is_open_on(timezone.localdate(at)):
        return "Gelombang ini sudah ditutup; wawancara tidak dapat diperbaiki lagi."
    return ""


def choices_of(response: Response) -> dict[str, frozenset[str]]:
    """The ticked answers by question code; a question without any is there with an empty set."""
    chosen: dict[str, set[str]] = {question.code: set() for question in MULTIPLE}
    for choice in response.choices.all():
        chosen[choice.question].add(choice.value)
    return {code: frozenset(values) for code, values in chosen.items()}


def sent_before(submission_id: UUID, wave: Wave, business: Business, by: User) -> Response | None:
    sent = Response.objects.filter(submission_id=submission_id).first()
    if sent is None:
        return None
    if (sent.wave_id, sent.business_id, sent.enumerator_id) != (wave.pk, business.pk, by.pk):
        raise InterviewRefused("Formulir ini sudah dipakai untuk wawancara lain. Buka formulir yang baru.")
    return sent


def _business_to_interview(wave: Wave, business: Business, by: User, at: datetime) -> Business:
    """The business as it is now, for the snapshot."""
    current = Business.objects.for_user(by).real().filter(pk=business.pk).first()
    if current is None:
        raise InterviewRefused("UMKM ini tidak ada di wilayah kerja Anda.")
    if refusal := why_not_interviewable(wave, current, at):
        raise InterviewRefused(refusal)
    return current


def new_response(
    wave: Wave, business: Business, submission_id: UUID, answers: Answers, by: User, at: datetime
) -> Response:
    response = Response(
        wave=wave,
        business=business,
        submission_id=submission_id,
        enumerator=by,
        received_at=at,
        sector_id=business.sector_id,
        ward_id=business.ward_id,
        district_id=business.district_id,
        scale_uu20=business.scale_uu20,
        scale_pp7=business.scale_pp7,
    )
    _set_answers(response, answers)
    return response


def _set_answers(response: Response, answers: Answers) -> None:
    response.interviewed_at = answers.interviewed_at
    response.mode = answers.mode
    response.potential_note = answers.potential_note
    response.note = answers.note
    response.extra = {
        code: list(value) if isinstance(value, tuple) else value for code, value in answers.extra.items()
    }
    for code, value in answers.single.items():
        setattr(response, code, value)


def _set_circumstances(response: Response, circumstances: Circumstances) -> None:
    for name, value in asdict(circumstances).items():
        setattr(response, name, value)


def write_choices(response: Response, multiple: Mapping[str, frozenset[str]]) -> None:
    rows = [
        ResponseChoice(response=response, question=question.code, value=value)
        for question in MULTIPLE
        for value in question.codes
        if value in multiple[question.code]
    ]
    ResponseChoice.objects.bulk_create(rows)
    _keep_read(response, rows)


def _keep_read(response: Response, rows: list[ResponseChoice]) -> None:
    """As a prefetch leaves them, so that who reads them next need not ask."""
    read = response.choices.all()
    read._result_cache = rows
    response.__dict__.setdefault("_prefetched_objects_cache", {})["choices"] = read


def choice_changes(
    old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]
) -> dict[str, list[Any]]:
    """In the order of the question's own choices; nothing ticked reads as None."""
    changes: dict[str, list[Any]] = {}
    for question in MULTIPLE:
        before, after = (
            ", ".join(value for value in question.codes if value in side.get(question.code, frozenset()))
            for side in (old, new)
        )
        if before != after:
            changes[question.code] = [before or None, after or None]
    return changes
