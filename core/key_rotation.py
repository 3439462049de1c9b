"""Bring every encrypted value under the newest data key, batch by batch.

Each batch is its own transaction and says so in the audit trail; a run that breaks off is simply
started again: what is under the newest key already is not touched. The values stay the same, and with
them the blind indexes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from core import keys
from core.audit import record
from core.fields import EncryptedTextField
from core.models import User, Verb

BATCH_SIZE = 500


def encrypted_fields() -> Iterator[tuple[type[models.Model], list[EncryptedTextField]]]:
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if fields and not model._meta.proxy:
            yield model, fields


def _ciphertexts(model: type[models.Model], fields: list[EncryptedTextField]) -> models.QuerySet[Any]:
    """Rows with the stored text of each field beside it, as the database holds it."""
    stored = {f"stored_{field.name}": Cast(field.name, TextField()) for field in fields}
    rows: models.QuerySet[Any] = model._base_manager.annotate(**stored).order_by("pk")
    return rows


def rows_under(key_id: str) -> int:
    """How many rows hold a value that only this key can read."""
    return sum(
        _ciphertexts(model, fields).filter(_any(fields, "startswith", key_id)).count()
        for model, fields in encrypted_fields()
    )


def _any(fields: list[EncryptedTextField], lookup: str, key_id: str) -> Q:
    condition = Q()
    for field in fields:
        condition |= Q(**{f"stored_{field.name}__{lookup}": f"{key_id}:"})
    return condition


def rotate_batch(
    model: type[models.Model],
    fields: list[EncryptedTextField],
    *,
    after: Any,
    by: User | None,
    at: datetime,
    batch: uuid.UUID,
) -> tuple[Any, int]:
    """Re-encrypt the next rows with a pk above `after`: the last pk seen and how many were changed.

    (None, 0) when there is nothing left. Rows are locked in pk order while they are rewritten, so that
    no edit made in between is lost.
    """
    current = keys.current_key_id()
    with transaction.atomic():
        rows = _ciphertexts(model, fields)
        rows = rows if after is None else rows.filter(pk__gt=after)
        stale = Q()
        for field in fields:
            has_value = Q(**{f"{field.name}__isnull": False})
            stale |= has_value & ~Q(**{f"stored_{field.name}__startswith": f"{current}:"})
        names = [field.name for field in fields]
        chosen = list(rows.filter(stale).select_for_update(of=("self",)).only("pk", *names)[:BATCH_SIZE])
        for row in chosen:
            model._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})
        if not chosen:
            return None, 0
        label = f"{model._meta.verbose_name}: {len(chosen)} baris ke kunci {current}"
        record(Verb.KEYS_ROTATED, by=by, at=at, label=label, batch=batch)
    return chosen[-1].pk, len(chosen)
