"""Reviewing an interview: it goes back, passes, or is accepted. Only what is accepted is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core import jobs
from core.audit import Event, record, record_many
from core.models import Job, User, Verb
from core.permissions import Permission
from surveys.actions.interviews import InterviewRefused, StaleResponse
from surveys.models import Response, ResponseState, Review, ReviewReason
from surveys.models.responses import ResponseQuerySet
from surveys.review_steps import STEPS, Verdict

JOB = "accept-responses"
ACCEPTED_AT_ONCE = 500
VERBS = {Verdict.RETURNED: Verb.RETURNED, Verdict.PASSED: Verb.PASSED, Verdict.ACCEPTED: Verb.ACCEPTED}


class WrongReviewStep(InterviewRefused):
    """The interview is not in a state that this decision starts from."""


class OwnInterview(InterviewRefused):
    """Nobody reviews what they asked themselves."""


class NoteMissing(InterviewRefused):
    """Who returns an interview says why."""


def why_not_reviewable(response: Response, by: User) -> str:
    """Why this user decides nothing about this interview, in any state; empty when they may."""
    if response.back_check_of_id is not None:
        return "Wawancara ulang tidak diperiksa dan tidak dihitung; ia hanya dibandingkan."
    if response.wave.is_reconstruction:
        return "Gelombang rekonstruksi tetap sebagaimana diterbitkan."
    if response.enumerator_id == by.pk:
        return "Wawancara Anda sendiri diperiksa orang lain."
    return ""


def verdicts_open_to(response: Response, by: User) -> list[Verdict]:
    """What this user may decide about the interview as it stands."""
    if why_not_reviewable(response, by):
        return []
    return [
        verdict
        for verdict in Verdict
        if (step := STEPS.get((response.state, verdict))) and any(map(by.can, step.permissions))
    ]


def return_response(
    *,
    response: Response,
    expected_version: int,
    note: str,
    by: User,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
) -> Review:
    """Back to its enumerator; `reasons` by the code of a question of the version that was answered.

    An accepted one may be returned too, by who may accept: then it is counted no longer.
    """
    if not note.strip():
        raise NoteMissing("Catatan belum diisi: enumerator perlu tahu apa yang harus diperbaiki.")
    return _decide(response, Verdict.RETURNED, expected_version, note, by, at, reasons or {})


def pass_response(
    *, response: Response, expected_version: int, by: User, at: datetime, note: str = ""
) -> Review:
    return _decide(response, Verdict.PASSED, expected_version, note, by, at)


def accept_response(
    *, response: Response, expected_version: int, by: User, at: datetime, note: str = ""
) -> Review:
    return _decide(response, Verdict.ACCEPTED, expected_version, note, by, at)


@transaction.atomic
def _decide(
    response: Response,
    verdict: Verdict,
    expected_version: int,
    note: str,
    by: User,
    at: datetime,
    reasons: Mapping[str, str] | None = None,
) -> Review:
    current = _locked(response, verdict, expected_version, by)
    review = Review.objects.create(
        response=current, verdict=verdict, note=note.strip(), at=at, by=by, response_version=current.version
    )
    given = {code: reason.strip() for code, reason in (reasons or {}).items() if reason.strip()}
    if unknown := set(given) - {item.code for item in current.questionnaire.definition}:
        raise ValueError(f"no questions of this version: {sorted(unknown)}")
    ReviewReason.objects.bulk_create(
        ReviewReason(review=review, question=code, reason=reason) for code, reason in given.items()
    )
    Response.objects.filter(pk=current.pk).update(state=verdict.value, version=F("version") + 1)
    changes = {"state": [current.state, verdict.value]}
    label = f"{current.business.name} – {current.wave.title}"
    record(VERBS[verdict], by=by, at=at, subject=current, label=label, changes=changes, reason=note.strip())
    return review


def _locked(response: Response, verdict: Verdict, expected_version: int, by: User) -> Response:
    """The interview as it stands, held until the transaction ends; refused where the step can't be taken."""
    rows = Response.objects.for_user(by).select_for_update(of=("self",))
    current = rows.select_related("wave", "business", "questionnaire").get(pk=response.pk)
    if refusal := why_not_reviewable(current, by):
        raise OwnInterview(refusal) if current.enumerator_id == by.pk else WrongReviewStep(refusal)
    if current.version != expected_version:
        raise StaleResponse(_what_happened(current))
    step = STEPS.get((current.state, verdict))
    if step is None:
        raise WrongReviewStep(f"Keadaan wawancara ini: {current.get_state_display()}.")
    if not any(map(by.can, step.permissions)):
        raise PermissionDenied
    return current


def _what_happened(current: Response) -> str:
    """Why a decision on what a page showed is not taken."""
    latest = current.reviews.select_related("by").first()
    if latest is not None and latest.response_version == current.version - 1:
        did = latest.get_verdict_display().lower()
        return f"Sementara itu wawancara ini {did} oleh {latest.by}. Periksa keadaannya yang sekarang."
    return "Wawancara ini sudah diperbaiki sejak halaman dibuka. Periksa jawabannya yang terbaru."


@dataclass(frozen=True)
class AcceptanceFilter:
    """Which of the passed interviews without flags are accepted together, as an address says it; blank is any."""

    wave: str = ""
    district: str = ""
    enumerator: str = ""

    def responses(self, by: User, *, until: datetime) -> ResponseQuerySet:
        """In the area of the user, by others, and decided upon no later than `until`."""
        later = Review.objects.filter(response=OuterRef("pk"), at__gt=until)
        rows = (
            Response.objects.for_user(by).passed_without_flags().exclude(enumerator=by).exclude(Exists(later))
        )
        chosen = {
            "wave__code": self.wave,
            "district__code": self.district,
            "enumerator": self.enumerator,
        }
        return rows.filter(**{name: value for name, value in chosen.items() if value})


@transaction.atomic
def accept_responses(*, chosen: AcceptanceFilter, by: User, at: datetime) -> int | Job:
    """All that passed without a flag: how many, or, if they are too many for a request, the job that does it."""
    if not by.can(Permission.ACCEPT_RESPONSES):
        raise PermissionDenied
    if chosen.responses(by, until=at)[: ACCEPTED_AT_ONCE + 1].count() > ACCEPTED_AT_ONCE:
        return jobs.enqueue(JOB, {"chosen": asdict(chosen)}, by=by, at=at)
    return accept_some(chosen=chosen, by=by, at=at)


def accept_some(*, chosen: AcceptanceFilter, by: User, at: datetime) -> int:
    """The next of them, inside the caller's transaction, in the order of their keys; 0 once none is left."""
    waiting = chosen.responses(by, until=at).order_by("pk")[:ACCEPTED_AT_ONCE]
    locked = Response.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
    rows = list(
        locked.filter(state=ResponseState.PASSED)
        .select_for_update(of=("self",))
        .select_related("business", "wave")
        .order_by("pk")
    )
    Review.objects.bulk_create(
        Review(response=row, verdict=Verdict.ACCEPTED, at=at, by=by, response_version=row.version)
        for row in rows
    )
    Response.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ResponseState.ACCEPTED, version=F("version") + 1
    )
    changes = {"state": [ResponseState.PASSED.value, ResponseState.ACCEPTED.value]}
    record_many(
        (Event(Verb.ACCEPTED, row, f"{row.business.name} – {row.wave.title}", changes) for row in rows),
        by=by,
        at=at,
    )
    return len(rows)
