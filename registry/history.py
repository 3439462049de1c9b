"""What happened to a business, its registration and its owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q

from core.audit_lines import AuditLine, describe
from core.models import AuditEvent, User, Verb
from core.permissions import Permission
from registry.models import Business, Certificate

PAGE_SIZE = 25
LOOKS = (Verb.REVEALED, Verb.EXPORTED, Verb.PRINTED)


@dataclass(frozen=True)
class History:
    """One page of events, newest first, and the same in words."""

    page: Page[AuditEvent]
    lines: list[AuditLine]


def history_of(business: Business, *, reader: User, number: str | None = None) -> History:
    """Of a business the reader may see; who looked at personal data only for readers of the audit trail."""
    events = AuditEvent.objects.filter(_about(business))
    if not reader.can(Permission.VIEW_AUDIT):
        events = events.exclude(verb__in=LOOKS)
    page = Paginator(events, PAGE_SIZE).get_page(number)
    return History(page, describe(page, reader=reader, plain=True))


def _about(business: Business) -> Q:
    attached = (getattr(business, name, None) for name in ("registration", "application"))
    records: list[models.Model | None] = [business, business.owner, *attached]
    wanted = Q()
    for record in records:
        if record is not None:
            wanted |= Q(object_type=record._meta.label_lower, object_id=str(record.pk))
    papers = [str(pk) for pk in business.certificates.values_list("pk", flat=True)]
    wanted |= Q(object_type=Certificate._meta.label_lower, object_id__in=papers)
    return wanted
