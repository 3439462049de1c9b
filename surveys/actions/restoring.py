"""A backup file of a telephone is opened with the office's key, and what it holds goes through the one door."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import office_key
from core.audit import record
from core.keys import DecryptionError
from core.models import User, Verb
from registry.actions import ActionError
from surveys.actions.ingesting import DifferentPayload, ingest
from surveys.ingesting import Unreadable
from surveys.ingesting.phone_json import HEX_ID, parse, read_object
from surveys.models import Door, FieldDevice, Submission

FORMAT = 1
MOST_ITEMS = 2_000
NOT_OURS = "Berkas ini tidak dapat dibuka: bukan cadangan untuk kantor ini, atau isinya rusak."


class BackupRefused(ActionError):
    """A file that can't be opened, or is of nobody we know; nothing was stored."""


@dataclass(frozen=True)
class RestoredItem:
    """`state` is new, same or failed; `problem` says why it failed or is held."""

    state: str
    submission: Submission | None = None
    problem: str = ""


@dataclass(frozen=True)
class Restored:
    """What became of each item of a file, in its order; `device` is the telephone it came from."""

    device: FieldDevice
    entries: tuple[RestoredItem, ...]

    @property
    def new(self) -> int:
        return sum(item.state == "new" for item in self.entries)

    @property
    def same(self) -> int:
        return sum(item.state == "same" for item in self.entries)

    @property
    def failed(self) -> int:
        return sum(item.state == "failed" for item in self.entries)


def restore_backup(*, content: bytes, by: User, at: datetime) -> Restored:
    """Store every item in the name of who filled it, each by itself, if `by` runs the fieldwork there."""
    document = open_backup(content)
    device = _device(document, by)
    items = tuple(_restored(item, device, at) for item in _items(document))
    restored = Restored(device, items)
    count = f"{restored.new} baru, {restored.same} sudah ada, {restored.failed} gagal"
    record(Verb.IMPORTED, by=by, at=at, subject=device, label=f"Cadangan {device}: {count}")
    return restored


def open_backup(content: bytes) -> dict[str, Any]:
    """What a file says; raises BackupRefused for one that is not sealed for us, or was altered."""
    try:
        outer = read_object(content)
        if outer.get("format") != FORMAT:
            raise BackupRefused("Bentuk cadangan ini tidak dikenal.")
        key, iv, data = (
            base64.b64decode(str(outer.get(name)), validate=True) for name in ("key", "iv", "data")
        )
        return read_object(AESGCM(office_key.unwrap(key)).decrypt(iv, data, None))
    except (DecryptionError, InvalidTag, ValueError) as error:
        raise BackupRefused(NOT_OURS) from error


def _device(document: dict[str, Any], by: User) -> FieldDevice:
    told = str(document.get("device"))
    known = FieldDevice.objects.for_user(by).select_related("user")
    device = known.filter(public_id=told).first() if HEX_ID.match(told) else None
    if device is None:
        raise BackupRefused("Perangkat pada cadangan ini tidak ada di wilayah kerja Anda.")
    return device


def _items(document: dict[str, Any]) -> list[bytes]:
    items = document.get("items")
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise BackupRefused(NOT_OURS)
    try:
        return [base64.b64decode(item, validate=True) for item in items]
    except (TypeError, ValueError) as error:
        raise BackupRefused(NOT_OURS) from error


def _restored(raw: bytes, device: FieldDevice, at: datetime) -> RestoredItem:
    try:
        ingested = ingest(payload=parse(raw), raw=raw, door=Door.PHONE, by=device.user, device=device, at=at)
    except (Unreadable, DifferentPayload) as reason:
        return RestoredItem("failed", problem=str(reason))
    submission = ingested.submission
    problem = submission.problem if submission.is_held else ""
    return RestoredItem("new" if ingested.is_new else "same", submission, problem)
