"""Key files and what is done with them. Imports no Django but the settings' directory.

`KEYS_DIR` holds, each 32 random bytes in base64, one file a key:

    data-<id>.key   encrypts personal data; the highest id writes, all of them read
    index.key       keyed hashes for exact look-up; never changes without a rebuild of the index
    audit.key       seals audit events

Those that sign certificates lie beside them (`core.signing`), and the pair that opens backup files of telephones
(`core.office_key`).

Losing them is losing the data: they belong into the backup, apart from the database.
"""

import base64
import hashlib
import hmac
import os
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DATA_KEY_FILE = re.compile(r"data-([0-9]{4})\.key")
KEY_BYTES = 32
NONCE_BYTES = 12


class DecryptionError(Exception):
    """The ciphertext was altered, moved to another column, or its key is not in KEYS_DIR."""


def new_key() -> bytes:
    """A fresh key as it stands in its file."""
    return base64.b64encode(os.urandom(KEY_BYTES)) + b"\n"


def read_key(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise ImproperlyConfigured(f"KEYS_DIR: {path} cannot be read; run manage.py make_keys") from error
    except ValueError as error:
        raise ImproperlyConfigured(f"KEYS_DIR: {path} is not {KEY_BYTES} bytes in base64") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"KEYS_DIR: {path} is not {KEY_BYTES} bytes in base64")
    return key


def _data_keys(directory: Path) -> dict[str, bytes]:
    """The data keys by id; a worker that runs on sees a key another process adds or removes."""
    try:
        return _data_keys_of(directory, directory.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise ImproperlyConfigured(f"KEYS_DIR: {directory} is missing; run manage.py make_keys") from error


@lru_cache(maxsize=4)
def _data_keys_of(directory: Path, changed_at: int) -> dict[str, bytes]:
    paths = sorted(directory.glob("data-*.key"))
    keys = {match[1]: read_key(path) for path in paths if (match := DATA_KEY_FILE.fullmatch(path.name))}
    if not keys:
        raise ImproperlyConfigured(f"KEYS_DIR: no data-0001.key in {directory}; run manage.py make_keys")
    return keys


@lru_cache(maxsize=8)
def _named_key(directory: Path, name: str) -> bytes:
    return read_key(directory / f"{name}.key")


def forget() -> None:
    """Read the key files anew at the next use (after a rotation, and in tests)."""
    _data_keys_of.cache_clear()
    _named_key.cache_clear()


def data_key_ids() -> list[str]:
    return sorted(_data_keys(settings.KEYS_DIR))


def data_key_path(key_id: str) -> Path:
    return Path(settings.KEYS_DIR) / f"data-{key_id}.key"


def write_new(path: Path) -> bool:
    """Write a fresh key for the owner's eyes only; False when the file is there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(new_key())
        file.flush()
        os.fsync(file.fileno())
    forget()
    return True


def current_key_id() -> str:
    return max(_data_keys(settings.KEYS_DIR))


def encrypt(plaintext: str, *, context: str) -> str:
    """AES-256-GCM: `<key id>:<base64 of nonce and ciphertext>`, bound to `context` (the column)."""
    return sealer(context=context)(plaintext)


def sealer(*, context: str) -> Callable[[str], str]:
    """`encrypt` for many values of one column; not to be kept, as the newest key may change."""
    key_id = current_key_id()
    encrypt_bytes = AESGCM(_data_keys(settings.KEYS_DIR)[key_id]).encrypt
    column = context.encode()

    def seal(plaintext: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + encrypt_bytes(nonce, plaintext.encode(), column)
        return f"{key_id}:{b2a_base64(sealed, newline=False).decode()}"

    return seal


def decrypt(ciphertext: str, *, context: str) -> str:
    """The plaintext of `encrypt`; raises DecryptionError on anything else."""
    key_id, _, payload = ciphertext.partition(":")
    key = _data_keys(settings.KEYS_DIR).get(key_id)
    if key is None:
        raise DecryptionError(f"no data key {key_id!r} in KEYS_DIR")
    try:
        raw = a2b_base64(payload, strict_mode=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise DecryptionError(f"a value of {context} cannot be decrypted") from error


def blind_index(plaintext: str, *, context: str) -> str:
    """HMAC-SHA-256 of the value within its column, 43 characters; equal values, equal index."""
    return indexer(context=context)(plaintext)


def indexer(*, context: str) -> Callable[[str], str]:
    """`blind_index` for many values of one column."""
    start = hmac.new(_named_key(settings.KEYS_DIR, "index"), f"{context}\0".encode(), hashlib.sha256)

    def index(plaintext: str) -> str:
        mac = start.copy()
        mac.update(plaintext.encode())
        return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")

    return index


def tagger(*, context: str) -> Callable[[str], str]:
    """Short keyed hashes, quickly, to tell values of one small set apart; 16 characters."""
    key = blind_index("", context=context).encode()

    def tag(plaintext: str) -> str:
        return hashlib.blake2b(plaintext.encode("utf-8", "surrogatepass"), key=key, digest_size=8).hexdigest()

    return tag


def audit_mac(message: bytes) -> str:
    """HMAC-SHA-256 with the audit key, in hex."""
    return hmac.digest(_named_key(settings.KEYS_DIR, "audit"), message, "sha256").hex()
