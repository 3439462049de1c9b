"""A business that somebody met in the field and the list does not hold."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from core.models import User
from registry.actions.doubles import note_doubles
from registry.actions.errors import AlreadyTaken
from registry.actions.records import save_business, save_owner
from registry.models import Business, BusinessStatus, Owner


@transaction.atomic
def record_found(
    *, business: Business, owner: Owner | None, by: User, at: datetime, double_reason: str = ""
) -> tuple[Business, bool]:
    """The business as a draft that the counter completes and submits, and whether it is new.

    `business.public_id` is the sender's: what is sent again, as a telephone without net does, is stored once.
    `double_reason` says why it is stored in spite of likely doubles, who then stand on the worklist.
    """
    business.status = BusinessStatus.FOUND_IN_FIELD
    try:
        with transaction.atomic():
            if owner is not None:
                business.owner = save_owner(owner=owner, by=by, at=at)
            save_business(business=business, by=by, at=at, reason=double_reason)
    except IntegrityError:
        sent_before = Business.objects.for_user(by).filter(public_id=business.public_id).first()
        if sent_before is None:
            raise AlreadyTaken(
                "Kiriman ini tidak dapat disimpan. Buka formulirnya lagi, lalu isi kembali."
            ) from None
        return sent_before, False
    if double_reason:
        note_doubles(business=business, at=at)
    return business, True
