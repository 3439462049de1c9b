"""Every write to the register: in one transaction, with its audit row inside.

`by` is the user and `at` the time of the action; who may do it is the view's to check, except where a
docstring says otherwise. What a person did wrong raises an `ActionError`, whose str() is a message for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from core import audit
from core.formats import JAKARTA, format_date, format_datetime
from core.models import AuditEvent, User, Verb
from core.permissions import Permission
from registry.models import (
    Business,
    BusinessPermit,
    BusinessStatus,
    OnlineAccount,
    Owner,
    Registration,
    RegistrationCounter,
    RegistrationState,
)

MIN_REASON_LENGTH = 10
REVEALABLE: dict[type[models.Model], frozenset[str]] = {
    Owner: frozenset({"national_id", "phone"}),
    Business: frozenset({"npwp"}),
}
REQUIRED_TO_SUBMIT = {
    "name": "nama usaha",
    "owner": "pelaku usaha",
    "sector": "jenis usaha",
    "ward": "kelurahan",
}
STATUS_CHOICES = (BusinessStatus.ACTIVE, BusinessStatus.MOVED, BusinessStatus.CLOSED)
_WRITES = (Verb.CREATED, Verb.CHANGED, Verb.STATUS_CHANGED, Verb.APPROVED, Verb.IMPORTED)


class ActionError(Exception):
    """The action was refused and nothing was written."""


class WrongState(ActionError):
    """The record is not in the state that this step starts from."""


class SamePerson(ActionError):
    """The one who submitted a registration may not approve it."""


class StaleRecord(ActionError):
    """Somebody else changed the record since it was read."""


class Incomplete(ActionError):
    """Something that the step needs is missing or cannot be right."""


class AlreadyTaken(ActionError):
    """The number belongs to another record, which the message does not name."""


# --- Owners and businesses ----------------------------------------------------------------------
@transaction.atomic
def save_owner(
    *, owner: Owner, by: User, at: datetime, reason: str = "", expected_version: int | None = None
) -> Owner:
    """Create or change an owner; `expected_version` is the one the editor saw, by default the instance's."""
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
    """
    _refuse_reconstruction(business)
    if business.nib:
        _hold_nib(business.nib)
        if business.nib_is_anothers():
            raise AlreadyTaken("NIB ini sudah dipakai UMKM milik pelaku usaha lain.")
    business.district = business.ward.parent if business.ward else None
    is_new = business.pk is None
    _save(business, by=by, at=at, reason=reason, expected_version=expected_version)
    if is_new:
        Registration.objects.create(business=business)
    return business


def _hold_nib(nib: str) -> None:
    """Let one transaction at a time write this NIB, from before the check until its commit.

    No constraint can do it, as one owner may use a NIB twice. SQLite lets one transaction write anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"nib:{nib}"])


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
    record.version, record.updated_at = expected + 1, at
    record.save(update_fields=_columns_of_an_edit(record))
    _record_edit(Verb.CHANGED, old, record, by=by, at=at, reason=reason)


def _record_edit(
    verb: Verb, old: Owner | Business | None, new: Owner | Business, *, by: User, at: datetime, reason: str
) -> None:
    changes, secrets = audit.field_changes(old, new), audit.secret_changes(old, new)
    audit.record(verb, by=by, at=at, subject=new, changes=changes, secrets=secrets, reason=reason)


def _as_seen(record: Owner | Business, expected: int) -> Owner | Business:
    """The stored row, which still is of the version the editor saw."""
    stored = type(record).objects.filter(pk=record.pk, version=expected).first()
    if stored is None:
        raise StaleRecord(_who_changed(record))
    return stored


def _claim_version(record: Owner | Business, expected: int) -> None:
    """Let one of several editors of the same version go on; the update holds the row until commit."""
    claimed = type(record).objects.filter(pk=record.pk, version=expected).update(version=expected + 1)
    if not claimed:
        raise StaleRecord(_who_changed(record))


def _who_changed(record: Owner | Business) -> str:
    last = AuditEvent.objects.about(record).filter(verb__in=_WRITES).first()
    advice = "Isian Anda belum disimpan: catat dahulu, muat ulang halaman ini, lalu ubah lagi."
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


@transaction.atomic
def save_lines(
    *,
    business: Business,
    saved: Iterable[BusinessPermit | OnlineAccount],
    deleted: Iterable[BusinessPermit | OnlineAccount],
    by: User,
    at: datetime,
) -> None:
    """Store added and changed permits and online accounts of a business and remove the deleted ones."""
    _refuse_reconstruction(business)
    changes: dict[str, list[Any]] = {}
    accounts: dict[str, list[Any]] = {}
    for line in deleted:
        (changes if isinstance(line, BusinessPermit) else accounts).update(_line_changes(line, None))
        line.delete()
    for line in saved:
        line.business = business
        old = type(line)._default_manager.filter(pk=line.pk, business=business).first() if line.pk else None
        (changes if isinstance(line, BusinessPermit) else accounts).update(_line_changes(old, line))
        line.save()
    # Name and link of an account are personal data: the event tells only that they changed.
    changes |= {
        name: [audit.masked(value, secret=True) for value in values] for name, values in accounts.items()
    }
    if changes:
        Business.objects.filter(pk=business.pk).update(version=F("version") + 1, updated_at=at)
        business.refresh_from_db(fields=["version", "updated_at"])
        audit.record(Verb.CHANGED, by=by, at=at, subject=business, changes=changes, secrets=accounts)


def _line_changes(
    old: BusinessPermit | OnlineAccount | None, new: BusinessPermit | OnlineAccount | None
) -> dict[str, list[Any]]:
    before, after = _line_in_words(old), _line_in_words(new)
    line = new or old
    if line is None or before == after:
        return {}
    if isinstance(line, BusinessPermit):
        return {f"izin {line.get_kind_display()}": [before, after]}
    return {f"akun {line.get_platform_display().lower()}": [before, after]}


def _line_in_words(line: BusinessPermit | OnlineAccount | None) -> str | None:
    if line is None:
        return None
    if isinstance(line, OnlineAccount):
        return f"{line.name} {line.link}".strip()
    until = f", berlaku sampai {format_date(line.valid_until)}" if line.valid_until else ""
    return f"{line.number or 'ada'}{until}"


def _refuse_reconstruction(business: Business) -> None:
    stored = Business.objects.filter(pk=business.pk, is_reconstruction=True) if business.pk else None
    if business.is_reconstruction or (stored is not None and stored.exists()):
        raise WrongState("Baris rekonstruksi, bukan data survei: tidak dapat diubah atau didaftarkan.")


# --- Registration -------------------------------------------------------------------------------
@transaction.atomic
def submit_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """draft → submitted, once the business has all that a registration needs."""
    _lock(registration)
    business = registration.business
    _refuse_reconstruction(business)
    if registration.state != RegistrationState.DRAFT:
        raise WrongState(f"Pendaftaran ini sudah {registration.get_state_display().lower()}.")
    missing = [label for name, label in REQUIRED_TO_SUBMIT.items() if not getattr(business, name)]
    if missing:
        raise Incomplete(f"Belum dapat diajukan. Lengkapi dahulu: {', '.join(missing)}.")
    registration.state = RegistrationState.SUBMITTED
    registration.submitted_at, registration.submitted_by = at, by
    registration.save(update_fields=["state", "submitted_at", "submitted_by"])
    _record_step(Verb.SUBMITTED, registration, RegistrationState.DRAFT, by=by, at=at)
    return registration


@transaction.atomic
def approve_registration(*, registration: Registration, by: User, at: datetime) -> Registration:
    """submitted → registered by a second person, with the next number of the year in Jakarta."""
    _lock(registration)
    if registration.state != RegistrationState.SUBMITTED:
        state = registration.get_state_display().lower()
        raise WrongState(f"Hanya pendaftaran yang menunggu verifikasi dapat disetujui; yang ini {state}.")
    if registration.submitted_by_id == by.pk:
        raise SamePerson("Pendaftaran ini diajukan oleh Anda, jadi harus disetujui orang lain.")
    business = registration.business
    _lock(business)
    _refuse_reconstruction(business)
    registration.number = _next_number(business, at)
    registration.state = RegistrationState.REGISTERED
    registration.registered_at, registration.registered_by = at, by
    registration.save(update_fields=["number", "state", "registered_at", "registered_by"])
    _record_step(Verb.APPROVED, registration, RegistrationState.SUBMITTED, by=by, at=at)
    if business.status == BusinessStatus.FOUND_IN_FIELD:
        _set_status(business, BusinessStatus.ACTIVE, None, by=by, at=at, reason="Terdaftar")
    return registration


def _record_step(
    verb: Verb, registration: Registration, before: RegistrationState, *, by: User, at: datetime
) -> None:
    changes: dict[str, list[Any]] = {"state": [str(before), str(registration.state)]}
    if registration.number:
        changes["number"] = [None, registration.number]
    label = str(registration.business)
    audit.record(verb, by=by, at=at, subject=registration, label=label, changes=changes)


def _next_number(business: Business, at: datetime) -> str:
    """`35.74-2026-000001`: code of the city, year, and a count without gaps."""
    district = business.district
    if district is None or district.parent is None:
        raise Incomplete("Kelurahan usaha belum diisi, jadi nomor pendaftaran belum dapat dibuat.")
    year = at.astimezone(JAKARTA).year
    return f"{district.parent.code}-{year}-{_next_count(year):06d}"


def _next_count(year: int) -> int:
    """The counter stays locked until commit: a number whose registration fails is given out again."""
    counter, _ = RegistrationCounter.objects.select_for_update().get_or_create(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _lock(record: Registration | Business) -> None:
    """Read the row anew, and hold it until commit."""
    rows: models.QuerySet[Any] = type(record).objects.select_for_update()
    record.refresh_from_db(from_queryset=rows)


# --- Status -------------------------------------------------------------------------------------
@transaction.atomic
def change_status(
    *, business: Business, status: BusinessStatus, on: date, by: User, at: datetime, reason: str
) -> Business:
    """Close a business, note that it moved away, or take it back as active, from the day `on`."""
    _lock(business)
    _refuse_reconstruction(business)
    if status not in STATUS_CHOICES:
        raise WrongState("Status ini tidak dapat dipilih.")
    if business.status == status:
        raise WrongState(f"Status usaha ini sudah {business.get_status_display().lower()}.")
    if business.status == BusinessStatus.FOUND_IN_FIELD and status == BusinessStatus.ACTIVE:
        raise WrongState("Usaha yang ditemukan di lapangan menjadi aktif setelah pendaftarannya disetujui.")
    if on > at.astimezone(JAKARTA).date():
        raise Incomplete("Tanggal tidak boleh di masa depan.")
    if business.started_on is not None and on < business.started_on:
        raise Incomplete("Tanggal tidak boleh sebelum usaha dimulai.")
    if not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    _set_status(business, status, on, by=by, at=at, reason=reason.strip())
    return business


def _set_status(
    business: Business, status: BusinessStatus, on: date | None, *, by: User, at: datetime, reason: str
) -> None:
    """Of a row that is locked."""
    changes = {
        "status": [str(business.status), str(status)],
        "status_since": [audit.masked(business.status_since, secret=False), audit.masked(on, secret=False)],
    }
    business.status, business.status_since = status, on
    business.version, business.updated_at = business.version + 1, at
    business.save(update_fields=["status", "status_since", "version", "updated_at"])
    audit.record(Verb.STATUS_CHANGED, by=by, at=at, subject=business, changes=changes, reason=reason)


# --- Personal data ------------------------------------------------------------------------------
@transaction.atomic
def reveal(*, record: Owner | Business, field: str, reason: str, by: User, at: datetime) -> str:
    """The plain value of one personal field, after noting who asked and why.

    Raises PermissionDenied for a user without the permission.
    """
    if not by.can(Permission.REVEAL_PERSONAL_DATA):
        raise PermissionDenied
    if field not in REVEALABLE[type(record)]:
        raise WrongState("Data ini tidak tersamar.")
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    value: str | None = getattr(record, field)
    if not value:
        raise WrongState("Data ini belum diisi.")
    changes = {field: [audit.MASK, audit.MASK]}
    audit.record(Verb.REVEALED, by=by, at=at, subject=record, changes=changes, reason=reason.strip())
    return value


def note_print(*, business: Business, by: User, at: datetime) -> None:
    """That the sheet of a business was handed out on paper."""
    audit.record(Verb.PRINTED, by=by, at=at, subject=business, label=f"Lembar data UMKM: {business}")
