"""The measure of the dashboard compares like with like, and says so when it does not."""

from datetime import UTC, datetime

import pytest

from bench import dashboard
from bench.__main__ import run
from bench.timing import Measured, side_by_side
from core.models import Region, User
from dashboards.aggregates import Filters, wave_report
from surveys.city.load import load_city
from surveys.models import Response, Wave
from tests.factories import UserFactory
from tests.factories.city import places_for_a_city


@pytest.fixture
def wave(db: None) -> Wave:
    places_for_a_city()
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return load_city(businesses=200, seed=5, year=2026, by=None, at=at).wave


@pytest.fixture
def reader(db: None) -> User:
    return UserFactory(role="official")


@pytest.mark.parametrize("in_one_kecamatan", [False, True])
def test_page_and_hand_written_sql_give_equal_numbers(
    wave: Wave, reader: User, in_one_kecamatan: bool
) -> None:
    district = Region.objects.districts().order_by("code")[0] if in_one_kecamatan else None
    report = wave_report(wave, user=reader, filters=Filters(district=district))
    assert 0 < report.interviewed < 200
    for way in (dashboard.one_pass, dashboard.four_queries):
        assert dashboard.difference(report, way(wave, district)) == ""


def test_one_changed_answer_is_seen(wave: Wave, reader: User) -> None:
    report = wave_report(wave, user=reader, filters=Filters())
    response = Response.objects.filter(wave=wave, partnership="partnered").first()
    assert response is not None
    Response.objects.filter(pk=response.pk).update(partnership="independent")
    assert "partnership" in dashboard.difference(report, dashboard.one_pass(wave, None))


def test_a_response_in_a_sector_of_its_own_is_seen(wave: Wave, reader: User) -> None:
    report = wave_report(wave, user=reader, filters=Filters())
    numbers = dashboard.one_pass(wave, None)
    missing = next(iter(numbers["partnership"]))
    del numbers["partnership"][missing]
    assert dashboard.difference(report, numbers)


def test_a_line_has_name_ratio_goal_and_verdict() -> None:
    assert str(Measured("dashboard-33k", 0.012, 0.01, 1.5)) == "dashboard-33k\t1.20\t1.5\tok"
    assert str(Measured("dashboard-33k", 0.02, 0.01, 1.5)) == "dashboard-33k\t2.00\t1.5\tshort"


def test_ways_take_turns() -> None:
    turns: list[str] = []
    medians = side_by_side(lambda: turns.append("a"), lambda: turns.append("b"), turns=3)
    assert turns == ["a", "b"] * 4
    assert len(medians) == 2


def test_an_unknown_measure_is_named_and_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dashbord", "", "SQLite") == 2
    assert "dashboard-200k" in capsys.readouterr().err
