"""Handing out personal data: on the screen and on paper."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from core import audit
from core.models import User, Verb
from core.permissions import Permission
from registry.actions.errors import Incomplete, WrongState
from registry.models import (
    Business,
    Owner,
    PublicApplication,
)

MIN_REASON_LENGTH = 10
REVEALABLE: dict[type[models.Model], frozenset[str]] = {
    Owner: frozenset({"national_id", "phone"}),
    Business: frozenset({"npwp"}),
    PublicApplication: frozenset({"national_id", "phone"}),
}


@transaction.atomic
def reveal(
    *, record: Owner | Business | PublicApplication, field: str, reason: str, by: User, at: datetime
) -> str:
    """The plain value of one personal field, after noting who asked and why.

    Raises PermissionDenied for a user without the permission.
    """
    if not by.can(Permission.REVEAL_PERSONAL_DATA):
        raise PermissionDenied
    if field not in REVEALABLE[type(record)]:
        raise WrongState("Data ini tidak tersamar.")
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    value: str | None = getattr(record, field)
    if not value:
        raise WrongState("Data ini belum diisi.")
    changes = {field: [audit.MASK, audit.MASK]}
    audit.record(Verb.REVEALED, by=by, at=at, subject=record, changes=changes, reason=reason.strip())
    return value


def note_print(*, business: Business, by: User, at: datetime) -> None:
    """That the sheet of a business was handed out on paper."""
    audit.record(Verb.PRINTED, by=by, at=at, subject=business, label=f"Lembar data UMKM: {business}")
