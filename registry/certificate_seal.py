"""What a certificate states, how it is signed, and how a paper or a scanned code is checked.

Signed are the UTF-8 bytes of one JSON object with sorted keys and no blanks (`Statement.canonical`). The QR
code holds an address of the register with the signature in its path and the statement behind `#`, which
no browser sends on: `https://…/sertifikat/<id>/<signature>/#<statement>`, both in base64url without `=`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

VERSION = 1
SIGNATURE_LENGTH = 86  # 64 bytes in base64url
CODE = re.compile(
    rb"/sertifikat/([0-9a-f-]{36})/([A-Za-z0-9_-]{%d})/#([A-Za-z0-9_-]{40,4000})" % SIGNATURE_LENGTH
)
MAX_UNPACKED = 32 * 1024 * 1024
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
IsSigned = Callable[[bytes, bytes, bytes], bool]


class Verdict(StrEnum):
    VALID = "sah"
    EXPIRED = "kedaluwarsa"
    ALTERED = "diubah"
    UNKNOWN_KEY = "kunci tidak dikenal"


@dataclass(frozen=True)
class Statement:
    """The least that makes a certificate: no owner, no number of a person."""

    id: str  # the UUID in its address
    number: str
    name: str
    ward: str
    issued: str  # ISO dates
    until: str
    key: str

    def canonical(self) -> bytes:
        values = {name: unicodedata.normalize("NFC", value) for name, value in asdict(self).items()}
        return json.dumps(
            {"v": VERSION, **values}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @property
    def issued_on(self) -> date:
        return date.fromisoformat(self.issued)

    @property
    def valid_until(self) -> date:
        return date.fromisoformat(self.until)


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    statement: Statement | None  # None where what was signed cannot be read
    key: str = ""


def read_statement(content: bytes) -> Statement:
    """The statement in canonical form; raises ValueError for anything else, however alike it looks."""
    try:
        values = json.loads(content)
        if values.pop("v") != VERSION:
            raise ValueError("another version")
        statement = Statement(**values)
        UUID(statement.id)
        if statement.canonical() != content or statement.valid_until < statement.issued_on:
            raise ValueError("not in canonical form")
    except (AttributeError, KeyError, TypeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not a statement") from error
    return statement


def code_text(site: str, statement: Statement, signature: bytes) -> str:
    """What the QR code says; `site` is like `https://umkm.example`."""
    return f"{site}/sertifikat/{statement.id}/{encoded(signature)}/#{encoded(statement.canonical())}"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str | bytes) -> bytes:
    """Of `encoded`; raises ValueError, also for a second way to write the same bytes."""
    raw = text.encode() if isinstance(text, str) else text
    try:
        content = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if encoded(content).encode() != raw:
        raise ValueError("not in canonical form")
    return content


def codes_in(content: bytes) -> set[tuple[bytes, bytes, bytes]]:
    """Every code in a file: text, JSON, the SVG of the code, or a PDF, whose streams are unpacked."""
    found = set(CODE.findall(content))
    if content.lstrip()[:5] == b"%PDF-":
        for stream in _unpacked(content):
            found.update(CODE.findall(stream))
    return found


def _unpacked(content: bytes) -> Iterator[bytes]:
    left = MAX_UNPACKED
    for match in STREAM.finditer(content):
        try:
            stream = zlib.decompressobj().decompress(match[1], left)
        except zlib.error:
            continue  # a font or a picture in another packing
        left -= len(stream)
        yield stream
        if left <= 0:
            return


def check(
    code: tuple[bytes, bytes, bytes], *, keys: Mapping[str, bytes], is_signed: IsSigned, today: date
) -> Finding:
    """What the public keys alone can tell of a code; a revocation stands only in the register."""
    public_id, signature, content = code
    try:
        signed = decoded(content)
        statement = read_statement(signed)
        raw_signature = decoded(signature)
    except ValueError:
        return Finding(Verdict.ALTERED, None)
    if statement.id != public_id.decode():
        return Finding(Verdict.ALTERED, statement, statement.key)
    return Finding(
        _verdict(statement, raw_signature, keys=keys, is_signed=is_signed, today=today),
        statement,
        statement.key,
    )


def _verdict(
    statement: Statement, signature: bytes, *, keys: Mapping[str, bytes], is_signed: IsSigned, today: date
) -> Verdict:
    public = keys.get(statement.key)
    if public is None:
        return Verdict.UNKNOWN_KEY
    if not is_signed(statement.canonical(), signature, public):
        return Verdict.ALTERED
    return Verdict.EXPIRED if statement.valid_until < today else Verdict.VALID
