"""One door behind all doors: whatever a telephone sends is stored once, and what can be read is never lost.

A send is recognised by its `instance_id`, which the database holds unique, and by the hash of its bytes. What
can't become an interview or a visit is held with the reason, and the telephone is told that it arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from core.audit import record
from core.cleaning import CleaningError, clean_multiline
from core.models import User, Verb
from registry.actions import ActionError, WrongState
from registry.models import Business
from surveys.actions.found import found_business, standing_business
from surveys.actions.interviews import (
    AlreadyInterviewed,
    InterviewRefused,
    change_response,
    store_response,
    why_closed,
    why_left,
)
from surveys.actions.visits import record_visit
from surveys.ingesting import Payload
from surveys.models import (
    Door,
    FieldDevice,
    Outcome,
    QuestionnaireVersion,
    Response,
    ResponseState,
    Submission,
    SubmissionState,
    Visit,
    Wave,
)
from surveys.questionnaire import Definition, Kind, Value, Values, check
from surveys.questionnaire.storing import to_answers

logger = logging.getLogger(__name__)
PARSERS = {Door.PHONE: "surveys.ingesting.phone_json.parse", Door.ODK: "surveys.openrosa.parsing.parse"}
LONGEST_NOTE = 1_000
MOST_PROBLEMS = 5  # told of one interview
TOLERATED_SKEW = 600  # seconds a clock may be wrong before the time it tells is set right
MOST_SKEW = 2**31 - 1
BROKEN = "Kiriman ini tidak dapat disimpan karena kesalahan pada sistem; sudah dicatat untuk administrator."


class DifferentPayload(Exception):
    """The id was sent before with other content; what came first stands. str() says so, in Indonesian."""

    def __init__(self) -> None:
        super().__init__(
            "Kiriman dengan nomor ini sudah ada dengan isi yang berbeda. Yang pertama tetap berlaku."
        )


class Held(ActionError):
    """Readable, but it can't become an interview or a visit now; the text says why, in Indonesian."""


@dataclass(frozen=True)
class Ingested:
    submission: Submission
    is_new: bool


def ingest(
    *, payload: Payload, raw: bytes, door: Door, by: User, device: FieldDevice | None, at: datetime
) -> Ingested:
    """What was stored for this send, and whether this call stored it; `raw` is UTF-8.

    Raises DifferentPayload where the id came before with other bytes.
    """
    submission = Submission(
        instance_id=payload.instance_id,
        replaces_id=payload.replaces_id,
        door=door,
        user=by,
        device=device,
        payload=raw.decode(),
        payload_hash=sha256(raw).hexdigest(),
        clock_skew_seconds=payload.circumstances.clock_skew_seconds,
        received_at=at,
    )
    submission.wave, version = _asked(payload)
    if _is_stored_at_once(submission, payload, version, at):
        return Ingested(submission, True)
    try:
        with transaction.atomic():
            _settle(submission, payload, version, at)
            submission.save(force_insert=True)
            if submission.is_held:
                _tell_held(submission, at)
            return Ingested(submission, True)
    except IntegrityError:
        sent = Submission.objects.select_related("response").filter(instance_id=payload.instance_id).first()
        if sent is None:
            raise
    if sent.payload_hash != submission.payload_hash:
        raise DifferentPayload
    return Ingested(sent, False)


def _is_stored_at_once(
    submission: Submission, payload: Payload, version: QuestionnaireVersion | None, at: datetime
) -> bool:
    """The common case, in as few statements as it takes; False where anything is in the way, with nothing stored."""
    try:
        with transaction.atomic():
            submission.state = SubmissionState.STORED
            submission.response, submission.visit = _stored(
                submission, payload, version, at, is_expected_new=True
            )
            submission.save(force_insert=True)
    except (ActionError, InterviewRefused, ValueError, IntegrityError, DataError):
        submission.pk = submission.response = submission.visit = None
        return False
    return True


@transaction.atomic
def retry_held(*, submission: Submission, by: User, at: datetime) -> Submission:
    """Try a held send once more, in the name of who sent it; it stays held where it still does not fit."""
    current = _held(submission)
    parse: Callable[[bytes], Payload] = import_string(PARSERS[Door(current.door)])
    payload = parse((current.payload or "").encode())
    payload = replace(
        payload, circumstances=replace(payload.circumstances, clock_skew_seconds=current.clock_skew_seconds)
    )
    current.wave, version = _asked(payload)
    _settle(current, payload, version, at)
    current.save(update_fields=["wave", "state", "problem", "response", "visit"])
    if current.state == SubmissionState.STORED:
        record(Verb.RELEASED, by=by, at=at, subject=current, label=label_of(current))
    return current


@transaction.atomic
def discard_held(*, submission: Submission, reason: str, by: User, at: datetime) -> Submission:
    """Say that a held send will never be an interview; what was sent stays where it is."""
    current = _held(submission)
    if not reason.strip():
        raise ActionError("Alasan belum diisi.")
    current.state = SubmissionState.DISCARDED
    current.save(update_fields=["state"])
    record(Verb.DISCARDED, by=by, at=at, subject=current, label=label_of(current), reason=reason.strip())
    return current


def skew_of(told: datetime | None, at: datetime) -> int | None:
    """The clock of a telephone minus ours, in seconds."""
    if told is None:
        return None
    return max(-MOST_SKEW, min(MOST_SKEW, round((told - at).total_seconds())))


def label_of(submission: Submission) -> str:
    return f"{submission.user} – {submission.wave or 'gelombang tidak dikenal'}"


def _held(submission: Submission) -> Submission:
    current = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("user", "wave")
        .get(pk=submission.pk)
    )
    if current.state != SubmissionState.HELD:
        raise WrongState("Kiriman ini tidak lagi ditahan.")
    return current


def _settle(
    submission: Submission, payload: Payload, version: QuestionnaireVersion | None, at: datetime
) -> None:
    """Make of a send what it says, all of it or nothing, and note on it what became of it; the caller saves it."""
    submission.state, submission.problem = SubmissionState.STORED, ""
    try:
        with transaction.atomic():
            submission.response, submission.visit = _stored(submission, payload, version, at)
    except (ActionError, InterviewRefused) as refusal:
        submission.problem = str(refusal)
    except (ValueError, IntegrityError, DataError):
        logger.exception("submission %s cannot be stored", submission.instance_id)
        submission.problem = BROKEN
    if submission.problem:
        submission.state = SubmissionState.HELD


def _tell_held(submission: Submission, at: datetime) -> None:
    record(
        Verb.HELD,
        by=submission.user,
        at=at,
        subject=submission,
        label=label_of(submission),
        reason=submission.problem,
    )


def _asked(payload: Payload) -> tuple[Wave | None, QuestionnaireVersion | None]:
    """The wave and the version that are named; None for what does not exist."""
    versions = QuestionnaireVersion.objects.select_related("wave").defer("document")
    try:
        version = versions.get(wave__code=payload.wave, number=payload.version)
    except QuestionnaireVersion.DoesNotExist:
        return Wave.objects.filter(code=payload.wave).first(), None
    return version.wave, version


def _stored(
    submission: Submission,
    payload: Payload,
    version: QuestionnaireVersion | None,
    at: datetime,
    *,
    is_expected_new: bool = False,
) -> tuple[Response | None, Visit]:
    wave = submission.wave
    if wave is None:
        raise Held("Gelombang pada kiriman ini tidak dikenal.")
    if payload.outcome not in Outcome.values:
        raise Held("Hasil kunjungan pada kiriman ini tidak dikenal.")
    when = believed_time(payload, wave, at)
    if refusal := why_closed(wave, when):
        raise Held(refusal)
    user = submission.user
    business = found_business(payload.found, user, at) if payload.found else _named_business(payload, user)
    response = None
    if payload.outcome == Outcome.DONE:
        if version is None:
            raise Held(f"Versi {payload.version} kuesioner gelombang ini tidak dikenal.")
        response = _interview(submission, payload, version, business, when, at, is_expected_new)
    visit = record_visit(
        wave=wave,
        business=business,
        enumerator=user,
        outcome=Outcome(payload.outcome),
        visited_at=when,
        note=_note(payload.note),
        circumstances=payload.circumstances,
        by=user,
        at=at,
    )
    return response, visit


def _interview(
    submission: Submission,
    payload: Payload,
    version: QuestionnaireVersion,
    business: Business,
    when: datetime,
    at: datetime,
    is_expected_new: bool,
) -> Response:
    """A new interview, or the correction of the own one that was sent back or is replaced."""
    if refusal := why_left(business):
        raise Held(refusal)
    values, user = checked_values(version.definition, payload.values), submission.user
    answers = to_answers(version.definition, values, interviewed_at=when)
    try:
        return store_response(
            wave=version.wave,
            business=business,
            submission_id=payload.instance_id,
            answers=answers,
            by=user,
            at=at,
            questionnaire=version,
            door=Door(submission.door),
            circumstances=payload.circumstances,
            is_expected_new=is_expected_new,
        )[0]
    except AlreadyInterviewed as known:
        if not _is_corrected_by(known.existing, payload, user):
            raise
        existing = known.existing
    return change_response(
        response=existing,
        answers=answers,
        expected_version=existing.version,
        by=user,
        at=at,
        questionnaire=version,
        circumstances=payload.circumstances,
    )


def _is_corrected_by(existing: Response, payload: Payload, user: User) -> bool:
    if existing.enumerator_id != user.pk:
        return False
    if existing.state == ResponseState.RETURNED:
        return True
    if payload.replaces_id is None:
        return False
    return Submission.objects.filter(instance_id=payload.replaces_id, response=existing, user=user).exists()


def checked_values(definition: Definition, values: Values) -> dict[str, Value]:
    """The answers as they are stored; raises Held with what is wrong with them."""
    if unknown := sorted(code for code in values if code not in definition):
        raise Held(f"Ada jawaban atas pertanyaan yang tidak ada pada versi ini: {unknown[0][:30]}.")
    cleaned: dict[str, Value] = {}
    for code, given in values.items():
        item = definition[code]
        if item.kind is Kind.TEXT and isinstance(given, str):
            given = _clean(given, item.label)
        elif item.kind is Kind.MULTIPLE and isinstance(given, str):
            given = tuple(given.split())  # as XForms writes several
        cleaned[code] = given
    checked = check(definition, cleaned)
    if checked.problems:
        told = list(checked.problems.values())
        more = f" Dan {len(told) - MOST_PROBLEMS} lagi." if len(told) > MOST_PROBLEMS else ""
        raise Held(" ".join(told[:MOST_PROBLEMS]) + more)
    return checked.values


def _clean(text: str, name: str) -> str:
    try:
        return clean_multiline(text)
    except CleaningError as error:
        raise Held(f"{name}: {error.message}") from error


def _note(text: str) -> str:
    note = _clean(text, "Catatan kunjungan")
    if len(note) > LONGEST_NOTE:
        raise Held(f"Catatan kunjungan: paling banyak {LONGEST_NOTE} huruf.")
    return note


def _named_business(payload: Payload, user: User) -> Business:
    if payload.business is None:
        raise Held("Kiriman ini tidak menyebut UMKM.")
    business = standing_business(payload.business, user)
    if business is None or business.is_reconstruction:
        raise Held("UMKM pada kiriman ini tidak ada di wilayah kerja pengirimnya.")
    return business


def believed_time(payload: Payload, wave: Wave, at: datetime) -> datetime:
    """When it was: as the telephone tells, set right by how wrong its clock is known to be.

    A time that is not within the wave is not believed, nor one to come: then the time it arrived stands.
    """
    told, skew = payload.visited_at, payload.circumstances.clock_skew_seconds
    if skew is not None and abs(skew) > TOLERATED_SKEW:
        told -= timedelta(seconds=skew)
    return told if told <= at and wave.is_open_on(timezone.localdate(told)) else at
