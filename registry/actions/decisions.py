"""What the office makes of an application of the public door.

Who sent it is nobody we know, and may sit in the office: taking it in only submits it, so that another person
registers it. As with registrations, whoever takes an application decides it. A decision names the `round` it is about:
one that was returned and sent again meanwhile is not decided unseen.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import audit
from core.models import User, Verb
from core.permissions import Permission
from registry.actions.doubles import note_doubles
from registry.actions.errors import AlreadyTaken, Incomplete, StaleRecord, WrongState
from registry.actions.proposals import propose_change
from registry.actions.records import is_registered, save_business, save_owner
from registry.actions.registrations import submit_from_door
from registry.models import ApplicationState, Business, Owner, PublicApplication, Registration
from registry.public import answers as kept

FROM_APPLICATION = "NIK dari permohonan daring yang diterima"


@transaction.atomic
def take_application(*, application: PublicApplication, by: User, at: datetime) -> None:
    """submitted → in verification: the applicant sees it, and nobody else decides it now."""
    _lock(application)
    if application.state != ApplicationState.SUBMITTED:
        raise WrongState(f"Permohonan ini {application.get_state_display().lower()}.")
    _take(application, by=by, at=at)


@transaction.atomic
def release_application(*, application: PublicApplication, by: User, at: datetime) -> None:
    """in verification → submitted, at its old place in the queue; by anybody, as who took it may be ill."""
    _lock(application)
    if application.state != ApplicationState.IN_VERIFICATION:
        raise WrongState("Permohonan ini tidak sedang diperiksa.")
    application.taken_at = application.taken_by = None
    _go(
        Verb.RELEASED, application, ApplicationState.SUBMITTED, by=by, at=at, columns=["taken_at", "taken_by"]
    )


@transaction.atomic
def return_application(
    *, application: PublicApplication, sent: int, note: str, by: User, at: datetime
) -> None:
    """→ returned, with the note that says what to correct; `sent` is the round that was read."""
    _begin(application, sent, by=by, at=at)
    _refuse(application, Verb.RETURNED, ApplicationState.RETURNED, note, by=by, at=at)


@transaction.atomic
def reject_application(
    *, application: PublicApplication, sent: int, note: str, by: User, at: datetime
) -> None:
    """→ rejected, for good, by a verifier; the answers are erased after a while (`registry.public.expiry`)."""
    if not by.can(Permission.APPROVE_REGISTRATIONS):
        raise PermissionDenied
    _begin(application, sent, by=by, at=at)
    _refuse(application, Verb.REJECTED, ApplicationState.REJECTED, note, by=by, at=at)


@transaction.atomic
def accept_application(
    *, application: PublicApplication, sent: int, owner: Owner | None, by: User, at: datetime
) -> Registration:
    """→ accepted: a business of `owner`, or of a new owner, submitted by who took it in; the answers are erased.

    A NIK that is in the register leaves no choice: `owner` must be whose it is. What it resembles is noted as a pair.
    """
    _begin(application, sent, by=by, at=at)
    applied = kept.applied(application)
    business = _bring_in(applied, owner, by=by, at=at)
    registration = submit_from_door(business=business, by=by, at=at)
    note_doubles(business=business, at=at)
    application.business, application.decided_at, application.decided_by = business, at, by
    application.answers = application.national_id = application.phone = application.note = None
    application.expires_at = None
    columns = [
        "business",
        "decided_at",
        "decided_by",
        "answers",
        "national_id",
        "phone",
        "note",
        "expires_at",
    ]
    _go(Verb.APPROVED, application, ApplicationState.ACCEPTED, by=by, at=at, columns=columns)
    return registration


def _bring_in(applied: kept.Applied, owner: Owner | None, *, by: User, at: datetime) -> Business:
    nik = applied.owner.national_id
    known = Owner.objects.with_national_id(nik).first() if nik else None
    if known is not None and owner != known:
        raise AlreadyTaken("NIK pada permohonan ini sudah terdaftar: tautkan ke pelaku usaha itu.")
    if nik and owner is not None and owner.national_id and known is None:
        raise AlreadyTaken("NIK pada permohonan ini berbeda dari NIK pelaku usaha yang dipilih.")
    if owner is None:
        owner = save_owner(owner=applied.owner, by=by, at=at)
    elif nik and not owner.national_id:
        _add_national_id(owner, nik, by=by, at=at)
    applied.business.owner = owner
    return save_business(business=applied.business, by=by, at=at)


def _add_national_id(owner: Owner, nik: str, *, by: User, at: datetime) -> None:
    """Of a registered owner it is proposed like any other correction."""
    if is_registered(owner):
        propose_change(record=owner, values={"national_id": nik}, by=by, at=at, reason=FROM_APPLICATION)
    else:
        owner.national_id = nik
        save_owner(owner=owner, by=by, at=at, reason=FROM_APPLICATION)


def _begin(application: PublicApplication, sent: int, *, by: User, at: datetime) -> None:
    """Locked, waiting, the one that was read, and held by the one who decides."""
    _lock(application)
    if not application.is_waiting:
        raise WrongState(f"Permohonan ini sudah {application.get_state_display().lower()}.")
    if application.round != sent:
        raise StaleRecord("Permohonan ini dikirim lagi sejak Anda membacanya. Periksa kembali.")
    if application.state == ApplicationState.SUBMITTED:
        _take(application, by=by, at=at)
    elif application.taken_by_id != by.pk:
        raise WrongState(f"Permohonan ini sedang diperiksa {application.taken_by}.")


def _take(application: PublicApplication, *, by: User, at: datetime) -> None:
    application.taken_at, application.taken_by = at, by
    _go(
        Verb.TAKEN,
        application,
        ApplicationState.IN_VERIFICATION,
        by=by,
        at=at,
        columns=["taken_at", "taken_by"],
    )


def _refuse(
    application: PublicApplication, verb: Verb, state: ApplicationState, note: str, *, by: User, at: datetime
) -> None:
    if not note.strip():
        raise Incomplete("Tulis catatan untuk pemohon.")
    days = settings.DOOR_RETURNED_DAYS if state == ApplicationState.RETURNED else settings.DOOR_REJECTED_DAYS
    application.note, application.decided_at, application.decided_by = note.strip(), at, by
    application.taken_at = application.taken_by = None
    application.expires_at = at + timedelta(days=days)
    columns = ["note", "decided_at", "decided_by", "taken_at", "taken_by", "expires_at"]
    _go(verb, application, state, by=by, at=at, columns=columns, note=application.note)


def _go(
    verb: Verb,
    application: PublicApplication,
    state: ApplicationState,
    *,
    by: User,
    at: datetime,
    columns: list[str],
    note: str = "",
) -> None:
    """Save the new state with its event; the note stays out of what can never be erased."""
    changes: dict[str, list[Any]] = {"state": [str(application.state), str(state)]}
    secrets: dict[str, list[Any]] = {}
    if note:
        changes["note"], secrets["note"] = [None, audit.MASK], [None, note]
    application.state = state
    application.save(update_fields=["state", *columns])
    audit.record(verb, by=by, at=at, subject=application, changes=changes, secrets=secrets)


def _lock(application: PublicApplication) -> None:
    application.refresh_from_db(from_queryset=PublicApplication.objects.select_for_update())
