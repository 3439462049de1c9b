"""Ed25519 signatures of what leaves the register on paper, and the keys they are checked with.

`KEYS_DIR` holds, beside the files of `core.keys`:

    certificate-<number>.key   32 random bytes in base64; the highest number signs
    certificate-<number>.pub   the public half of a key that signs no more

A key is named by its public half, not by its number: one that was lost and made anew gets another name, so
that what the lost one signed is said to have an unknown key and not to be forged.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core import keys

FILE = re.compile(r"certificate-([0-9]{4})\.(key|pub)")
ID_LENGTH = 12


@dataclass(frozen=True)
class SigningKey:
    key_id: str
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def id_of(public: bytes) -> str:
    """The name of a key: the first 12 hex digits of the SHA-256 of its 32 public bytes."""
    return hashlib.sha256(public).hexdigest()[:ID_LENGTH]


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_key() -> SigningKey:
    private = _private(_files("key")[_newest()])
    return SigningKey(id_of(_public_of(private)), private)


def public_keys() -> dict[str, bytes]:
    """Every key that ever signed, the newest first, by its name."""
    found = {number: keys.read_key(path) for number, path in _files("pub").items()}
    found |= {number: _public_of(_private(path)) for number, path in _files("key").items()}
    return {id_of(found[number]): found[number] for number in sorted(found, reverse=True)}


def next_file() -> str:
    """The name of the file of the next key to be made."""
    numbers = {*_files("key"), *_files("pub")}
    return f"certificate-{int(max(numbers, default='0')) + 1:04d}.key"


def rotate() -> tuple[str, str]:
    """Make a new key that signs from now on: the names of the old and the new one.

    The private half of older ones is removed once its public half is written; broken off in between,
    both are there, and the next rotation tidies up.
    """
    old, name = signing_key().key_id, next_file()
    if not keys.write_new(Path(settings.KEYS_DIR) / name):
        raise FileExistsError(f"{name} was just made by another process")
    for earlier, path in sorted(_files("key").items())[:-1]:
        public = base64.b64encode(_public_of(_private(path))) + b"\n"
        _write(path.with_name(f"certificate-{earlier}.pub"), public)
        path.unlink()
    return old, signing_key().key_id


def _newest() -> str:
    numbers = _files("key")
    if not numbers:
        raise ImproperlyConfigured("KEYS_DIR: no key of certificates; run manage.py make_keys")
    return max(numbers)


def _files(kind: str) -> dict[str, Path]:
    matches = ((FILE.fullmatch(path.name), path) for path in Path(settings.KEYS_DIR).glob(f"*.{kind}"))
    return {match[1]: path for match, path in matches if match}


def _private(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.read_key(path))


def _public_of(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
