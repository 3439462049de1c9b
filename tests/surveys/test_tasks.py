"""The first page of those who interview: the open waves, and how far each has come in their area."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory, WaveFactory
from tests.surveys.interviews import NOW

pytestmark = pytest.mark.django_db

HOME = reverse("core:home")
# Session and user, kecamatan as reach and as names, the waves, own assignments, businesses and interviews of all of them.
ENUMERATOR_QUERIES = 9


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    client.get(HOME)  # the first page of a session also notes when it began
    return client


def home(user):
    return signed_in(user).get(HOME)


def test_the_enumerator_sees_the_open_waves_and_how_far_they_are(people):
    wave = WaveFactory(title="Survei UMKM 2026")
    ResponseFactory(wave=wave, business=BusinessFactory(ward=people.a.ward), enumerator=people.enumerator_a)
    BusinessFactory(ward=people.a.ward)
    BusinessFactory(ward=people.b.ward)

    response = home(people.enumerator_a)

    assert "Survei UMKM 2026: 1 dari 2 selesai" in words(response)
    assert f'class="task" href="{reverse("surveys:wave-businesses", args=[wave.code])}"' in (
        response.content.decode()
    )
    assert f"Wilayah kerja: Kecamatan {people.a.district}." in words(response)


def test_a_finished_wave_waits_for_nobody(people):
    wave = WaveFactory(title="Survei UMKM 2026")
    ResponseFactory(wave=wave, business=BusinessFactory(ward=people.a.ward), enumerator=people.enumerator_a)

    page = home(people.enumerator_a).content.decode()

    assert "Survei UMKM 2026: 1 dari 1 selesai" in page
    assert "task-done" in page


def test_an_enumerator_with_nobody_to_visit_is_told_so(people):
    WaveFactory(title="Survei UMKM 2026")
    BusinessFactory(ward=people.b.ward)

    assert "Survei UMKM 2026: belum ada UMKM di wilayah kerja Anda" in words(home(people.enumerator_a))


def test_without_an_open_wave_there_is_no_interview_to_make(people):
    WaveFactory(period_start="2019-01-01", period_end="2019-12-31")

    assert "Tidak ada survei yang menerima wawancara hari ini" in words(home(people.supervisor_a))


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_costs_the_same_with_many_waves_and_interviews(people, django_assert_num_queries, count):
    for number in range(count):
        wave = WaveFactory(code=f"survei-{number}")
        ResponseFactory(
            wave=wave, business=BusinessFactory(ward=people.a.ward), enumerator=people.enumerator_a
        )
    client = signed_in(people.enumerator_a)

    with django_assert_num_queries(ENUMERATOR_QUERIES):
        client.get(HOME)
