"""A registration step by step, and the numbers given out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from core.formats import JAKARTA
from core.models import User, Verb
from registry.actions.errors import Incomplete, SamePerson, WrongState
from registry.actions.records import lock, refuse_reconstruction
from registry.actions.status import set_status
from registry.models import (
    Business,
    BusinessStatus,
    Registration,
    RegistrationCounter,
    RegistrationState,
)

REQUIRED_TO_SUBMIT = {
    "name": "nama usaha",
    "owner": "pelaku usaha",
    "sector": "jenis usaha",
    "ward": "kelurahan",
}


@transaction.atomic
def submit_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """draft → submitted, once the business has all that a registration needs."""
    lock(registration)
    business = registration.business
    refuse_reconstruction(business)
    if registration.state != RegistrationState.DRAFT:
        raise WrongState(f"Pendaftaran ini sudah {registration.get_state_display().lower()}.")
    missing = [label for name, label in REQUIRED_TO_SUBMIT.items() if not getattr(business, name)]
    if missing:
        raise Incomplete(f"Belum dapat diajukan. Lengkapi dahulu: {', '.join(missing)}.")
    registration.state = RegistrationState.SUBMITTED
    registration.submitted_at, registration.submitted_by = at, by
    registration.save(update_fields=["state", "submitted_at", "submitted_by"])
    _record_step(Verb.SUBMITTED, registration, RegistrationState.DRAFT, by=by, at=at)
    return registration


@transaction.atomic
def approve_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """submitted → registered by a second person, with the next number of the year in Jakarta."""
    lock(registration)
    if registration.state != RegistrationState.SUBMITTED:
        state = registration.get_state_display().lower()
        raise WrongState(f"Hanya pendaftaran yang menunggu verifikasi dapat disetujui; yang ini {state}.")
    if registration.submitted_by_id == by.pk:
        raise SamePerson("Pendaftaran ini diajukan oleh Anda, jadi harus disetujui orang lain.")
    business = registration.business
    lock(business)
    refuse_reconstruction(business)
    registration.number = _next_number(business, at)
    registration.state = RegistrationState.REGISTERED
    registration.registered_at, registration.registered_by = at, by
    registration.save(update_fields=["number", "state", "registered_at", "registered_by"])
    _record_step(Verb.APPROVED, registration, RegistrationState.SUBMITTED, by=by, at=at)
    if business.status == BusinessStatus.FOUND_IN_FIELD:
        set_status(business, BusinessStatus.ACTIVE, None, by=by, at=at, reason="Terdaftar")
    return registration


def _record_step(
    verb: Verb, registration: Registration, before: RegistrationState, *, by: User, at: datetime
) -> None:
    changes: dict[str, list[Any]] = {"state": [str(before), str(registration.state)]}
    if registration.number:
        changes["number"] = [None, registration.number]
    label = str(registration.business)
    audit.record(verb, by=by, at=at, subject=registration, label=label, changes=changes)


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
