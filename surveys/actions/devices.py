"""Telephones that may send without a session: enrolled for one person, known by a token, revoked when lost."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from core.audit import record
from core.models import User, Verb
from core.permissions import Permission
from registry.actions import ActionError
from surveys.models import DeviceKind, FieldDevice

MOST_DEVICES = 10  # in use at the same time, of one person


SEEN_EVERY = timedelta(minutes=1)


class DeviceRefused(ActionError):
    """A telephone that can't be enrolled or revoked; the text says why, in Indonesian."""


@transaction.atomic
def enroll_device(
    *, user: User, kind: DeviceKind, name: str, by: User, at: datetime
) -> tuple[FieldDevice, str]:
    """The telephone and its token, which nobody can read again: only its hash is kept."""
    if not user.can(Permission.ENTER_RESPONSES):
        raise DeviceRefused(f"{user} tidak bertugas mewawancarai.")
    User.objects.select_for_update().get(pk=user.pk)  # so that two at once cannot both be the last one
    if FieldDevice.objects.filter(user=user, revoked_at__isnull=True).count() >= MOST_DEVICES:
        raise DeviceRefused(
            f"Paling banyak {MOST_DEVICES} perangkat untuk satu orang. Cabut dahulu yang tidak dipakai."
        )
    token = secrets.token_urlsafe(32)
    device = FieldDevice.objects.create(
        user=user, kind=kind, name=name, token_hash=hash_of(token), created_at=at, created_by=by
    )
    record(Verb.ENROLLED, by=by, at=at, subject=device, label=str(device))
    return device, token


@transaction.atomic
def revoke_device(*, device: FieldDevice, by: User, at: datetime) -> FieldDevice:
    """It sends nothing any more from now on; what is on it still leaves by the backup file."""
    current = FieldDevice.objects.select_for_update(of=("self",)).select_related("user").get(pk=device.pk)
    if current.revoked_at is not None:
        raise DeviceRefused("Perangkat ini sudah dicabut.")
    current.revoked_at, current.revoked_by = at, by
    current.save(update_fields=["revoked_at", "revoked_by"])
    record(Verb.REVOKED, by=by, at=at, subject=current, label=str(current))
    return current


def device_of(token: str) -> FieldDevice | None:
    """The telephone of a token, with its user; whether it may still send is `why_silent`'s to say."""
    try:
        return FieldDevice.objects.select_related("user").get(token_hash=hash_of(token))
    except FieldDevice.DoesNotExist:
        return None


def why_silent(device: FieldDevice | None) -> str:
    """Why nothing is taken from this telephone now; empty when it may send."""
    if device is None:
        return "Perangkat ini tidak dikenal. Daftarkan lagi melalui menu Wawancara, Perangkat lapangan."
    if device.revoked_at is not None:
        return "Perangkat ini sudah dicabut. Hubungi pengawas Anda; jangan hapus data yang belum terkirim."
    if not device.user.is_active:
        return "Akun ini sudah tidak aktif. Hubungi pengawas Anda; jangan hapus data yang belum terkirim."
    if not device.user.can(Permission.ENTER_RESPONSES):
        return (
            "Akun ini tidak lagi bertugas mewawancarai. Hubungi pengawas Anda; jangan hapus data yang belum "
            "terkirim."
        )
    return ""


def note_seen(*, device: FieldDevice, at: datetime) -> None:
    """That it was heard of, at most once a minute; no event, it happens all day long."""
    if device.last_seen_at is None or at - device.last_seen_at >= SEEN_EVERY:
        FieldDevice.objects.filter(pk=device.pk).update(last_seen_at=at)


def note_report(
    *, device: FieldDevice, waiting: int, sent: int, oldest: datetime | None, at: datetime
) -> int:
    """What the telephone says it holds and has sent; how many we have from it."""
    FieldDevice.objects.filter(pk=device.pk).update(
        last_seen_at=at, waiting_count=waiting, sent_count=sent, oldest_waiting_at=oldest
    )
    return device.submissions.count()


def hash_of(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
