"""The frozen body of the field app, read strictly: a wrong type is said, never guessed away. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from surveys.answers import Circumstances
from surveys.ingesting.payload import Found, Payload, Photo, Unreadable
from surveys.questionnaire import Value

FORMAT = 1
LONGEST_TEXT = 10_000
MOST_ANSWERS = 500
MOST_PHOTOS = 5
YEARS = range(1900, 2200)  # a clock may be wrong; what no clock shows is no time
MOST_SECONDS = 10**8
HEX_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
PHOTO_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.jpe?g\Z")
SHA256 = re.compile(r"[0-9a-f]{64}\Z")

Read = TypeVar("Read")


def parse(raw: bytes) -> Payload:
    """Raises Unreadable for anything that is not a body of this format."""
    document = read_object(raw)
    if document.get("format") != FORMAT:
        raise Unreadable("Bentuk kiriman ini tidak dikenal. Perbarui aplikasi lapangan, lalu kirim lagi.")
    return Payload(
        instance_id=_id(document.get("instance_id"), "instance_id"),
        replaces_id=_if_given(_id, document, "replaces_id"),
        wave=_text(document.get("wave"), "wave"),
        version=read_whole(document.get("version"), "version"),
        business=_if_given(_id, document, "business"),
        found=_if_given(_found, document, "found"),
        outcome=_text(document.get("outcome"), "outcome"),
        note=_text(document.get("note", ""), "note"),
        visited_at=read_time(document.get("visited_at"), "visited_at"),
        values=_answers(document.get("answers", {})),
        circumstances=_circumstances(document),
        photos=_photos(document.get("photos", [])),
    )


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    return _object(_json(raw), "kiriman")


def read_time(given: Any, name: str) -> datetime:
    """An ISO time with its offset, in UTC."""
    try:
        time = datetime.fromisoformat(_text(given, name))
        if time.tzinfo is None or time.year not in YEARS:
            raise Unreadable(f"Waktu {name} tidak dapat dibaca.")
        return time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"Waktu {name} tidak dapat dibaca.") from error


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Kiriman ini bukan JSON yang dapat dibaca.") from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _object(given: Any, name: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(name)
    return given


def _list(given: Any, name: str, most: int) -> list[Any]:
    if not isinstance(given, list) or len(given) > most:
        raise _wrong(name)
    return given


def _wrong(name: str) -> Unreadable:
    return Unreadable(f"Bagian {name} pada kiriman ini tidak terbaca.")


def _text(given: Any, name: str) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_TEXT:
        raise _wrong(name)
    if "\x00" in given or any("\ud800" <= char <= "\udfff" for char in given):
        raise Unreadable(f"Bagian {name} memuat huruf yang tidak dapat disimpan.")
    return given


def _id(given: Any, name: str) -> UUID:
    text = _text(given, name)
    if not HEX_ID.match(text):
        raise _wrong(name)
    return UUID(text)


def read_whole(given: Any, name: str, most: int = 2**31 - 1) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= most:
        raise _wrong(name)
    return given


def _number(given: Any, name: str, most: int) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise _wrong(name)
    number = Decimal(given)
    if number.copy_abs() > most:
        raise _wrong(name)
    return number


def _if_given(read: Callable[[Any, str], Read], document: dict[str, Any], name: str) -> Read | None:
    given = document.get(name)
    return None if given is None else read(given, name)


def _found(given: Any, name: str) -> Found:
    document = _object(given, name)
    return Found(
        public_id=_id(document.get("public_id"), "found.public_id"),
        **{key: _text(document.get(key), f"found.{key}") for key in ("name", "sector", "ward")},
        **{key: _text(document.get(key, ""), f"found.{key}") for key in ("owner_name", "address")},
    )


def _answers(given: Any) -> dict[str, Value]:
    document = _object(given, "answers")
    if len(document) > MOST_ANSWERS:
        raise _wrong("answers")
    return {_text(code, "answers"): _value(value, f"answers.{code[:30]}") for code, value in document.items()}


def _value(given: Any, name: str) -> Value:
    if isinstance(given, str):
        return _text(given, name)
    return tuple(_text(code, name) for code in _list(given, name, MOST_ANSWERS))


def _circumstances(document: dict[str, Any]) -> Circumstances:
    gps = _object(document.get("gps") or {}, "gps")
    return Circumstances(
        consented_at=_if_given(read_time, document, "consented_at"),
        started_at=_if_given(read_time, document, "started_at"),
        finished_at=_if_given(read_time, document, "finished_at"),
        duration_seconds=_if_given(_seconds, document, "duration_seconds"),
        latitude=_degrees(gps.get("latitude"), 90) if gps else None,
        longitude=_degrees(gps.get("longitude"), 180) if gps else None,
        accuracy_m=_metres(gps["accuracy"]) if gps.get("accuracy") is not None else None,
    )


def _seconds(given: Any, name: str) -> int:
    return round(max(_number(given, name, MOST_SECONDS), Decimal(0)))


def _degrees(given: Any, most: int) -> Decimal:
    return _number(given, "gps", most).quantize(Decimal("0.000001"))


def _metres(given: Any) -> int:
    return round(max(_number(given, "gps", 10**7), Decimal(0)))


def _photos(given: Any) -> tuple[Photo, ...]:
    photos = tuple(_photo(_object(item, "photos")) for item in _list(given, "photos", MOST_PHOTOS))
    if len({photo.name for photo in photos}) < len(photos):
        raise _wrong("photos")
    return photos


def _photo(document: dict[str, Any]) -> Photo:
    name, digest = _text(document.get("name"), "photos"), _text(document.get("sha256"), "photos")
    if not PHOTO_NAME.match(name) or not SHA256.match(digest):
        raise _wrong("photos")
    return Photo(name, digest, read_whole(document.get("size"), "photos"))
