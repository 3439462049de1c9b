"""A register to draw from, made with few statements."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from core.models import Region, User
from registry.models import Business, Registration, RegistrationState, Sector
from surveys.actions import DrawDesign, draw_sample, take_frame
from surveys.frames import FrameFilter
from surveys.models import Draw, DrawMethod, StrataBy, Wave
from tests.factories import OwnerFactory, SectorFactory, UserFactory

NOW = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)


def trade() -> Sector:
    return SectorFactory(code="G")


def food() -> Sector:
    return SectorFactory(code="I", name="Akomodasi dan Makan Minum", study_row=6, study_label="Kuliner")


def registered(ward: Region, count: int, *, first: int = 0, **fields: object) -> list[Business]:
    """Registered businesses numbered on from `first`, whose public ids depend on that number only."""
    owner = OwnerFactory(ward=ward)
    submitted, approved = UserFactory(), UserFactory(role="verifier")
    fields.setdefault("sector", trade())
    businesses = Business.objects.bulk_create(
        Business(
            public_id=UUID(int=number),
            name=f"Usaha {number:05d}",
            owner=owner,
            ward=ward,
            district=ward.parent,
            created_at=NOW,
            updated_at=NOW,
            **fields,
        )
        for number in range(first, first + count)
    )
    Registration.objects.bulk_create(
        Registration(
            business=business,
            state=RegistrationState.REGISTERED,
            number=f"99.01-2026-{business.public_id.int:06d}",
            submitted_at=NOW,
            submitted_by=submitted,
            registered_at=NOW,
            registered_by=approved,
        )
        for business in businesses
    )
    return businesses


def design(**fields: object) -> DrawDesign:
    values: dict[str, object] = {
        "method": DrawMethod.RANDOM,
        "strata_by": StrataBy.DISTRICT,
        "size": 12,
        "seed": 2026,
        "reserve_percent": 25,
    }
    return DrawDesign(**values | fields)  # type: ignore[arg-type]


def drawn(wave: Wave, by: User, **fields: object) -> Draw:
    frame = take_frame(wave=wave, wanted=FrameFilter(), by=by, at=NOW)
    return draw_sample(wave=wave, frame=frame, design=design(**fields), by=by, at=NOW)
