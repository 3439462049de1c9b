"""What somebody else changed while a form was being filled in, field by field beside the own input."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms

from core.audit import MASK
from core.audit_lines import shown_value
from core.fields import EncryptedTextField
from core.models import User
from registry.models import Record
from registry.models.proposals import AnyField, as_json
from registry.versions import UNKNOWN, FieldChange, changes_after, lines_changed_after


@dataclass(frozen=True)
class ConflictRow:
    """`mine` is "" where the own input says nothing else: the form then holds what is stored now."""

    label: str
    was: str
    now: str
    mine: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Conflict:
    """`version` is the one the own input may be saved on top of, once all this has been read."""

    version: int
    rows: list[ConflictRow]
    follows: dict[str, Any] = field(default_factory=dict)  # what the form takes over, by field name


def conflict_of(
    stored: Record, wanted: Record, seen_at: datetime, *, reader: User, names: set[str]
) -> Conflict:
    """`wanted` is the record as the form would have it; `names` are the fields of the form."""
    conflict = Conflict(stored.version, [])
    options: Any = stored._meta
    for name, change in changes_after(stored, seen_at).items():
        column = options.get_field(name)
        now = as_json(column, getattr(stored, column.attname))
        mine = as_json(column, getattr(wanted, column.attname)) if name in names else now
        was = as_json(column, change.old) if change.old is not UNKNOWN else UNKNOWN
        if mine != now and mine == was:
            conflict.follows[name] = getattr(stored, column.attname)
        own = "" if mine in (now, was) else _shown(column, mine, reader)
        conflict.rows.append(_row(column, change, was, now, own, reader))
    for label, change, new in lines_changed_after(stored, seen_at):
        conflict.rows.append(ConflictRow(label, change.old, new, "", change.by, change.at))
    return conflict


def _row(column: AnyField, change: FieldChange, was: Any, now: Any, own: str, reader: User) -> ConflictRow:
    before = MASK if was is UNKNOWN else _shown(column, was, reader)
    return ConflictRow(
        str(column.verbose_name), before, _shown(column, now, reader), own, change.by, change.at
    )


def _shown(column: AnyField, value: Any, reader: User) -> str:
    secret = isinstance(column, EncryptedTextField) and value is not None
    return MASK if secret else shown_value(column, value, reader=reader)


def as_posted(column: forms.Field, value: Any) -> str:
    """A stored value as the browser would send it back."""
    if isinstance(column.widget, forms.NullBooleanSelect):
        return {True: "true", False: "false"}.get(value, "unknown")
    prepared = column.prepare_value(value)
    return "" if prepared is None else str(prepared)
