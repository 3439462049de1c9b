"""What the register asks the field: whom somebody has spoken to, and who was found gone."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from surveys.models import Outcome, Response, Visit


def interviewed_since(moment: datetime) -> Exists:
    """Whether the business of the query around it was interviewed from that moment on."""
    return Exists(Response.objects.filter(business=OuterRef("pk"), interviewed_at__gte=moment))


def reported_gone() -> Exists:
    """Whether a visit since the last change of the business found it closed or moved, and no later one otherwise."""
    later = Visit.objects.filter(business=OuterRef("business"), visited_at__gt=OuterRef("visited_at"))
    told = Visit.objects.filter(
        Q(outcome=Outcome.CLOSED) | Q(outcome=Outcome.MOVED),
        business=OuterRef("pk"),
        received_at__gt=OuterRef("updated_at"),
    )
    return Exists(told.exclude(Exists(later.exclude(outcome=Outcome.RESERVE_USED))))
