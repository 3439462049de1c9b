"""Waves and population figures are set up at the desk, with an event; the study stays as published."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.models import AuditEvent, Verb
from surveys.actions import WaveIsReconstruction, save_record
from surveys.models import PopulationFigure, Response, Wave
from tests.factories import ResponseFactory, WaveFactory
from tests.surveys.interviews import NOW
from tests.surveys.study import load_study

WAVE = {
    "code": "survei-2027",
    "title": "Survei UMKM 2027",
    "design": "census",
    "sector_basis": "register",
    "period_start": "01/01/2027",
    "period_end": "31/12/2027",
    "target_n": "1.000",
    "method": "Wawancara di tempat usaha.",
    "source": "Dinas Koperasi dan UMKM",
    "note": "",
    "consent_text": "Bersediakah Bapak/Ibu diwawancarai?",
}


@pytest.fixture
def desk(client, people):
    client.force_login(people.administrator)
    return client


def test_a_wave_is_added_with_its_event(desk, people):
    assert desk.post(reverse("admin:surveys_wave_add"), WAVE).status_code == 302
    wave = Wave.objects.get()
    assert (wave.period_start, wave.target_n, wave.is_reconstruction) == (date(2027, 1, 1), 1_000, False)
    event = AuditEvent.objects.get(verb=Verb.CREATED)
    assert event.changes["title"] == [None, "Survei UMKM 2027"]
    assert event.actor_id == people.administrator.pk


def test_a_change_keeps_the_old_value_and_the_code(desk):
    wave = WaveFactory(code="lama", title="Judul lama")
    address = reverse("admin:surveys_wave_change", args=[wave.pk])
    assert desk.post(address, WAVE | {"title": "Judul baru"}).status_code == 302
    wave.refresh_from_db()
    assert (wave.code, wave.title) == ("lama", "Judul baru")
    assert AuditEvent.objects.get(verb=Verb.CHANGED).changes["title"] == ["Judul lama", "Judul baru"]


BAD = {
    "end before start": ({"period_end": "31/12/2026"}, "tidak boleh sebelum awalnya"),
    "no such day": ({"period_start": "31/02/2027"}, "tidak ada di kalender"),
    "no period": ({"period_start": ""}, "wajib diisi"),
    "target in letters": ({"target_n": "seribu"}, "bilangan bulat"),
    "negative target": ({"target_n": "-5"}, "tidak boleh negatif"),
    "endless title": ({"title": "x" * 151}, "paling banyak 150"),
    "blank title": ({"title": "   "}, "wajib diisi"),
}


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_told_at_the_field_and_kept(desk, changes, message):
    page = desk.post(reverse("admin:surveys_wave_add"), WAVE | changes).content.decode()
    assert message in page
    assert "Wawancara di tempat usaha." in page
    assert not Wave.objects.exists()


def test_a_period_never_leaves_an_interview_outside(desk):
    wave = ResponseFactory().wave
    address = reverse("admin:surveys_wave_change", args=[wave.pk])
    assert "Ada wawancara di luar periode ini" in desk.post(address, WAVE).content.decode()


def test_the_wave_of_the_study_is_read_only(desk, people):
    load_study()
    wave = Wave.objects.get()
    address = reverse("admin:surveys_wave_change", args=[wave.pk])
    assert desk.get(address).status_code == 200
    assert desk.post(address, WAVE).status_code == 403
    wave.title = "Lain"
    with pytest.raises(WaveIsReconstruction):
        save_record(wave_or_figure=wave, by=people.administrator, at=NOW)


def test_interviews_are_read_and_never_written_at_the_desk(desk):
    response = ResponseFactory()
    address = reverse("admin:surveys_response_change", args=[response.pk])
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"marketing_channel": "online"}).status_code == 403
    assert desk.get(reverse("admin:surveys_response_add")).status_code == 403
    assert Response.objects.get().marketing_channel == "offline"


def test_a_population_figure_is_added_with_its_event(desk, people):
    figure = {
        "area": people.a.district.parent_id,
        "year": "2024",
        "group": "Usaha mikro",
        "count": "19.200",
        "source": "Pendataan lengkap",
        "note": "",
    }
    assert desk.post(reverse("admin:surveys_populationfigure_add"), figure).status_code == 302
    assert PopulationFigure.objects.get().count == 19_200
    assert AuditEvent.objects.filter(verb=Verb.CREATED).count() == 1
    page = desk.post(reverse("admin:surveys_populationfigure_add"), figure | {"year": "2999"})
    assert "Tahun harus antara" in page.content.decode()


class TestTheDemoWave:
    def test_it_is_made_once_and_labelled(self, db, settings):
        settings.DEBUG = True
        output = StringIO()
        call_command("load_demo_wave", stdout=output)
        call_command("load_demo_wave", stdout=output)
        wave = Wave.objects.get()
        assert wave.code == f"survei-{wave.period_start.year}"
        assert wave.title == f"Survei UMKM {wave.period_start.year}"
        assert "bukan data survei" in wave.source
        assert "peragaan" in wave.note
        assert output.getvalue().splitlines()[1].endswith("sudah ada.")
        assert AuditEvent.objects.filter(verb=Verb.LOADED).count() == 1

    def test_never_in_production(self, db, settings):
        settings.DEBUG = False
        with pytest.raises(CommandError, match="DEBUG"):
            call_command("load_demo_wave", stdout=StringIO())
        assert not Wave.objects.exists()
