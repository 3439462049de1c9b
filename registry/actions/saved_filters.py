"""Keeping filters under a name, and letting colleagues use them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core import audit
from core.models import User, Verb
from core.permissions import Permission
from registry.actions.errors import ActionError, AlreadyTaken
from registry.models import ListColumns, SavedFilter

MOST_FILTERS = 100  # of one user
NAME_IS_TAKEN = "Anda sudah mempunyai filter dengan nama ini. Pakai nama lain."


def save_filter(*, name: str, query: str, columns: Sequence[str], by: User, at: datetime) -> SavedFilter:
    """`query` comes from a valid FilterForm, which refuses personal numbers."""
    if SavedFilter.objects.made_by(by).count() >= MOST_FILTERS:
        raise ActionError(f"Paling banyak {MOST_FILTERS} filter tersimpan. Hapus dahulu yang tidak dipakai.")
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(
                name=name, query=query, columns=list(columns), made_by=by, made_at=at
            )
    except IntegrityError as error:
        raise AlreadyTaken(NAME_IS_TAKEN) from error


def rename_filter(*, saved: SavedFilter, name: str) -> None:
    saved.name = name
    try:
        with transaction.atomic():
            saved.save(update_fields=["name"])
    except IntegrityError as error:
        raise AlreadyTaken(NAME_IS_TAKEN) from error


@transaction.atomic
def share_filter(*, saved: SavedFilter, share: bool, by: User, at: datetime) -> None:
    """Raises PermissionDenied for a user who may not share; taking back is always allowed."""
    if share and not by.can(Permission.SHARE_FILTERS):
        raise PermissionDenied
    if saved.is_shared == share:
        return
    saved.is_shared = share
    saved.save(update_fields=["is_shared"])
    label = f"Filter tersimpan: {saved.name}"
    audit.record(
        Verb.CHANGED, by=by, at=at, subject=saved, label=label, changes={"is_shared": [not share, share]}
    )


@transaction.atomic
def delete_filter(*, saved: SavedFilter, by: User, at: datetime) -> None:
    share_filter(saved=saved, share=False, by=by, at=at)
    saved.delete()


def choose_columns(*, columns: Sequence[str], by: User) -> None:
    ListColumns.objects.update_or_create(user=by, defaults={"columns": list(columns)})
