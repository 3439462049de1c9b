"""Only what is accepted is counted; what waits is said under every number that leaves it out."""

from __future__ import annotations

import csv
import io
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from dashboards.aggregates import CODES, Filters, wave_report
from surveys.actions.reviewing import accept_response, return_response
from surveys.models import Response
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory, SectorFactory, UserFactory, WaveFactory
from tests.surveys.interviews import NOW
from tests.surveys.study import load_study

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("dashboards:overview")
WAITING = ("sent", "returned", "corrected", "passed")


@pytest.fixture
def wave(people):
    """In A one accepted and four that wait, in B one that waits; and a back-check, which is neither."""
    wave = WaveFactory(code="survei-2026")
    here = [
        ResponseFactory(wave=wave, business__ward=people.a.ward, state=state)
        for state in ("accepted", *WAITING)
    ]
    ResponseFactory(wave=wave, business__ward=people.b.ward, state="sent")
    ResponseFactory(wave=wave, business=here[0].business, state="back_check", back_check_of=here[0])
    return wave


def read(user, **query):
    client = Client()
    client.force_login(user)
    return client.get(OVERVIEW, {"wave": "survei-2026", **query})


def test_the_report_counts_both_apart(people, wave):
    report = wave_report(wave, user=people.official, filters=Filters())
    assert (report.interviewed, report.waiting) == (1, 5)
    assert all(table.total.total == 1 for table in report.breakdowns[1:])


def test_the_number_is_that_of_the_area_and_the_filters(people, wave):
    other = SectorFactory(code="C", study_row=5)
    ResponseFactory(
        wave=wave,
        business=BusinessFactory(ward=people.a.ward, sector=other),
        state="passed",
        scale_pp7="small",
    )

    def waiting(user, **filters):
        return wave_report(wave, user=user, filters=Filters(**filters)).waiting

    assert waiting(people.supervisor_a) == 5
    assert waiting(people.supervisor_b) == 1
    assert waiting(people.official, district=people.b.district) == 1
    assert waiting(people.official, sector=other) == 1
    assert waiting(people.official, scale="small") == 1


def test_it_stands_under_every_card_and_table(people, wave):
    page = words(read(people.official))
    cards_of_interviews, tables = 4, 4
    assert page.count("menunggu pemeriksaan: 5") == cards_of_interviews + tables
    assert "Menunggu pemeriksaan 5 wawancara, belum dihitung" in page  # method


def test_also_where_nothing_is_accepted_yet(people, wave):
    Response.objects.filter(state="accepted").update(state="sent")
    assert words(read(people.official, district=people.b.district.code)).count("menunggu pemeriksaan: 1") == 8


def test_who_may_review_is_led_there(people, wave):
    link = f'href="{reverse("surveys:review-queue")}?wave=survei-2026&amp;district={people.a.district.code}"'
    for person, expected in ((people.official, True), (people.supervisor_a, True), (people.trainer, False)):
        assert (link in read(person, district=people.a.district.code).content.decode()) is expected


def test_the_download_and_the_terminal_say_it(people, wave):
    client = Client()
    client.force_login(people.official)
    for code in CODES:
        answer = client.post(f"{reverse('dashboards:breakdown-csv', args=[code])}?wave=survei-2026")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert ["Menunggu pemeriksaan", "5 wawancara, belum dihitung"] in rows
    out = StringIO()
    call_command("breakdown", "partnership", wave="survei-2026", stdout=out)
    assert out.getvalue().endswith("Menunggu pemeriksaan: 5 wawancara, belum dihitung\n")


def test_the_published_study_says_nothing_of_the_kind(people):
    load_study()
    page = words(read(people.official, wave="probolinggo-2022"))
    assert "menunggu pemeriksaan" not in page.lower()


def test_accepting_and_reopening_move_the_numbers(people, wave):
    passed = Response.objects.get(state="passed")
    accept_response(response=passed, expected_version=1, by=people.official, at=NOW)
    report = wave_report(wave, user=people.official, filters=Filters())
    assert (report.interviewed, report.waiting) == (2, 4)
    return_response(response=passed, expected_version=2, note="Usaha lain.", by=people.official, at=NOW)
    report = wave_report(wave, user=people.official, filters=Filters())
    assert (report.interviewed, report.waiting) == (1, 5)


def test_the_page_opens_with_the_newest_wave_that_has_something_counted(people, wave):
    newer = WaveFactory(code="baru", period_start="2026-06-01")
    ResponseFactory(wave=newer, state="sent", enumerator=UserFactory())
    client = Client()
    client.force_login(people.official)
    assert client.get(OVERVIEW).context["report"].wave == wave
