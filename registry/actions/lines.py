"""Permits and online accounts of a business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from core import audit
from core.formats import format_date
from core.models import User, Verb
from registry.actions.records import refuse_reconstruction
from registry.models import (
    Business,
    BusinessPermit,
    OnlineAccount,
)


@transaction.atomic
def save_lines(
    *,
    business: Business,
    saved: Iterable[BusinessPermit | OnlineAccount],
    deleted: Iterable[BusinessPermit | OnlineAccount],
    by: User,
    at: datetime,
) -> None:
    """Store added and changed permits and online accounts of a business and remove the deleted ones."""
    refuse_reconstruction(business)
    changes: dict[str, list[Any]] = {}
    accounts: dict[str, list[Any]] = {}
    for line in deleted:
        _put(changes if isinstance(line, BusinessPermit) else accounts, _line_changes(line, None))
        line.delete()
    for line in saved:
        line.business = business
        old = type(line)._default_manager.filter(pk=line.pk, business=business).first() if line.pk else None
        _put(changes if isinstance(line, BusinessPermit) else accounts, _line_changes(old, line))
        line.save()
    # Name and link of an account are personal data: the event tells only that they changed.
    changes |= {
        name: [audit.masked(value, secret=True) for value in values] for name, values in accounts.items()
    }
    if changes:
        Business.objects.filter(pk=business.pk).update(version=F("version") + 1, updated_at=at)
        business.refresh_from_db(fields=["version", "updated_at"])
        audit.record(Verb.CHANGED, by=by, at=at, subject=business, changes=changes, secrets=accounts)


def _put(into: dict[str, list[Any]], changes: dict[str, list[Any]]) -> None:
    """Several lines of one kind in one save are told apart by a number: none takes the place of another."""
    for name, values in changes.items():
        number = 1 + sum(known == name or known.startswith(f"{name} ke-") for known in into)
        into[name if number == 1 else f"{name} ke-{number}"] = values


def _line_changes(
    old: BusinessPermit | OnlineAccount | None, new: BusinessPermit | OnlineAccount | None
) -> dict[str, list[Any]]:
    before, after = _line_in_words(old), _line_in_words(new)
    line = new or old
    if line is None or before == after:
        return {}
    if isinstance(line, BusinessPermit):
        return {f"izin {line.get_kind_display()}": [before, after]}
    return {f"akun {line.get_platform_display().lower()}": [before, after]}


def _line_in_words(line: BusinessPermit | OnlineAccount | None) -> str | None:
    if line is None:
        return None
    if isinstance(line, OnlineAccount):
        return f"{line.name} {line.link}".strip()
    until = f", berlaku sampai {format_date(line.valid_until)}" if line.valid_until else ""
    return f"{line.number or 'ada'}{until}"
