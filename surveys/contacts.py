"""What the register asks the field: whom somebody has spoken to."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from surveys.models import Response


def interviewed_since(moment: datetime) -> Exists:
    """Whether the business of the query around it was interviewed from that moment on."""
    return Exists(Response.objects.filter(business=OuterRef("pk"), interviewed_at__gte=moment))
