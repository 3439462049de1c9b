"""The text that is agreed to before the first question of the public door."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from core import audit
from core.models import User, Verb
from registry.models import ConsentText


@transaction.atomic
def publish_consent(*, text: str, valid_from: date, by: User | None, at: datetime) -> ConsentText:
    """A new version; those before it stay as they are, as people have agreed to them."""
    last = ConsentText.objects.aggregate(last=Max("version"))["last"] or 0
    published = ConsentText.objects.create(version=last + 1, text=text, valid_from=valid_from)
    audit.record(Verb.CREATED, by=by, at=at, subject=published, changes=audit.field_changes(None, published))
    return published
