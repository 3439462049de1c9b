"""The job of a bulk edit that is too large for a request."""

from __future__ import annotations

from django.db import transaction

from core.jobs import RunningJob
from registry.actions import go_on
from registry.models import BulkEdit


def bulk_edit(running: RunningJob) -> None:
    """Goes on where the rows say it is, as often as it is started."""
    edit = BulkEdit.objects.select_related("created_by").get(pk=running.payload["edit"])
    total = edit.rows.count()
    left = edit.rows.waiting().count()
    looked_at = 1
    while looked_at:
        with transaction.atomic():
            looked_at = go_on(edit=edit)
            left -= looked_at
            running.checkpoint(total - left, total)
