"""Rows of a list into interviews, a chunk in few statements: what `record_response` stores and tells of each."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.db import IntegrityError

from core import audit, bulk
from core.audit_rows import NewRows, RowEvent, record_rows
from core.formats import JAKARTA, format_date
from core.importing.importers import ERROR, Lost, Problem, Written
from core.models import ImportBatch, ImportRow, RowOutcome, User, Verb
from registry.models import Business, BusinessStatus
from surveys.actions.flagging import ask_to_flag
from surveys.actions.interviews import choice_changes, new_response
from surveys.answers import Answers
from surveys.importing.businesses import NOT_HERE
from surveys.models import Door, QuestionnaireVersion, Response, ResponseChoice, Wave
from surveys.questionnaire.storing import to_answers
from surveys.questions import MULTIPLE

COLUMNS = tuple(field.attname for field in Response._meta.concrete_fields if not field.generated)
CHOICE_COLUMNS = ("response_id", "question", "value")
_SNAPSHOT = ("name", "sector_id", "ward_id", "district_id", "scale_uu20", "scale_pp7", "status")
_TOLD = NewRows(Response, COLUMNS)


class _New(NamedTuple):
    row: ImportRow
    business: int
    enumerator: int
    version: int
    answers: Answers


def prepare(
    rows: Sequence[ImportRow],
    *,
    batch: ImportBatch,
    wave: Wave,
    versions: dict[int, QuestionnaireVersion],
    by: User,
    at: datetime,
) -> Callable[[], list[Written]]:
    """What stores the rows; businesses in the order of their keys, so that two lists never wait for each other."""
    new = sorted((_new(row, versions) for row in rows), key=lambda one: one.business)

    def write() -> list[Written]:
        return _write(new, batch=batch, wave=wave, by=by, at=at)

    return write


def _new(row: ImportRow, versions: dict[int, QuestionnaireVersion]) -> _New:
    business, day, enumerator, version, values = row.stored_content[1]
    # Of a list only the day is known, so noon stands for it, as on the page of an interview.
    moment = datetime.combine(date.fromisoformat(day), time(12), tzinfo=JAKARTA)
    given = {code: tuple(value) if isinstance(value, list) else value for code, value in values.items()}
    answers = to_answers(versions[version].definition, given, interviewed_at=moment).settled()
    return _New(row, business, enumerator, version, answers)


def _write(rows: Sequence[_New], *, batch: ImportBatch, wave: Wave, by: User, at: datetime) -> list[Written]:
    wanted = [one.business for one in rows]
    seen = Business.objects.for_user(by).real().filter(pk__in=wanted).only(*_SNAPSHOT)
    businesses = {business.pk: business for business in seen}
    interviewed = _interviewed(wave, wanted)
    refused = [
        Written(one.row, refused=Problem(ERROR, "UMKM", "", reason))
        for one in rows
        if (reason := _refusal(businesses.get(one.business), interviewed.get(one.business)))
    ]
    not_wanted = {done.row.pk for done in refused}
    good = [one for one in rows if one.row.pk not in not_wanted]
    responses = [_response(one, businesses[one.business], wave, by=by, at=at) for one in good]
    _insert(responses, good)
    events = [
        RowEvent(
            response.pk,
            f"{response.business.name} – {wave.title}",
            response.district_id,
            _told(response, one),
        )
        for one, response in zip(good, responses, strict=True)
    ]
    record_rows(Verb.INTERVIEWED, Response, events, by=by, at=at, batch=batch.public_id)
    if responses:
        ask_to_flag(wave=wave, by=by, at=at)  # one job for all chunks that wait for it
    return refused + [
        Written(one.row, RowOutcome.CREATED, target=response.pk, written=[["response", response.pk, 1, True]])
        for one, response in zip(good, responses, strict=True)
    ]


def _interviewed(wave: Wave, businesses: Sequence[int]) -> dict[int, str]:
    """Who came first, since the rows were judged: in words, by business."""
    found = Response.objects.interviews().filter(wave=wave, business__in=businesses)
    facts = found.values_list("business_id", "interviewed_at", "received_at", "enumerator__full_name")
    return {
        business: f"Sudah diwawancarai pada {format_date(at or received)} oleh {who or 'enumerator lain'}."
        for business, at, received, who in facts
    }


def _refusal(business: Business | None, interviewed: str | None) -> str:
    if business is None:
        return NOT_HERE
    if business.status == BusinessStatus.CLOSED:
        return "UMKM ini sudah tutup sehingga tidak diwawancarai."
    return interviewed or ""


def _response(one: _New, business: Business, wave: Wave, *, by: User, at: datetime) -> Response:
    response = new_response(wave, business, uuid.uuid4(), one.answers, by, at)
    response.enumerator_id = one.enumerator
    response.questionnaire_id = one.version
    response.door = Door.IMPORT
    return response


def _insert(responses: Sequence[Response], rows: Sequence[_New]) -> None:
    for response, pk in zip(responses, bulk.take_ids(Response, len(responses)), strict=True):
        response.pk = pk
    try:
        bulk.insert(
            Response,
            COLUMNS,
            [tuple(getattr(response, name) for name in COLUMNS) for response in responses],
        )
    except IntegrityError as error:
        raise Lost({}) from error  # who came first is seen when the chunk is tried again
    choices = [
        (response.pk, question.code, value)
        for one, response in zip(rows, responses, strict=True)
        for question in MULTIPLE
        for value in question.codes
        if value in one.answers.multiple[question.code]
    ]
    bulk.insert(ResponseChoice, CHOICE_COLUMNS, choices)


def _told(response: Response, one: _New) -> str:
    """The changes of the event, as `record_response` tells them."""
    changes = json.loads(_TOLD.changes([getattr(response, name) for name in COLUMNS]))
    return audit.message_json(changes | choice_changes({}, one.answers.multiple))
