"""The thresholds of a wave as a supervisor sees and sets them."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job
from surveys.models import QualityThresholds
from surveys.quality import Limits
from tests.dashboards.reading import words
from tests.factories import ResponseFactory, WaveFactory
from tests.surveys.interviews import NOW
from tests.surveys.review.making import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def page(user, wave, **posted):
    client = Client()
    client.force_login(user)
    address = reverse("surveys:wave-quality", args=[wave.code])
    return client.post(address, asdict(Limits()) | posted, follow=True) if posted else client.get(address)


def test_the_defaults_are_shown_and_the_flags_of_the_area_counted(people, wave):
    for place in (people.a, people.b):
        ResponseFactory(wave=wave, business__ward=place.ward).flags.create(
            code="at_night", detail="malam hari"
        )
    text = words(page(people.supervisor_a, wave))
    assert "Masih batas bawaan" in text
    assert "Malam hari 1" in text
    assert "Malam hari 2" in words(page(people.administrator, wave))


def test_other_thresholds_are_kept_and_computed_in_the_background(people, wave):
    response = recorded(people, wave, partnership="")
    text = words(page(people.supervisor_a, wave, declined_percent=5))
    assert "dihitung ulang di latar" in text
    assert f"oleh {people.supervisor_a}" in text
    running = jobs.claim("test")
    assert running is not None
    assert jobs.run(running) == "done"
    assert response.flags.get().detail == "1 jawaban kosong"


def test_nothing_changed_starts_nothing(people, wave):
    page(people.supervisor_a, wave, ratio=5)
    Job.objects.all().delete()
    assert "Tidak ada batas yang berubah" in words(page(people.supervisor_a, wave, ratio=5))
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("ratio", "1", "lebih besar dari atau sama dengan 2"),
        ("night_from", "24", "lebih kecil dari atau sama dengan 23"),
        ("distance_m", "dekat", "Tulis bilangan bulat."),
        ("most_a_day", "", "wajib diisi"),
        ("skew_seconds", "9" * 30, "lebih kecil dari atau sama dengan 100"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(people, wave, name, typed, said):
    assert said in words(page(people.supervisor_a, wave, **{name: typed}))
    assert not QualityThresholds.objects.exists()


def test_asked_twice_it_is_one_job(people, wave):
    client = Client()
    client.force_login(people.supervisor_a)
    for _ in range(2):
        answer = client.post(reverse("surveys:quality-run", args=[wave.code]), follow=True)
    assert "Pekerja latar tidak berjalan" in words(answer)
    assert Job.objects.count() == 1
