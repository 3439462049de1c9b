import pytest

from core.roles import Role
from surveys.models import Wave
from tests.dashboards.study import make_study
from tests.factories import UserFactory


@pytest.fixture
def study(db) -> Wave:
    return make_study()


@pytest.fixture
def official(db):
    return UserFactory(role=Role.OFFICIAL)
