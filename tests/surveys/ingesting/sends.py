"""A telephone of an enumerator, what it sends, and the people and places around it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from registry.models import Business
from surveys.actions import Ingested, enroll_device, ingest, store_photo
from surveys.ingesting.phone_json import parse
from surveys.models import (
    DeviceKind,
    Door,
    FieldDevice,
    Submission,
    SubmissionPhoto,
    SubmissionState,
    Wave,
)
from tests.factories import BusinessFactory, ResponseFactory, WaveFactory
from tests.people import People, Place
from tests.registry.attachments import photo_with_secrets
from tests.surveys.interviews import MULTIPLE, SINGLE

AT = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
ANSWERS = {**SINGLE, **MULTIPLE, "mode": "direct"}


def body(wave: Wave, business: Business | None = None, **changes: Any) -> dict[str, Any]:
    """The frozen body of a filled form, as the field app makes it."""
    return {
        "format": 1,
        "instance_id": str(uuid.uuid4()),
        "replaces_id": None,
        "wave": wave.code,
        "version": 1,
        "business": str(business.public_id) if business else None,
        "found": None,
        "outcome": "done",
        "note": "",
        "visited_at": "2026-03-03T10:30:00+07:00",
        "consented_at": "2026-03-03T10:31:00+07:00",
        "started_at": "2026-03-03T10:31:00+07:00",
        "finished_at": "2026-03-03T10:45:00+07:00",
        "duration_seconds": 840,
        "gps": {"latitude": -7.7543, "longitude": 113.2159, "accuracy": 12.4},
        "answers": ANSWERS,
        "photos": [],
        **changes,
    }


def frozen(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


@dataclass
class Phone:
    device: FieldDevice
    token: str

    def send(self, document: dict[str, Any] | bytes, **headers: str) -> Any:
        content = document if isinstance(document, bytes) else frozen(document)
        return self.post(reverse("field:submission-create"), content, **headers)

    def post(self, url: str, content: bytes, **headers: str) -> Any:
        return Client().post(url, content, "application/json", headers=self.headers | headers)

    def get(self, url: str) -> Any:
        return Client().get(url, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def phone_of(user: User, kind: DeviceKind = DeviceKind.PHONE) -> Phone:
    device, token = enroll_device(user=user, kind=kind, name="Ponsel contoh", by=user, at=AT)
    return Phone(device, token)


def one_business(people: People, **changes: Any) -> tuple[Wave, Business]:
    return WaveFactory(), BusinessFactory(ward=people.a.ward, **changes)


def ingested(document: dict[str, Any], by: User, at: datetime = AT) -> Ingested:
    raw = frozen(document)
    return ingest(payload=parse(raw), raw=raw, door=Door.PHONE, by=by, device=None, at=at)


def enumerator_of(place: Place) -> User:
    return User.objects.get(role=Role.ENUMERATOR, districts=place.district)


def held_in(place: Place, at: datetime = AT, **changes: Any) -> Submission:
    """Sent by the enumerator of the place, for a wave nobody knows."""
    business = BusinessFactory(ward=place.ward)
    document = body(WaveFactory(), business) | {"wave": "tidak-ada"} | changes
    return ingested(document, enumerator_of(place), at).submission


def photo_in(place: Place) -> SubmissionPhoto:
    """Of an interview in the place, as it is stored."""
    response = ResponseFactory(business__ward=place.ward, enumerator=enumerator_of(place))
    sent = Submission.objects.create(
        instance_id=uuid.uuid4(),
        door=Door.PHONE,
        user=response.enumerator,
        wave=response.wave,
        payload="{}",
        payload_hash="",
        received_at=AT,
        state=SubmissionState.STORED,
        response=response,
    )
    return store_photo(submission=sent, name="foto-1.jpg", content=photo_with_secrets(), at=AT)[0]
