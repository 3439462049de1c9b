"""Creating and changing owners and businesses, one editor of a version at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction

from core import audit
from core.formats import format_datetime
from core.models import AuditEvent, User, Verb
from registry.actions.errors import AlreadyTaken, StaleRecord, WrongState
from registry.actions.holding import hold_nibs
from registry.models import (
    Business,
    Certificate,
    Owner,
    Registration,
)

_WRITES = (
    Verb.CREATED,
    Verb.CHANGED,
    Verb.CHANGE_APPROVED,
    Verb.STATUS_CHANGED,
    Verb.APPROVED,
    Verb.IMPORTED,
)


MERGED_AWAY = "UMKM ini sudah digabung ke UMKM lain: ubahlah UMKM yang dipertahankan."
PROPOSE_INSTEAD = "Data ini sudah terdaftar. Ajukan perubahannya sebagai usulan."


@transaction.atomic
def save_owner(
    *, owner: Owner, by: User, at: datetime, reason: str = "", expected_version: int | None = None
) -> Owner:
    """Create or change an owner; `expected_version` is the one the editor saw, by default the instance's.

    Raises WrongState for an owner with a registered business: his changes are proposed (`propose_change`).
    """
    owner.district = owner.ward.parent if owner.ward else None
    try:
        with transaction.atomic():
            _save(owner, by=by, at=at, reason=reason, expected_version=expected_version)
    except IntegrityError as error:
        if owner.national_id and _has_this_national_id(owner).exists():
            raise AlreadyTaken("NIK ini sudah terdaftar pada pelaku usaha lain.") from error
        raise
    return owner


def _has_this_national_id(owner: Owner) -> models.QuerySet[Owner]:
    return Owner.objects.with_national_id(owner.national_id or "").exclude(pk=owner.pk)


@transaction.atomic
def save_business(
    *, business: Business, by: User, at: datetime, reason: str = "", expected_version: int | None = None
) -> Business:
    """Create a business with its draft registration, or change one.

    `expected_version` is the version the editor saw, by default that of the instance. Status and
    registration have their own actions: of an existing business they are left as they stand.
    Raises WrongState for a registered business: its changes are proposed (`propose_change`).
    """
    refuse_reconstruction(business)
    if business.nib:
        hold_nibs([business.nib])
        if business.nib_is_anothers():
            raise AlreadyTaken("NIB ini sudah dipakai UMKM milik pelaku usaha lain.")
    business.district = business.ward.parent if business.ward else None
    is_new = business.pk is None
    _save(business, by=by, at=at, reason=reason, expected_version=expected_version)
    if is_new:
        Registration.objects.create(business=business)
    return business


def _save(
    record: Owner | Business, *, by: User, at: datetime, reason: str, expected_version: int | None
) -> None:
    if record.pk is None:
        record.version, record.created_at, record.updated_at = 1, at, at
        record.save(force_insert=True)
        _record_edit(Verb.CREATED, None, record, by=by, at=at, reason=reason)
        return
    expected = record.version if expected_version is None else expected_version
    old = _as_seen(record, expected)
    if not audit.field_changes(old, record):
        return
    _claim_version(record, expected)
    if is_registered(record):
        raise WrongState(PROPOSE_INSTEAD)
    record.version, record.updated_at = expected + 1, at
    record.save(update_fields=_columns_of_an_edit(record))
    _record_edit(Verb.CHANGED, old, record, by=by, at=at, reason=reason)


def is_registered(record: Owner | Business) -> bool:
    """Whether what a person corrects in it must be proposed: it, or a business of the owner, has a number."""
    of_record = {"business": record} if isinstance(record, Business) else {"business__owner": record}
    return Registration.objects.numbered().filter(**of_record).exists()


def _record_edit(
    verb: Verb, old: Owner | Business | None, new: Owner | Business, *, by: User, at: datetime, reason: str
) -> None:
    changes, secrets = audit.field_changes(old, new), audit.secret_changes(old, new)
    audit.record(verb, by=by, at=at, subject=new, changes=changes, secrets=secrets, reason=reason)


def _as_seen(record: Owner | Business, expected: int) -> Owner | Business:
    """The stored row, which still is of the version the editor saw."""
    stored = type(record).objects.filter(pk=record.pk, version=expected).first()
    if stored is None:
        raise StaleRecord(who_changed(record))
    return stored


def _claim_version(record: Owner | Business, expected: int) -> None:
    """Let one of several editors of the same version go on; the update holds the row until commit."""
    claimed = type(record).objects.filter(pk=record.pk, version=expected).update(version=expected + 1)
    if not claimed:
        raise StaleRecord(who_changed(record))


def who_changed(record: Owner | Business) -> str:
    last = AuditEvent.objects.about(record).filter(verb__in=_WRITES).first()
    advice = "Isian Anda belum disimpan."
    if last is None:
        return f"Data sudah diubah orang lain. {advice}"
    return f"Data sudah diubah oleh {last.actor_name} pada {format_datetime(last.at)}. {advice}"


def _columns_of_an_edit(record: Owner | Business) -> list[str]:
    """What an edit may write: not the status, the source or the time of creation."""
    written = {"district", "updated_at", "version"}
    return [
        field.name
        for field in record._meta.concrete_fields
        if not field.generated and not field.primary_key and (field.editable or field.name in written)
    ]


def refuse_reconstruction(business: Business) -> None:
    """Nor what was merged into another record."""
    stored = (
        Business.objects.filter(pk=business.pk).values_list("is_reconstruction", "merged_into_id").first()
    )
    is_reconstruction, merged_into = stored if stored is not None else (business.is_reconstruction, None)
    if is_reconstruction or business.is_reconstruction:
        raise WrongState("Baris rekonstruksi, bukan data survei: tidak dapat diubah atau didaftarkan.")
    if merged_into is not None:
        raise WrongState(MERGED_AWAY)


def lock(record: Registration | Business | Certificate) -> None:
    """Read the row anew, and hold it until commit."""
    rows: models.QuerySet[Any] = type(record).objects.select_for_update()
    record.refresh_from_db(from_queryset=rows)
