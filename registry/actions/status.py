"""What became of a business: active, moved or closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from core import audit
from core.formats import JAKARTA
from core.models import User, Verb
from registry.actions.errors import Incomplete, WrongState
from registry.actions.records import lock, refuse_reconstruction
from registry.models import (
    Business,
    BusinessStatus,
)
from registry.steps import STATUS_STEPS, steps_from

STATUS_CHOICES = tuple(BusinessStatus(step.target) for step in STATUS_STEPS)


@transaction.atomic
def change_status(
    *, business: Business, status: BusinessStatus, on: date, by: User, at: datetime, reason: str
) -> Business:
    """Close a business, note that it moved away, or take it back as active, from the day `on`.

    The one truth about it: the registration keeps its state and its number, which mean nothing while the
    business is closed or away (`Business.objects.registered`).
    """
    lock(business)
    refuse_reconstruction(business)
    if status not in STATUS_CHOICES:
        raise WrongState("Status ini tidak dapat dipilih.")
    if business.status == status:
        raise WrongState(f"Status usaha ini sudah {business.get_status_display().lower()}.")
    if status not in {step.target for step in steps_from(business.status, STATUS_STEPS)}:
        raise WrongState("Usaha yang ditemukan di lapangan menjadi aktif setelah pendaftarannya disetujui.")
    if on > at.astimezone(JAKARTA).date():
        raise Incomplete("Tanggal tidak boleh di masa depan.")
    if business.started_on is not None and on < business.started_on:
        raise Incomplete("Tanggal tidak boleh sebelum usaha dimulai.")
    if not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    set_status(business, status, on, by=by, at=at, reason=reason.strip())
    return business


def set_status(
    business: Business, status: BusinessStatus, on: date | None, *, by: User, at: datetime, reason: str
) -> None:
    """Of a row that is locked."""
    changes = {
        "status": [str(business.status), str(status)],
        "status_since": [audit.masked(business.status_since, secret=False), audit.masked(on, secret=False)],
    }
    business.status, business.status_since = status, on
    business.version, business.updated_at = business.version + 1, at
    business.save(update_fields=["status", "status_since", "version", "updated_at"])
    audit.record(Verb.STATUS_CHANGED, by=by, at=at, subject=business, changes=changes, reason=reason)
