"""A wave in the city of the four people, and businesses in kecamatan A to be given out."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.models import Region, User
from core.roles import Role
from registry.models import Business
from surveys.actions.fieldwork import assign
from surveys.models import Assignment, SampleEntry, Wave
from tests.factories import BusinessFactory, UserFactory, WaveFactory
from tests.people import People, Place

NOW = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
TODAY, DUE = date(2026, 3, 3), date(2026, 3, 13)


def census(**changes: object) -> Wave:
    wave: Wave = WaveFactory(**({"code": "sensus", "title": "Sensus UMKM", "design": "census"} | changes))
    return wave


def businesses(place: Place, *names: str, ward: Region | None = None) -> list[Business]:
    return [BusinessFactory(name=name, ward=ward or place.ward) for name in names]


def another_enumerator(place: Place, name: str = "Enumerator kedua") -> User:
    user: User = UserFactory(
        full_name=name, role=Role.ENUMERATOR, whole_city=False, districts=[place.district]
    )
    return user


def given(wave: Wave, people: People, quantity: int, *, to: User | None = None, **changes: object) -> int:
    """The next targets of kecamatan A to its enumerator, by its supervisor."""
    return assign(
        **{
            "wave": wave,
            "district": people.a.district,
            "enumerator": to or people.enumerator_a,
            "quantity": quantity,
            "due_on": DUE,
            "by": people.supervisor_a,
            "at": NOW,
        }
        | changes  # type: ignore[arg-type]
    )


def names_of(enumerator: User) -> list[str]:
    rows = Assignment.objects.of(enumerator).order_by("business__ward__name", "business__name")
    return list(rows.values_list("business__name", flat=True))


def drawn(wave: Wave, business: Business) -> SampleEntry:
    """The business on the list of a sample wave."""
    return wave.sample_entries.create(
        business=business,
        sector=business.sector,
        district=business.district,
        scale_uu20="unclassified",
        scale_pp7="unclassified",
    )
