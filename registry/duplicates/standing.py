"""What the page of one business tells of its doubles: those not decided yet, and where a merged one went."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from core.models import User
from core.permissions import Permission
from registry.duplicates.candidates import Candidate, sought_of
from registry.duplicates.finder import candidates_for
from registry.duplicates.pairs import dismissed_with
from registry.models import Business

LONGEST_CHAIN = 20  # merges after one another


def open_doubles(business: Business, user: User) -> list[Candidate]:
    """For who decides on registrations and doubles, as long as the business has no number."""
    registration = getattr(business, "registration", None)
    if not user.can(Permission.RESOLVE_DUPLICATES) or registration is None or registration.is_numbered:
        return []
    found = candidates_for(sought_of(business), user)
    dismissed = dismissed_with(business) if found else set()
    return [candidate for candidate in found if candidate.pk not in dismissed]


def winner_of(user: User, public_id: UUID) -> Business:
    """The record that a merged one became part of; Http404 where there is none the user may see."""
    row = Business.objects.in_area_of(user).filter(public_id=public_id, merged_into__isnull=False).first()
    for _ in range(LONGEST_CHAIN):
        if row is None or row.merged_into_id is None:
            break
        row = Business.objects.filter(pk=row.merged_into_id).first()
    if row is None or not Business.objects.for_user(user).filter(pk=row.pk).exists():
        raise Http404
    return row
