"""A wave in the middle of its fieldwork: enumerators with telephones, and whom they are to interview."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.models import Region, User
from core.roles import Role
from registry.models import Business, Sector
from surveys.actions import enroll_device, publish_questionnaire
from surveys.models import DeviceKind, Wave, WaveDesign
from surveys.questions import MODE, MULTIPLE, SINGLE

ANSWERS = {question.code: question.codes[0] for question in (*SINGLE, MODE)} | {
    question.code: list(question.codes[:2]) for question in MULTIPLE
}


@dataclass(frozen=True)
class Enumerator:
    """`bodies` are the frozen interviews on the telephone, by their ids."""

    token: str
    bodies: dict[str, bytes]


def enumerators(count: int, interviews: int) -> list[Enumerator]:
    """Each with a telephone and that many filled interviews of businesses of their own."""
    now = datetime.now(UTC)
    wave = make_wave(now)
    ids = make_businesses(count * interviews, now)
    made = []
    for number in range(count):
        user = User.objects.create(
            username=f"enumerator{uuid.uuid4().hex[:8]}",
            full_name="Enumerator",
            role=Role.ENUMERATOR,
            whole_city=True,
        )
        _, token = enroll_device(user=user, kind=DeviceKind.PHONE, name="Ponsel", by=user, at=now)
        own = ids[number * interviews : (number + 1) * interviews]
        made.append(Enumerator(token, dict(_frozen(wave, business, now) for business in own)))
    return made


def make_wave(now: datetime) -> Wave:
    wave = Wave.objects.create(
        code=f"lapangan-{uuid.uuid4().hex[:8]}",
        title="Gelombang uji",
        design=WaveDesign.CENSUS,
        period_start=(now - timedelta(days=30)).date(),
        period_end=(now + timedelta(days=30)).date(),
        method="Wawancara",
        source="Uji beban",
    )
    publish_questionnaire(wave=wave, by=None, at=now)
    return wave


def make_businesses(count: int, now: datetime) -> list[uuid.UUID]:
    wards = list(Region.objects.wards().select_related("parent"))
    sectors = list(Sector.objects.offered())
    rows = [
        Business(
            name=f"Usaha uji {number}",
            ward=wards[number % len(wards)],
            district=wards[number % len(wards)].parent,
            sector=sectors[number % len(sectors)],
            created_at=now,
            updated_at=now,
        )
        for number in range(count)
    ]
    Business.objects.bulk_create(rows, batch_size=500)
    return [row.public_id for row in rows]


def _frozen(wave: Wave, business: uuid.UUID, now: datetime) -> tuple[str, bytes]:
    instance_id = str(uuid.uuid4())
    document: dict[str, Any] = {
        "format": 1,
        "instance_id": instance_id,
        "replaces_id": None,
        "wave": wave.code,
        "version": 1,
        "business": str(business),
        "found": None,
        "outcome": "done",
        "note": "Pemilik ramah, warung ramai",
        "visited_at": now.isoformat(),
        "consented_at": now.isoformat(),
        "started_at": now.isoformat(),
        "finished_at": now.isoformat(),
        "duration_seconds": 900,
        "gps": {"latitude": -7.7543, "longitude": 113.2159, "accuracy": 12},
        "answers": ANSWERS | {"capital_source": "own_capital"},
        "photos": [],
    }
    return instance_id, json.dumps(document).encode()
