"""The page that says who is behind: for whom, live without a script, and the same numbers as a file."""

from __future__ import annotations

import csv
import time
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from core.models import AuditEvent, User
from surveys.models import Wave
from tests.dashboards.reading import words
from tests.factories import ResponseFactory, WaveFactory
from tests.surveys.fieldwork.people import NOW, businesses, census, given
from tests.surveys.fieldwork.test_progress import submission, telephone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _eighth_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=5))


@pytest.fixture
def wave(people) -> Wave:
    """One of two interviewed in A, none in B."""
    wave = census()
    done, _ = businesses(people.a, "Toko A", "Toko B")
    businesses(people.b, "Toko C")
    given(wave, people, 2)
    ResponseFactory(wave=wave, business=done, enumerator=people.enumerator_a, state="sent")
    return wave


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(wave: Wave, name: str = "wave-progress") -> str:
    return reverse(f"surveys:{name}", args=[wave.code])


def test_who_may_read_interviews_reads_how_far_they_are(people, wave):
    for reader in (people.official, people.supervisor_a, people.enumerator_a, people.administrator):
        assert signed_in(reader).get(address(wave)).status_code == 200
    for nobody in (people.trainer, people.registrar_a, people.verifier_a):
        assert signed_in(nobody).get(address(wave)).status_code == 403
    assert "/masuk/" in Client().get(address(wave))["Location"]


def test_the_official_sees_every_kecamatan_and_the_one_without_is_said_in_words(people, wave):
    page = signed_in(people.official).get(address(wave))

    assert "1 dari 3 wawancara terkirim" in words(page)
    assert f"{people.b.district} belum ada wawancara: 0 dari 1" in words(page)
    assert page.content.decode().count('class="none-yet"') == 1
    assert str(people.enumerator_a) in words(page)


def test_a_supervisor_sees_the_own_kecamatan(people, wave):
    page = words(signed_in(people.supervisor_a).get(address(wave)))

    assert str(people.a.district) in page
    assert str(people.b.district) not in page
    assert "wilayah kerja Anda" in page


def test_who_is_behind_is_told_in_days_with_the_definition(people, wave):
    page = words(signed_in(people.official).get(address(wave, "wave-progress")))

    # two from 3 to 13 March, one settled: the line passed one on the 8th, so nobody is behind on the 8th
    assert f"{people.enumerator_a} tidak" in page
    assert "Tertinggal: berapa hari yang lalu" in page


def test_a_difference_between_telephone_and_server_is_an_alarm(people, wave):
    submission(wave, people.enumerator_a, telephone(people.enumerator_a, sent_count=3))

    page = words(signed_in(people.supervisor_a).get(address(wave)))

    assert "menurut Telepon sudah 3 terkirim, di sini baru ada 1" in page
    assert "selisih" in page


def test_the_page_refreshes_itself_and_can_be_stopped(people, wave):
    client = signed_in(people.official)

    page = client.get(address(wave)).content.decode()
    assert f'hx-get="{address(wave)}" hx-trigger="every 30s"' in page
    paused = client.get(f"{address(wave)}?jeda").content.decode()
    assert "hx-trigger" not in paused
    assert "Lanjutkan pembaruan" in paused
    part = client.get(address(wave), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="kemajuan"')
    assert "<html" not in part


def rows_of(client: Client, wave: Wave, file_format: str) -> list[list[str]]:
    content = client.post(address(wave, "progress-export"), {"format": file_format}).content
    if file_format == "csv":
        return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    return [
        [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row]
        for row in sheet.to_python()
    ]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_file_has_the_numbers_of_the_page(people, wave, file_format):
    heads, *rows = rows_of(signed_in(people.official), wave, file_format)

    by_name = {row[1]: dict(zip(heads, row, strict=True)) for row in rows}
    here = by_name[str(people.a.district)]
    assert (here["Target"], here["Terkirim"], here["Menunggu pemeriksaan"]) == ("2", "1", "1")
    assert by_name[str(people.b.district)]["Terkirim"] == "0"
    assert by_name[str(people.enumerator_a)]["Ditugaskan"] == "2"
    assert AuditEvent.objects.filter(verb="exported", object_label__startswith="Kemajuan").exists()


def test_a_file_is_for_those_who_take_interviews_away_and_by_post(people, wave):
    url = address(wave, "progress-export")

    assert signed_in(people.enumerator_a).post(url, {"format": "csv"}).status_code == 403
    assert signed_in(people.official).get(url).status_code == 405
    assert signed_in(people.official).post(url, {"format": "exe"}).status_code == 400


def test_the_menu_leads_to_the_wave_that_runs(people, wave):
    WaveFactory(period_start="2019-01-01", period_end="2019-12-31", code="lama")
    client = signed_in(people.official)

    newest = client.get(reverse("surveys:progress-newest"))

    assert newest["Location"] == address(wave)
    assert address(wave) in client.get(reverse("surveys:wave-list")).content.decode()
    assert address(wave) in client.get(f"{reverse('dashboards:overview')}?wave={wave.code}").content.decode()


REFRESHING = {"HX-Request": "true", "X-Unattended": "true"}


def last_seen_before(client: Client, minutes: int) -> int:
    session = client.session
    session["seen"] = int(time.time()) - minutes * 60
    session.save()
    seen: int = session["seen"]
    return seen


def test_a_page_that_refreshes_itself_keeps_no_session_alive(people, wave):
    client = signed_in(people.official)
    assert "X-Unattended" in client.get(address(wave)).content.decode()
    seen = last_seen_before(client, 5)

    client.get(address(wave), headers=REFRESHING)
    assert client.session["seen"] == seen
    client.get(address(wave))
    assert client.session["seen"] > seen


def test_once_the_session_has_ended_the_whole_page_goes_to_the_login(people, wave):
    client = signed_in(people.official)
    client.get(address(wave))
    last_seen_before(client, 24 * 60)

    answer = client.get(
        address(wave), headers={**REFRESHING, "Referer": f"http://testserver{address(wave)}?jeda"}
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"].startswith(f"{reverse('core:login')}?next={address(wave)}")
