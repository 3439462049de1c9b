"""What happened to a business, its registration and its owner, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q

from core.audit import MASK
from core.formats import NO_VALUE, format_date, format_integer
from core.models import AuditEvent, Region, User, Verb
from core.permissions import Permission
from registry.models import Business, Owner, PermitKind, Platform, Registration, Sector

PAGE_SIZE = 25
LOOKS = (Verb.REVEALED, Verb.EXPORTED, Verb.PRINTED)
MODELS: dict[str, type[models.Model]] = {
    model._meta.label_lower: model for model in (Business, Owner, Registration)
}
LINE_LABELS = {
    **{f"permit_{kind}": f"izin {PermitKind(kind).label}" for kind in PermitKind.values},
    **{f"online_account_{kind}": f"akun {Platform(kind).label.lower()}" for kind in Platform.values},
}
Names = Mapping[type[models.Model], Mapping[int, str]]


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One event; `about` says which of the three records it is of."""

    at: datetime
    actor: str
    action: str
    about: str
    changes: list[FieldChange]
    reason: str


def history_page(
    user: User, business: Business, number: str | None
) -> tuple[Page[AuditEvent], list[HistoryEntry]]:
    """One page of events, newest first; who looked at personal data only for those who may read the audit trail."""
    events = AuditEvent.objects.filter(_about(business))
    if not user.can(Permission.VIEW_AUDIT):
        events = events.exclude(verb__in=LOOKS)
    page = Paginator(events, PAGE_SIZE).get_page(number)
    rows = list(page)
    names = _names(user, rows)
    return page, [_entry(row, names) for row in rows]


def _about(business: Business) -> Q:
    records: list[models.Model | None] = [business, business.owner, getattr(business, "registration", None)]
    wanted = Q()
    for record in records:
        if record is not None:
            wanted |= Q(object_type=record._meta.label_lower, object_id=str(record.pk))
    return wanted


def _entry(event: AuditEvent, names: Names) -> HistoryEntry:
    model = MODELS[event.object_type]
    return HistoryEntry(
        at=event.at,
        actor=event.actor_name,
        action=event.get_verb_display(),
        about=str(model._meta.verbose_name),
        changes=[
            FieldChange(_label(model, name), _shown(model, name, old, names), _shown(model, name, new, names))
            for name, (old, new) in event.changes.items()
        ],
        reason=event.reason,
    )


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def _label(model: type[models.Model], name: str) -> str:
    field = _field(model, name)
    label = str(field.verbose_name) if field else LINE_LABELS.get(name, name)
    return label[:1].upper() + label[1:]


def _shown(model: type[models.Model], name: str, value: Any, names: Names) -> str:
    """A value of an event as a person reads it."""
    if value in (None, ""):
        return NO_VALUE
    field = _field(model, name)
    if field is None or value == MASK:
        return str(value)
    if isinstance(field, models.ForeignKey):
        return names[field.related_model].get(value, "di luar wilayah kerja Anda")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, int):
        return format_integer(value)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return format_date(date.fromisoformat(value))
    return str(value)


def _names(user: User, events: Iterable[AuditEvent]) -> Names:
    """The names behind the keys in the events: one query a model, of owners only those the user may see."""
    keys: dict[Any, set[int]] = defaultdict(set)
    for event in events:
        for name, values in event.changes.items():
            field = _field(MODELS[event.object_type], name)
            if isinstance(field, models.ForeignKey):
                keys[field.related_model] |= {value for value in values if isinstance(value, int)}
    visible: dict[Any, models.QuerySet[Any]] = {
        Owner: Owner.objects.for_user(user).only("name"),
        Region: Region.objects.all(),
        Sector: Sector.objects.all(),
    }
    return {
        model: {row.pk: str(row) for row in rows.filter(pk__in=keys[model])} if keys[model] else {}
        for model, rows in visible.items()
    }
