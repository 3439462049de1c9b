"""Test data as code. Nothing here is a real person; NIK are of a region code that does not exist."""

from tests.factories.core import CityFactory, DistrictFactory, UserFactory, WardFactory
from tests.factories.registry import (
    BusinessFactory,
    ChangeProposalFactory,
    OwnerFactory,
    SectorFactory,
    registered_business,
)
from tests.factories.surveys import ResponseFactory, WaveFactory

__all__ = [
    "BusinessFactory",
    "ChangeProposalFactory",
    "CityFactory",
    "DistrictFactory",
    "OwnerFactory",
    "ResponseFactory",
    "SectorFactory",
    "UserFactory",
    "WardFactory",
    "WaveFactory",
    "registered_business",
]
