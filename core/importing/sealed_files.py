"""Uploaded lists at rest: in pieces of a megabyte, each AES-256-GCM under a key of the file's own.

The key stands encrypted in the batch (`ImportBatch.file_key`): a rotation of the data keys needs no file, and a file
whose key is forgotten can be read by nobody. A piece is bound to its place and to whether it is the last one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.importing.files import UnreadableFile

PIECE = 1 << 20
TAG = 16
ALTERED = "Berkas yang tersimpan sudah berubah atau tidak lengkap. Unggah lagi."


def write(path: Path, content: Iterable[bytes], *, most: int, too_large: str) -> tuple[str, str]:
    """Keep the content for our eyes only; its key, as text, and its SHA-256. Raises UnreadableFile beyond `most`."""
    key, digest, size = os.urandom(32), hashlib.sha256(), 0
    seal = AESGCM(key).encrypt
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for number, is_last, piece in _numbered(_pieces(content)):
            size += len(piece)
            if size > most:
                raise UnreadableFile(too_large)
            digest.update(piece)
            file.write(seal(_nonce(number, is_last), piece, None))
    return base64.b64encode(key).decode(), digest.hexdigest()


@contextmanager
def plain(path: Path, key: str) -> Iterator[IO[bytes]]:
    """The content as a file that stands in no directory. Raises UnreadableFile where it was altered."""
    unseal = AESGCM(base64.b64decode(key)).decrypt
    with path.open("rb") as sealed, _unnamed() as out:
        for number, is_last, piece in _numbered(iter(lambda: sealed.read(PIECE + TAG), b"")):
            try:
                out.write(unseal(_nonce(number, is_last), piece, None))
            except InvalidTag as error:
                raise UnreadableFile(ALTERED) from error
        out.flush()
        out.seek(0)
        yield out


def _unnamed() -> IO[bytes]:
    """In memory where the system can, so that nothing in plain text reaches a disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("import"), "w+b")
    return tempfile.TemporaryFile()


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in content:
        rest += chunk
        while len(rest) > PIECE:
            yield rest[:PIECE]
            rest = rest[PIECE:]
    yield rest


def _numbered(pieces: Iterable[bytes]) -> Iterator[tuple[int, bool, bytes]]:
    """Each with its number and whether it is the last one."""
    number, held = 0, None
    for piece in pieces:
        if held is not None:
            yield number, False, held
            number += 1
        held = piece
    yield number, True, held or b""


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
