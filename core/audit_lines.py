"""Events as a page shows them: labels for codes and names for ids, whatever the number of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from core import formats
from core.audit import Changes, secrets_of
from core.models import AuditEvent, User

OUTSIDE = "di luar wilayah kerja Anda"
Names = dict[tuple[type[models.Model], str], str]


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class AuditLine:
    event: AuditEvent
    object_type: str
    object_url: str  # "" when there is no page for it, or it lies outside the reader's area
    changes: list[FieldChange]


def describe(events: Iterable[AuditEvent], *, reader: User, plain: bool = False) -> list[AuditLine]:
    """One query for each kind of row the events mention, however many events there are.

    `plain` is for a reader who may see the records the events are about: names and amounts unmasked.
    """
    events = list(events)
    secrets = secrets_of(events) if plain else {}
    names = _names_of_related(events, reader)
    urls = _urls(events, reader)
    return [
        AuditLine(
            event,
            _type_label(event.object_type),
            urls.get((event.object_type, event.object_id), ""),
            _changes(event, names, secrets.get(event.secret_seal, {})),
        )
        for event in events
    ]


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type) if object_type else None
    except (LookupError, ValueError):
        return None  # a model of an earlier version


def _type_label(object_type: str) -> str:
    model = _model(object_type)
    return str(model._meta.verbose_name) if model else object_type


def _field(model: type[models.Model] | None, name: str) -> models.Field[Any, Any] | None:
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def _changes(event: AuditEvent, names: Names, secrets: Changes) -> list[FieldChange]:
    model = _model(event.object_type)
    lines = []
    for name, (old, new) in {**event.changes, **secrets}.items():
        field = _field(model, name)
        if field is None:
            lines.append(_worded(model, name, old, new))
            continue
        label = str(field.verbose_name)
        lines.append(FieldChange(label, _shown(field, old, names), _shown(field, new, names)))
    return lines


def _worded(model: type[models.Model] | None, name: str, old: Any, new: Any) -> FieldChange:
    """What is no field of the row, such as answers kept beside it: the model's `audit_words` name it.

    `audit_words` maps a name to its label and, where codes are listed, to the labels of the codes.
    """
    label, words = getattr(model, "audit_words", {}).get(name, (name.replace("_", " "), {}))
    before, after = (
        ", ".join(words.get(code, code) for code in shown.split(", ")) if words else shown
        for shown in (_shown(None, old, {}), _shown(None, new, {}))
    )
    return FieldChange(label, before, after)


def shown_value(field: models.Field[Any, Any], value: Any, *, reader: User) -> str:
    """One value, as events hold it, in words; of a row the reader may not see only that."""
    names: Names = {}
    if isinstance(field, models.ForeignKey) and value is not None:
        row = _visible(field.related_model, reader).filter(pk=value).first()
        names = {(field.related_model, str(value)): str(row)} if row is not None else {}
    return _shown(field, value, names)


def _shown(field: models.Field[Any, Any] | None, value: Any, names: Names) -> str:
    if value is None:
        return formats.NO_VALUE
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, str(value)), OUTSIDE)
    if isinstance(value, int):
        return formats.format_integer(value)
    return _shown_date(field, str(value))


def _shown_date(field: models.Field[Any, Any] | None, value: str) -> str:
    try:
        if isinstance(field, models.DateTimeField):
            return formats.format_datetime(datetime.fromisoformat(value))
        if isinstance(field, models.DateField):
            return formats.format_date(date.fromisoformat(value))
    except ValueError:
        pass  # not a date after all: masked, or of an earlier version
    return value


def _names_of_related(events: list[AuditEvent], reader: User) -> Names:
    """Names of rows the reader may see: an owner elsewhere is not told by an event here."""
    wanted: dict[type[models.Model], set[str]] = defaultdict(set)
    for event in events:
        model = _model(event.object_type)
        for name, values in event.changes.items():
            field = _field(model, name)
            if isinstance(field, models.ForeignKey):
                wanted[field.related_model] |= {str(value) for value in values if str(value).isdigit()}
    return {
        (model, str(pk)): str(row)
        for model, pks in wanted.items()
        if pks
        for pk, row in _visible(model, reader).in_bulk(pks).items()
    }


def _visible(model: type[models.Model], reader: User) -> models.QuerySet[Any]:
    rows = model._default_manager.all()
    visible: models.QuerySet[Any] = rows.for_user(reader) if hasattr(rows, "for_user") else rows
    return visible


def _urls(events: list[AuditEvent], reader: User) -> dict[tuple[str, str], str]:
    """The pages of the objects, of models that have `get_absolute_url` and `for_user`."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        model = _model(event.object_type)
        if event.object_id and hasattr(model, "get_absolute_url"):
            wanted[event.object_type].add(event.object_id)
    urls = {}
    for object_type, pks in wanted.items():
        rows: Any = apps.get_model(object_type)._default_manager.all()
        rows = rows.for_user(reader) if hasattr(rows, "for_user") else rows.none()
        for row in rows.filter(pk__in=pks):
            urls[object_type, str(row.pk)] = row.get_absolute_url()
    return urls
