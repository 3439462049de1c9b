"""What Collect sends, an instance of our XForm, read as one send. Pure.

Several choices stay one text, their codes parted by blanks as XForms writes them: which questions have several, only
the version tells. Elements are known by their own name, as the clients differ in their namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from surveys.answers import Circumstances
from surveys.ingesting import Found, Payload, Photo, Unreadable
from surveys.ingesting.phone_json import read_time
from surveys.openrosa.xform import DONE, FORM_PREFIX, NEW_BUSINESS, NO, REFUSED, YES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

INSTANCE_ID = re.compile(r"(?:uuid:)?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\Z")
VERSION = re.compile(r"[0-9]{1,9}\Z")
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?\Z")
METRES = re.compile(r"[0-9]{1,7}(\.[0-9]{1,20})?\Z")


def parse(raw: bytes) -> Payload:
    """Raises Unreadable for anything that is not an instance of a form of ours."""
    data = _root(raw)
    visit, meta = _child(data, "visit"), _child(data, "meta")
    instance_id = _id(_text(meta, "instanceID"))
    business = _text(visit, "business")
    found = _found(visit, instance_id) if business == NEW_BUSINESS else None
    outcome, consent = _text(visit, "outcome"), _text(data, "consent")
    circumstances = _circumstances(data, visit)
    visited_at = circumstances.started_at or circumstances.finished_at
    if visited_at is None:
        raise Unreadable("Kiriman ini tidak menyebut waktu kunjungan.")
    replaces = _text(meta, "deprecatedID")
    return Payload(
        instance_id=instance_id,
        replaces_id=_id(replaces) if replaces else None,
        wave=data.get("id", "").removeprefix(FORM_PREFIX),
        version=int(data.get("version", "")),
        business=None if found else _id(business),
        found=found,
        outcome=REFUSED if outcome == DONE and consent == NO else outcome,
        note=_text(visit, "note"),
        visited_at=visited_at,
        values=dict(_answers(data)) if consent == YES else {},
        circumstances=circumstances,
        photos=tuple(Photo(name) for name in [_text(visit, "photo")] if name),
    )


def _root(raw: bytes) -> Element:
    try:
        raw.decode()  # as it is kept
        root: Element = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("Kiriman ini bukan XML yang dapat dibaca.") from error
    if not root.get("id", "").startswith(FORM_PREFIX) or not VERSION.match(root.get("version", "")):
        raise Unreadable("Formulir kiriman ini tidak dikenal.")
    return root


def _named(parent: Element | None, name: str) -> Iterator[Element]:
    return (child for child in ([] if parent is None else parent) if _name(child) == name)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(parent: Element | None, name: str) -> Element | None:
    return next(_named(parent, name), None)


def _text(parent: Element | None, name: str) -> str:
    element = _child(parent, name)
    return "" if element is None else element.text or ""


def _id(text: str) -> UUID:
    match = INSTANCE_ID.match(text.strip())
    if match is None:
        raise Unreadable("Nomor kiriman atau UMKM pada kiriman ini tidak terbaca.")
    return UUID(match[1])


def _found(visit: Element | None, instance_id: UUID) -> Found:
    own_id = _text(visit, "found_id")
    return Found(
        public_id=_id(own_id) if own_id else uuid5(instance_id, NEW_BUSINESS),
        name=_text(visit, "found_name"),
        sector=_text(visit, "found_sector"),
        ward=_text(visit, "found_ward"),
        owner_name=_text(visit, "found_owner"),
        address=_text(visit, "found_address"),
    )


def _answers(data: Element) -> Iterator[tuple[str, str]]:
    """The answers by code, in whatever part they stand; what is empty was not answered."""
    answers = _child(data, "answers")
    for part in [] if answers is None else answers:
        for element in part:
            if element.text:
                yield _name(element), element.text


def _circumstances(data: Element, visit: Element | None) -> Circumstances:
    started, finished = _time(_text(data, "start")), _time(_text(data, "end"))
    lasted = round((finished - started).total_seconds()) if started and finished else -1
    latitude, longitude, accuracy = _place(_text(visit, "gps"))
    return Circumstances(
        consented_at=_time(_text(data, "consented_at")),
        started_at=started,
        finished_at=finished,
        duration_seconds=lasted if lasted >= 0 else None,
        latitude=latitude,
        longitude=longitude,
        accuracy_m=accuracy,
    )


def _time(text: str) -> datetime | None:
    """None for what no clock shows: a clock never stands in the way."""
    try:
        return read_time(text, "waktu")
    except Unreadable:
        return None


def _place(text: str) -> tuple[Decimal | None, Decimal | None, int | None]:
    """Latitude, longitude and accuracy in metres of "latitude longitude altitude accuracy"."""
    words = text.split()
    if len(words) < 2 or not DEGREES.match(words[0]) or not DEGREES.match(words[1]):
        return None, None, None
    latitude, longitude = (Decimal(word).quantize(Decimal("0.000001")) for word in words[:2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, None, None
    accuracy = round(Decimal(words[3])) if len(words) > 3 and METRES.match(words[3]) else None
    return latitude, longitude, accuracy
