"""What applicants left behind is erased when its time is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.models import AuditEvent, AuditSecret
from registry.models import PublicApplication


@transaction.atomic
def clear_applications(at: datetime) -> str:
    """Drafts left lying, notes never answered, refusals read long ago; with what the audit trail kept of them."""
    gone = list(PublicApplication.objects.expired(at).order_by("pk").values_list("pk", flat=True))
    events = AuditEvent.objects.filter(
        object_type=PublicApplication._meta.label_lower, object_id__in=[str(pk) for pk in gone]
    )
    AuditSecret.objects.filter(pk__in=events.exclude(secret_seal="").values("secret_seal")).delete()
    PublicApplication.objects.filter(pk__in=gone).expired(at).delete()
    return f"{len(gone)} permohonan daring"
