"""The four people at every door, in a city of two kecamatan: A is where the story plays, B is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from core.models import Region, User
from core.roles import Role
from tests.factories.core import CityFactory, DistrictFactory, UserFactory, WardFactory


@dataclass(frozen=True)
class Place:
    district: Region
    ward: Region


@dataclass(frozen=True)
class People:
    """One user a role; `*_a` works in kecamatan A, `*_b` in B, the others in the whole city."""

    a: Place
    b: Place
    administrator: User
    registrar_a: User
    registrar_b: User
    verifier_a: User
    verifier_b: User
    enumerator_a: User
    enumerator_b: User
    supervisor_a: User
    supervisor_b: User
    official: User
    trainer: User


def _place(city: Region) -> Place:
    district = DistrictFactory(parent=city)
    return Place(district, WardFactory(parent=district))


def make_people() -> People:
    city = CityFactory()
    a, b = _place(city), _place(city)

    def local(role: Role, place: Place, suffix: str) -> User:
        return UserFactory(
            username=f"{role}_{suffix}", role=role, whole_city=False, districts=[place.district]
        )

    return People(
        a=a,
        b=b,
        administrator=UserFactory(username="administrator", role=Role.ADMINISTRATOR),
        registrar_a=local(Role.REGISTRAR, a, "a"),
        registrar_b=local(Role.REGISTRAR, b, "b"),
        verifier_a=local(Role.VERIFIER, a, "a"),
        verifier_b=local(Role.VERIFIER, b, "b"),
        enumerator_a=local(Role.ENUMERATOR, a, "a"),
        enumerator_b=local(Role.ENUMERATOR, b, "b"),
        supervisor_a=local(Role.SUPERVISOR, a, "a"),
        supervisor_b=local(Role.SUPERVISOR, b, "b"),
        official=UserFactory(username="official", role=Role.OFFICIAL),
        trainer=UserFactory(username="trainer", role=Role.TRAINER),
    )
