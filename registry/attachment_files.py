"""The bytes of photos and documents: one encrypted file each, under a name that says nothing.

Each file has a key of its own, kept (encrypted) in its row: what the database forgets, nobody can read any more,
and exchanging the data keys needs no touching of the files.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class DamagedFile(Exception):
    """The file is missing, or is not what was stored."""


def new_secret() -> str:
    return base64.b64encode(AESGCM.generate_key(256)).decode()


def write(name: UUID, content: bytes, *, secret: str) -> None:
    """Whole or not at all; readable by the owner of the process only."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(secret).encrypt(nonce, content, name.bytes)
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(nonce + sealed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def read(name: UUID, *, secret: str) -> bytes:
    try:
        raw = _path(name).read_bytes()
        return _cipher(secret).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], name.bytes)
    except (OSError, InvalidTag, ValueError) as error:
        raise DamagedFile(str(name)) from error


def remove(name: UUID) -> None:
    _path(name).unlink(missing_ok=True)


def _path(name: UUID) -> Path:
    """In one of 256 folders, so that none grows too large."""
    return Path(settings.MEDIA_DIR) / "attachments" / name.hex[:2] / name.hex


def _cipher(secret: str) -> AESGCM:
    return AESGCM(base64.b64decode(secret))
