"""The audit trail for those who may read it."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core import actions, formats
from core.audit_filter import AuditFilterForm
from core.audit_lines import describe
from core.csv_cells import safe_cell
from core.gates import SignedInRequest, requires
from core.models import AuditEvent
from core.permissions import Permission

PAGE_SIZE = 50
CSV_HEADER = ("waktu", "tindakan", "pelaku", "jenis objek", "objek", "perubahan", "alasan", "kelompok")


@requires(Permission.VIEW_AUDIT)
def audit_list(request: SignedInRequest) -> HttpResponse:
    """The newest events first; a page goes on after the last event of the one before, without a count."""
    form = AuditFilterForm(request.GET)
    events = form.apply(AuditEvent.objects.for_user(request.user))
    after = request.GET.get("after", "")
    rows = list(older_than(events, after)[: PAGE_SIZE + 1])
    context = {
        "form": form,
        "active_filters": form.active(),
        "lines": describe(rows[:PAGE_SIZE], reader=request.user),
        "next_after": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "is_first": not after,
    }
    return render(request, "core/audit_list.html", context)


def older_than(events: QuerySet[AuditEvent], after: str) -> QuerySet[AuditEvent]:
    if not after:
        return events
    last = events.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 19 else None
    if last is None:
        return events.none()
    return events.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))


@requires(Permission.VIEW_AUDIT)
def audit_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(AuditEvent.objects.for_user(request.user), pk=pk)
    [line] = describe([event], reader=request.user)
    return render(request, "core/audit_detail.html", {"line": line})


@requires(Permission.VIEW_AUDIT)
@require_POST
def audit_export(request: SignedInRequest) -> Any:
    """By POST, as the export itself leaves an event."""
    form = AuditFilterForm(request.POST)
    if not form.is_valid():
        return redirect("core:audit-list")
    at = timezone.now()
    events = form.apply(AuditEvent.objects.for_user(request.user)).filter(at__lte=at)
    actions.note_audit_export(count=events.count(), filters=form.active(), by=request.user, at=at)
    response = StreamingHttpResponse(_csv(events, request.user), content_type="text/csv; charset=utf-8")
    name = f"jejak-audit-{timezone.localtime(at):%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    def write(self, line: str) -> str:
        return line


def _csv(events: QuerySet[AuditEvent], reader: Any) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(CSV_HEADER)
    last: AuditEvent | None = None
    while rows := list((older_than(events, str(last.pk)) if last else events)[:1_000]):
        for line in describe(rows, reader=reader):
            event = line.event
            changes = "; ".join(f"{change.label}: {change.old} → {change.new}" for change in line.changes)
            cells = (
                formats.format_datetime(event.at),
                event.get_verb_display(),
                event.actor_name,
                line.object_type,
                event.object_label,
                changes,
                event.reason,
                str(event.batch or ""),
            )
            yield writer.writerow([safe_cell(cell) for cell in cells])
        last = rows[-1]
