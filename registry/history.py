"""What happened to a business, its registration and its owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.audit_lines import AuditLine, describe
from core.models import AuditEvent, User, Verb
from core.permissions import Permission
from registry.models import Business, Certificate, Owner, Record
from registry.versions import NOT_WRITTEN

PAGE_SIZE = 25
LOOKS = (Verb.REVEALED, Verb.EXPORTED, Verb.PRINTED)


@dataclass(frozen=True)
class HistoryLine:
    """An event in words; `version_url` leads to the state it left behind, "" where none can be restored.

    The newest left behind what is there now, so its address leads to the state before it.
    """

    line: AuditLine
    version_url: str
    is_newest: bool = False


@dataclass(frozen=True)
class History:
    """One page of events, newest first, and the same in words."""

    page: Page[AuditEvent]
    lines: list[HistoryLine]


def history_of(business: Business, *, reader: User, number: str | None = None) -> History:
    """Of a business the reader may see; who looked at personal data only for readers of the audit trail."""
    papers = [str(pk) for pk in business.certificates.values_list("pk", flat=True)]
    attached = (getattr(business, name, None) for name in ("registration", "application"))
    rows: list[models.Model | None] = [business, business.owner, *attached]
    about = _about(rows) | Q(object_type=Certificate._meta.label_lower, object_id__in=papers)
    records: list[Record] = [] if business.is_reconstruction or business.merged_into_id else [business]
    return _history(about, [*records, *([business.owner] if business.owner else [])], reader, number)


def history_of_owner(owner: Owner, *, reader: User, number: str | None = None) -> History:
    return _history(_about([owner]), [owner], reader, number)


def version_page(record: Record) -> str:
    """Where an earlier state of the record is looked at and brought back."""
    name = "business-version" if isinstance(record, Business) else "owner-version"
    return reverse(f"registry:{name}", args=[record.public_id])


def _history(about: Q, records: Iterable[Record], reader: User, number: str | None) -> History:
    events = AuditEvent.objects.filter(about)
    if not reader.can(Permission.VIEW_AUDIT):
        events = events.exclude(verb__in=LOOKS)
    page = Paginator(events, PAGE_SIZE).get_page(number)
    pages: dict[tuple[Any, ...], str] = {}
    if reader.can(Permission.EDIT_BUSINESSES):
        pages = {(one._meta.label_lower, str(one.pk)): version_page(one) for one in records}
    lines = [
        HistoryLine(_without_seals(line), _version_url(line.event, pages))
        for line in describe(page, reader=reader, plain=True)
    ]
    if page.number == 1:
        _lead_back(lines)
    return History(page, lines)


def _without_seals(line: AuditLine) -> AuditLine:
    """The sum that proves which file it was is for the audit trail; nobody reads it here."""
    return replace(line, changes=[change for change in line.changes if change.label != "sidik"])


def _lead_back(lines: list[HistoryLine]) -> None:
    """From the newest that wrote something to what it found; nothing was there before the record was made."""
    for at, item in enumerate(lines):
        if item.version_url:
            is_first = item.line.event.verb == Verb.CREATED
            url = "" if is_first else f"{item.version_url}&before=1"
            lines[at] = HistoryLine(item.line, url, is_newest=True)
            return


def _version_url(event: AuditEvent, pages: dict[tuple[Any, ...], str]) -> str:
    page = pages.get((event.object_type, event.object_id), "")
    return f"{page}?event={event.pk}" if page and event.verb not in NOT_WRITTEN else ""


def _about(records: Iterable[models.Model | None]) -> Q:
    wanted = Q()
    for record in records:
        if record is not None:
            wanted |= Q(object_type=record._meta.label_lower, object_id=str(record.pk))
    return wanted
