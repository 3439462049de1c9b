"""Bringing back what a record held before, as a change like any other."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core.models import User
from registry.actions.errors import Incomplete
from registry.actions.proposals import propose_change
from registry.actions.records import is_registered, save_business, save_owner
from registry.models import Business, ChangeProposal, Record

DOES_NOT_FIT = "Nilai lama ini tidak dapat berdiri di samping data yang sekarang."


@transaction.atomic
def restore_version(
    *,
    record: Record,
    values: Mapping[str, Any],
    reason: str,
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> ChangeProposal | None:
    """Write earlier values by field name; of a registered record they become a proposal, which is returned.

    Nothing of the history is taken away: the restored values are its newest entry.
    """
    if not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    if not values:
        raise Incomplete("Pilih paling sedikit satu data yang dikembalikan.")
    wanted = copy.copy(record)
    for name, value in values.items():
        setattr(wanted, wanted._meta.get_field(name).attname, value)  # type: ignore[union-attr]  # only columns
    if isinstance(wanted, Business) and (wanted.latitude is None) != (wanted.longitude is None):
        raise Incomplete(f"{DOES_NOT_FIT} Kembalikan lintang dan bujur bersama-sama.")
    try:
        wanted.validate_constraints()
    except ValidationError as error:
        raise Incomplete(DOES_NOT_FIT) from error
    seen = record.version if expected_version is None else expected_version
    if is_registered(record):
        return propose_change(
            record=record, values=values, by=by, at=at, reason=reason, expected_version=seen
        )
    if isinstance(wanted, Business):
        save_business(business=wanted, by=by, at=at, reason=reason.strip(), expected_version=seen)
    else:
        save_owner(owner=wanted, by=by, at=at, reason=reason.strip(), expected_version=seen)
    return None
