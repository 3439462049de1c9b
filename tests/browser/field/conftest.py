"""An enumerator's morning: a wave, businesses to visit, a telephone and the line it hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Playwright, expect
from pytest_django.live_server_helper import LiveServer

from core import office_key
from core.models import User
from registry.models import Business
from surveys.models import Assignment, Wave
from tests.browser.conftest import Console
from tests.browser.field.handset import EXPECTED, Handset
from tests.browser.field.line import Line
from tests.factories import BusinessFactory, SectorFactory, WaveFactory
from tests.people import People

PATIENCE = 20_000  # milliseconds: a telephone encrypts, stores and sends before it says so


@dataclass
class Morning:
    people: People
    wave: Wave
    businesses: list[Business]

    @property
    def enumerator(self) -> User:
        return self.people.enumerator_a

    def give(self, business: Business, *, to: User | None = None, days: int = 3) -> Assignment:
        now = timezone.now()
        assignment: Assignment = Assignment.objects.create(
            wave=self.wave,
            business=business,
            enumerator=to or self.enumerator,
            due_on=timezone.localdate(now) + timedelta(days=days),
            assigned_at=now,
            assigned_by=self.people.supervisor_a,
        )
        return assignment


@pytest.fixture
def morning(transactional_db: None, people: People) -> Morning:
    """Twenty businesses of kecamatan A, all given to its enumerator."""
    office_key.write_new(Path(settings.KEYS_DIR) / office_key.FILE, bits=2048)
    today = timezone.localdate()
    wave = WaveFactory(
        code="lapangan",
        title="Survei UMKM lapangan",
        period_start=today.replace(month=1, day=1),
        period_end=today.replace(month=12, day=31),
    )
    sector = SectorFactory(code="I", study_row=6)
    businesses = [
        BusinessFactory(name=f"Usaha {number:02}", ward=people.a.ward, sector=sector)
        for number in range(1, 21)
    ]
    made = Morning(people, wave, businesses)
    people.enumerator_a.full_name, people.a.ward.name = "Enumerator Contoh", "Jati"
    people.enumerator_a.save(update_fields=["full_name"])
    people.a.ward.save(update_fields=["name"])
    for business in businesses:
        made.give(business)
    return made


@pytest.fixture
def line(live_server: LiveServer) -> Iterator[Line]:
    line = Line(live_server.url)
    line.open()
    yield line
    line.close()


@pytest.fixture
def new_handset(
    playwright: Playwright, line: Line, tmp_path: Path, console: Console
) -> Iterator[Callable[[], Handset]]:
    handsets: list[Handset] = []
    expect.set_options(timeout=PATIENCE)
    for part in EXPECTED:
        console.allow(part)

    def make() -> Handset:
        handset = Handset(playwright, tmp_path / f"phone-{len(handsets)}", line, console)
        handsets.append(handset)
        handset.start()
        return handset

    yield make
    expect.set_options(timeout=None)
    assert console.unexpected() == []
    for handset in handsets:
        handset.stop()


@pytest.fixture
def handset(new_handset: Callable[[], Handset], morning: Morning) -> Handset:
    """Set up for the enumerator of kecamatan A, with today's list."""
    handset = new_handset()
    handset.set_up(morning.enumerator)
    return handset
