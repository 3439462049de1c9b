"""Taking a list of interviews back: what nobody touched since is removed, what somebody reviewed or changed stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import models
from django.urls import reverse

from core.audit_rows import RowEvent, record_rows
from core.importing.importers import Conflict
from core.models import AuditEvent, ImportBatch, ImportRow, User, Verb
from surveys.models import Response, ResponseChoice, ResponseState

REASON = "Impor wawancara diurungkan"
REVIEWED, EDITED, USED, GONE = "sudah diperiksa", "diubah", "sudah dipakai data lain", "sudah dihapus"


def conflicts(rows: Sequence[ImportRow]) -> Iterator[Conflict]:
    """Interviews of the rows that somebody touched since."""
    touched = _touched(rows)
    if not touched:
        return
    shown = Response.objects.filter(pk__in=touched).select_related("business")
    labels = {
        one.pk: (one.business.name, reverse("surveys:response-detail", args=[one.public_id])) for one in shown
    }
    last = _last_events(touched, rows[0].batch)
    for row in rows:
        for pk in _written(row):
            if why := touched.get(pk):
                label, url = labels.get(pk, ("(sudah dihapus)", ""))
                event = last.get(str(pk))
                who, at = (event.actor_name, event.at) if event else ("", None)
                yield Conflict(row.number, label, url, who, at, why)


def undo(rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> set[int]:
    """Take the rows back inside the caller's transaction; the keys of rows that were touched meanwhile."""
    pks = sorted({pk for row in rows for pk in _written(row)})
    list(Response.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",)).only("pk"))
    touched = _touched(rows)
    kept = {row.pk for row in rows if any(pk in touched for pk in _written(row))}
    gone = sorted(set(pks) - touched.keys())
    found = Response.objects.filter(pk__in=gone).order_by("pk")
    facts = found.values_list("pk", "business__name", "wave__title", "district_id")
    events = [RowEvent(pk, f"{name} – {title}", district) for pk, name, title, district in facts]
    record_rows(Verb.UNDONE, Response, events, by=by, at=at, batch=batch.public_id, reason=REASON)
    ResponseChoice.objects.filter(response__in=gone).delete()
    Response.objects.filter(pk__in=gone).delete()
    return kept


def _written(row: ImportRow) -> list[int]:
    return [pk for _, pk, *_ in row.written]


def _touched(rows: Sequence[ImportRow]) -> dict[int, str]:
    """Interviews that are no longer as the import left them, with what happened to them."""
    pks = [pk for row in rows for pk in _written(row)]
    facts = {
        pk: rest for pk, *rest in Response.objects.filter(pk__in=pks).values_list("pk", "state", "version")
    }
    touched: dict[int, str] = dict.fromkeys(_used(pks), USED)
    for pk in pks:
        if pk not in facts:
            touched[pk] = GONE
        elif facts[pk][0] != ResponseState.SENT:
            touched[pk] = REVIEWED
        elif facts[pk][1] != 1:
            touched[pk] = EDITED
    return touched


def _used(pks: Sequence[int]) -> Iterator[int]:
    """Those that other rows refer to in a way that forbids their removal."""
    for relation in Response._meta.related_objects:
        if getattr(relation, "on_delete", None) in (models.PROTECT, models.RESTRICT):
            field = relation.field
            rows = relation.related_model._default_manager.filter(**{f"{field.name}__in": pks})
            yield from rows.values_list(field.attname, flat=True)


def _last_events(touched: dict[int, str], batch: ImportBatch) -> dict[str, AuditEvent]:
    """The newest event about each that is not of the import itself."""
    events = AuditEvent.objects.filter(
        object_type=Response._meta.label_lower, object_id__in=[str(pk) for pk in touched]
    )
    return {event.object_id: event for event in events.exclude(batch=batch.public_id).order_by("at", "pk")}
