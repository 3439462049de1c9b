"""The office's RSA key pair, for what is sealed elsewhere and opened here: backup files of telephones.

`KEYS_DIR` holds it as `backup.pem` beside the files of `core.keys`. Telephones get the public half and wrap the
key of a file with it (RSA-OAEP, SHA-256), so that a lost telephone or a file in wrong hands tells nothing.
Made anew, it opens only what was sealed since.
"""

from __future__ import annotations

import base64
import os
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.keys import DecryptionError

FILE = "backup.pem"
BITS = 3072
_OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def write_new(path: Path, *, bits: int = BITS) -> bool:
    """Write a fresh pair for the owner's eyes only; False when the file is there already."""
    if path.exists():
        return False
    key = rsa.generate_private_key(public_exponent=65_537, key_size=bits)
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return True


def public_key() -> str:
    """SPKI in base64, as a browser imports it; empty where the pair was not made yet."""
    key = _private()
    if key is None:
        return ""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(public).decode()


def unwrap(wrapped: bytes) -> bytes:
    """What was wrapped with the public half; raises DecryptionError for anything else."""
    key = _private()
    if key is None:
        raise DecryptionError(f"no {FILE} in KEYS_DIR; run manage.py make_keys")
    try:
        return key.decrypt(wrapped, _OAEP)
    except ValueError as error:
        raise DecryptionError("not wrapped for this office's key") from error


def _private() -> rsa.RSAPrivateKey | None:
    path = Path(settings.KEYS_DIR) / FILE
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: int) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"KEYS_DIR: {path} cannot be read") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ImproperlyConfigured(f"KEYS_DIR: {path} is no RSA key")
    return key
