"""A registration step by step (the table is `registry.steps`), and the numbers given out."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from core import audit
from core.formats import JAKARTA, format_date
from core.models import AuditEvent, User, Verb
from core.permissions import Permission
from registry import steps
from registry.actions.errors import Incomplete, SamePerson, StaleRecord, WrongState
from registry.actions.records import lock, refuse_reconstruction
from registry.actions.status import set_status
from registry.models import (
    Business,
    BusinessStatus,
    Registration,
    RegistrationCounter,
    RegistrationState,
)
from registry.steps import Step

REQUIRED_TO_SUBMIT = {
    "name": "nama usaha",
    "owner": "pelaku usaha",
    "sector": "jenis usaha",
    "ward": "kelurahan",
}
EXPIRED_AT_ONCE = 500
_VERBS = {
    steps.SUBMIT: Verb.SUBMITTED,
    steps.TAKE: Verb.TAKEN,
    steps.RELEASE: Verb.RELEASED,
    steps.APPROVE: Verb.APPROVED,
    steps.RETURN: Verb.RETURNED,
    steps.REJECT: Verb.REJECTED,
    steps.SUSPEND: Verb.SUSPENDED,
    steps.RESUME: Verb.RESUMED,
    steps.EXPIRE: Verb.EXPIRED,
    steps.RENEW: Verb.RENEWED,
    steps.REVOKE: Verb.REVOKED,
}


@transaction.atomic
def submit_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """draft or returned → submitted, once the business has all that a registration needs.

    The view checks who may: an owner submits too, through the public door.
    """
    lock(registration)
    business = registration.business
    refuse_reconstruction(business)
    _refuse_wrong_state(steps.SUBMIT, registration)
    missing = [label for name, label in REQUIRED_TO_SUBMIT.items() if not getattr(business, name)]
    if missing:
        raise Incomplete(f"Belum dapat diajukan. Lengkapi dahulu: {', '.join(missing)}.")
    registration.submitted_at, registration.submitted_by = at, by
    _go(steps.SUBMIT, registration, by=by, at=at, columns=["submitted_at", "submitted_by"])
    return registration


@transaction.atomic
def take_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """submitted → in_verification: nobody else decides it now."""
    _begin(steps.TAKE, registration, by=by)
    _take(registration, by=by, at=at)
    return registration


@transaction.atomic
def release_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """in_verification → submitted: back into the queue, at the place it had."""
    _begin(steps.RELEASE, registration, by=by)
    _go(steps.RELEASE, registration, by=by, at=at)
    return registration


@transaction.atomic
def approve_registration(
    *, registration: Registration, by: User, at: datetime, expected_version: int | None = None
) -> Registration:
    """in_verification → registered by a second person, with the next number of the year in Jakarta.

    One that still waits is taken with it. `expected_version` is the version of the business that was
    read before: what was changed since is not approved unseen.
    """
    _begin_deciding(steps.APPROVE, registration, by=by, at=at)
    business = registration.business
    lock(business)
    refuse_reconstruction(business)
    if expected_version not in (None, business.version):
        raise StaleRecord("Data usaha ini diubah sejak Anda membacanya. Periksa kembali, lalu setujui.")
    _refuse_makers(registration, by)
    _register(registration, business, by=by, at=at)
    if business.status == BusinessStatus.FOUND_IN_FIELD:
        set_status(business, BusinessStatus.ACTIVE, None, by=by, at=at, reason="Terdaftar")
    return registration


@transaction.atomic
def submit_from_door(*, business: Business, by: User, at: datetime) -> Registration:
    """draft → submitted for a business just taken in from the public door.

    Who sent it is nobody we know and may be `by`: taking it in is the first of the two persons, not the second.
    """
    registration = Registration.objects.select_for_update().get(business=business)
    registration.from_public = True
    registration.save(update_fields=["from_public"])
    return submit_registration(registration=registration, by=by, at=at)


@transaction.atomic
def return_registration(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """in_verification → returned, with the note that says what to correct; it can be submitted again."""
    _begin_deciding(steps.RETURN, registration, by=by, at=at, reason=reason)
    _go(steps.RETURN, registration, by=by, at=at, reason=reason)
    return registration


@transaction.atomic
def reject_registration(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """in_verification → rejected, for good."""
    _begin_deciding(steps.REJECT, registration, by=by, at=at, reason=reason)
    _go(steps.REJECT, registration, by=by, at=at, reason=reason)
    return registration


def suspend_registration(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """registered → suspended."""
    return _decide(steps.SUSPEND, registration, by=by, at=at, reason=reason)


def resume_registration(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """suspended → registered, as long as it was valid before."""
    return _decide(steps.RESUME, registration, by=by, at=at, reason=reason)


def revoke_registration(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """registered, suspended or expired → revoked, for good; the number stays taken."""
    return _decide(steps.REVOKE, registration, by=by, at=at, reason=reason)


@transaction.atomic
def renew_registration(*, registration: Registration, by: User, at: datetime, reason: str) -> Registration:
    """registered or expired → registered, valid for another period from now."""
    _begin(steps.RENEW, registration, by=by, reason=reason)
    before, registration.valid_until = registration.valid_until, _valid_from(at)
    changes = {"valid_until": _days(before, registration.valid_until)}
    _go(steps.RENEW, registration, by=by, at=at, reason=reason, columns=["valid_until"], more=changes)
    return registration


def expire_registrations(*, at: datetime, by: User | None = None) -> int:
    """registered → expired for all whose last day is over in Jakarta; how many. Safe to run at any time."""
    batch, count = uuid.uuid4(), 0
    while done := _expire_some(at=at, by=by, batch=batch):
        count += done
    return count


@transaction.atomic
def _expire_some(*, at: datetime, by: User | None, batch: uuid.UUID) -> int:
    today = at.astimezone(JAKARTA).date()
    ended = Registration.objects.filter(state__in=sorted(steps.EXPIRE.sources), valid_until__lt=today)
    rows = list(
        ended.select_related("business")
        .only("state", "valid_until", "business__name", "business__district")
        .select_for_update(of=("self",))
        .order_by("pk")[:EXPIRED_AT_ONCE]
    )
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(state=steps.EXPIRE.target)
    events = [
        audit.Event(
            _VERBS[steps.EXPIRE],
            row,
            label=str(row.business),
            changes={"state": [row.state, steps.EXPIRE.target]},
            reason=f"Berlaku sampai {format_date(row.valid_until)}",
        )
        for row in rows
    ]
    audit.record_many(events, by=by, at=at, batch=batch)
    return len(rows)


def _register(registration: Registration, business: Business, *, by: User, at: datetime) -> None:
    """Give it the next number and its last day."""
    registration.number = _next_number(business, at)
    registration.registered_at, registration.registered_by = at, by
    registration.valid_until = _valid_from(at)
    written = ["number", "registered_at", "registered_by", "valid_until"]
    given = {"number": [None, registration.number], "valid_until": _days(None, registration.valid_until)}
    _go(steps.APPROVE, registration, by=by, at=at, columns=written, more=given)


# --- What the steps share -----------------------------------------------------------------------
@transaction.atomic
def _decide(step: Step, registration: Registration, *, by: User, at: datetime, reason: str) -> Registration:
    _begin(step, registration, by=by, reason=reason)
    _go(step, registration, by=by, at=at, reason=reason)
    return registration


def _begin(step: Step, registration: Registration, *, by: User, reason: str = "") -> None:
    """Lock the row and refuse the step where the table does not allow it."""
    if step.permission is not None and not by.can(step.permission):
        raise PermissionDenied
    lock(registration)
    _refuse_wrong_state(step, registration)
    if step.needs_reason and not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    if step.by_holder and registration.taken_by_id != by.pk:
        raise WrongState(f"Pendaftaran ini sedang diperiksa oleh {registration.taken_by}.")
    if step.four_eyes:
        _refuse_makers(registration, by)


def _begin_deciding(
    step: Step, registration: Registration, *, by: User, at: datetime, reason: str = ""
) -> None:
    """The same for a decision; a registration that still waits is taken first."""
    if by.can(Permission.APPROVE_REGISTRATIONS):
        lock(registration)
        if registration.state in steps.TAKE.sources:
            _begin(steps.TAKE, registration, by=by)
            _take(registration, by=by, at=at)
    _begin(step, registration, by=by, reason=reason)


def _take(registration: Registration, *, by: User, at: datetime) -> None:
    registration.taken_at, registration.taken_by = at, by
    _go(steps.TAKE, registration, by=by, at=at)


def _refuse_wrong_state(step: Step, registration: Registration) -> None:
    if registration.state not in step.sources:
        state = registration.get_state_display().lower()
        raise WrongState(f"Langkah “{step.label}” tidak dapat dilakukan: pendaftaran ini {state}.")
    business = registration.business
    if step.in_business and business.has_left:
        status = business.get_status_display().lower()
        raise WrongState(f"Langkah “{step.label}” tidak dapat dilakukan: usaha ini {status}.")


def _refuse_makers(registration: Registration, by: User) -> None:
    """Four eyes: neither who submitted it nor who changed the data while it waited."""
    if registration.submitted_by_id == by.pk:
        raise SamePerson("Pendaftaran ini diajukan oleh Anda, jadi harus disetujui orang lain.")
    business = registration.business
    about = Q(object_type=business._meta.label_lower, object_id=str(business.pk))
    if business.owner is not None:
        about |= Q(object_type=business.owner._meta.label_lower, object_id=str(business.owner_id))
    verbs = (Verb.CHANGED, Verb.IMPORTED, Verb.UNDONE, Verb.MERGED, Verb.UNMERGED)
    edits = AuditEvent.objects.filter(about, actor_id=by.pk, verb__in=verbs)
    edits = edits.exclude(verb__in=(Verb.MERGED, Verb.UNMERGED), changes={})
    if edits.filter(at__gte=registration.submitted_at).exists():
        raise SamePerson("Anda mengubah data ini sejak diajukan, jadi harus disetujui orang lain.")


def _go(
    step: Step,
    registration: Registration,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    columns: list[str] | None = None,
    more: dict[str, list[Any]] | None = None,
) -> None:
    """Write the new state with its event; who held the registration lets go of it."""
    changes: dict[str, list[Any]] = {"state": [str(registration.state), step.target], **(more or {})}
    registration.state = RegistrationState(step.target)
    if step is not steps.TAKE:
        registration.taken_at = registration.taken_by = None
    if step.needs_reason or step in (steps.SUBMIT, steps.APPROVE):
        registration.note = reason.strip()
    registration.save(update_fields=["state", "note", "taken_at", "taken_by", *(columns or [])])
    audit.record(
        _VERBS[step],
        by=by,
        at=at,
        subject=registration,
        label=str(registration.business),
        changes={name: values for name, values in changes.items() if values[0] != values[1]},
        reason=reason.strip(),
    )


def _valid_from(at: datetime) -> date | None:
    return steps.valid_until(at.astimezone(JAKARTA).date(), settings.REGISTRATION_VALID_YEARS)


def _days(before: date | None, after: date | None) -> list[Any]:
    return [audit.masked(day, secret=False) for day in (before, after)]


def _next_number(business: Business, at: datetime) -> str:
    """`35.74-2026-000001`: code of the city, year, and a count without gaps."""
    district = business.district
    if district is None or district.parent is None:
        raise Incomplete("Kelurahan usaha belum diisi, jadi nomor pendaftaran belum dapat dibuat.")
    year = at.astimezone(JAKARTA).year
    return f"{district.parent.code}-{year}-{_next_count(year):06d}"


def _next_count(year: int) -> int:
    """The counter stays locked until commit: a number whose registration fails is given out again."""
    counter, _ = RegistrationCounter.objects.select_for_update().get_or_create(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
