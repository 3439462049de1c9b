import pytest

from core.models import User
from core.roles import Role
from surveys.models import Wave
from tests.factories import UserFactory
from tests.surveys.study import load_study


@pytest.fixture
def study(db: None) -> Wave:
    load_study()
    return Wave.objects.get(code="probolinggo-2022")


@pytest.fixture
def official(db: None) -> User:
    return UserFactory(role=Role.OFFICIAL)
