"""A wave of 400 from the draw to the dashboard: both doors of the field, reserves, what came back, what is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from dashboards.aggregates import Filters, wave_report
from registry.models import Business
from surveys.actions import DrawDesign, activate_reserve, draw_sample, publish_questionnaire, take_frame
from surveys.actions.fieldwork import assign
from surveys.actions.reviewing import AcceptanceFilter, accept_responses, pass_response, return_response
from surveys.fieldwork_progress import field_progress
from surveys.frames import FrameFilter
from surveys.models import (
    DrawMethod,
    LocalQuestion,
    Response,
    ResponseState,
    SampleEntry,
    StrataBy,
    Submission,
    Visit,
    Wave,
)
from tests.factories import WaveFactory
from tests.people import People
from tests.surveys.ingesting.sends import ANSWERS, body, frozen, phone_of
from tests.surveys.openrosa.collect import collect_of, instance
from tests.surveys.sampling.cities import registered

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
DUE = date(2026, 3, 31)
HASTY = 45  # seconds
CHANNELS = ("offline", "online", "both")


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def wave(people: People) -> Wave:
    """Drawn from 1,000 registered businesses, asking one question of its own, and given out."""
    registered(people.a.ward, 600)
    registered(people.b.ward, 400, first=600)
    wave: Wave = WaveFactory(code="survei-2026", design="sample")
    LocalQuestion.objects.create(
        wave=wave, code="gas", kind="number", label="Tabung gas", prompt="Berapa?", minimum="0", maximum="40"
    )
    publish_questionnaire(wave=wave, by=people.administrator, at=NOW)
    frame = take_frame(wave=wave, wanted=FrameFilter(), by=people.administrator, at=NOW)
    design = DrawDesign(
        method=DrawMethod.RANDOM, strata_by=StrataBy.DISTRICT, size=400, seed=2026, reserve_percent=10
    )
    draw_sample(wave=wave, frame=frame, design=design, by=people.administrator, at=NOW)
    for place, enumerator, supervisor in (
        (people.a, people.enumerator_a, people.supervisor_a),
        (people.b, people.enumerator_b, people.supervisor_b),
    ):
        given = {"district": place.district, "enumerator": enumerator, "due_on": DUE, "by": supervisor}
        quantity = SampleEntry.objects.targets(wave).filter(district=place.district).count()
        assert assign(wave=wave, quantity=quantity, at=NOW, **given) == quantity
    return wave


def answers(number: int) -> dict[str, Any]:
    return {**ANSWERS, "marketing_channel": CHANNELS[number % 3], "gas": str(number % 41)}


def send_by_phone(people: People, wave: Wave) -> int:
    """All of the telephone's own list; the last two businesses are not found. How many were interviewed."""
    phone = phone_of(people.enumerator_a)
    tasks = phone.get(reverse("field:task-list")).json()["tasks"]
    assert {task["district"] for task in tasks} == {people.a.district.name}
    for number, task in enumerate(tasks):
        outcome = "done" if number < len(tasks) - 2 else "not_found"
        filled = answers(number) if outcome == "done" else {}
        document = body(wave, version=2, business=None) | {
            "business": task["business"],
            "outcome": outcome,
            "answers": filled,
            "duration_seconds": HASTY if number % 100 == 7 else 840,
        }
        raw = frozen(document)
        assert phone.send(raw).status_code == 201
        if number % 50 == 0:
            assert phone.send(raw).status_code == 200  # the answer was lost on the way
    return len(tasks) - 2


def send_by_collect(people: People, wave: Wave) -> int:
    """All of the list that Collect was given."""
    collect = collect_of(people.enumerator_b)
    listed = collect.get(f"/umkm/{wave.code}.csv")
    assert listed.status_code == 200
    rows = [line.split(",")[0].strip('"') for line in listed.content.decode().splitlines()[1:]]
    keys = [row for row in rows if row != "baru"]
    for number, key in enumerate(keys):
        filled = {
            code: value if isinstance(value, str) else " ".join(value)
            for code, value in answers(number).items()
        }
        xml = instance(wave, key, version=2, answers={"part_1": filled})
        assert collect.send(xml).status_code == 201
        if number % 50 == 0:
            assert collect.send(xml).status_code == 202
    return len(keys)


def replace_the_missing(people: People, wave: Wave) -> None:
    """Two reserves stand in, and are interviewed in their place."""
    phone = phone_of(people.enumerator_a)
    for visit in Visit.objects.filter(wave=wave, outcome="not_found").order_by("pk"):
        entry = SampleEntry.objects.get(wave=wave, business=visit.business)
        reserve = activate_reserve(entry=entry, by=people.supervisor_a, at=NOW)
        assert reserve.stratum == entry.stratum
        sent = body(wave, reserve.business, version=2, answers=answers(0))
        assert phone.send(sent).json()["held"] == ""


def send_some_back(people: People, wave: Wave) -> None:
    """Five come back with a reason at a question; their enumerator sees it on the telephone and mends them."""
    returned = list(wave.responses.filter(district=people.a.district).order_by("pk")[:5])
    for response in returned:
        return_response(
            response=response,
            expected_version=response.version,
            note="Periksa lagi.",
            reasons={"gas": "Angkanya terlalu besar."},
            by=people.supervisor_a,
            at=NOW,
        )
    phone = phone_of(people.enumerator_a)
    tasks = phone.get(reverse("field:task-list")).json()["tasks"]
    back = [task for task in tasks if task["state"] == "returned"]
    assert len(back) == 5
    for task in back:
        assert task["returned"]["note"] == "Periksa lagi."
        assert task["returned"]["reasons"] == {"gas": "Angkanya terlalu besar."}
        business = Business.objects.get(public_id=task["business"])
        mended = task["returned"]["answers"] | {"gas": "1"}
        assert phone.send(body(wave, business, version=2, answers=mended)).status_code == 201
    assert wave.responses.filter(state=ResponseState.CORRECTED, extra__gas="1").count() == 5


def dashboard(people: People, wave: Wave) -> str:
    page = Client()
    page.force_login(people.official)
    return page.get(reverse("dashboards:overview"), {"wave": wave.code}).content.decode().lower()


def test_a_wave_is_drawn_given_out_interviewed_reviewed_and_counted(people: People, wave: Wave) -> None:
    interviewed = send_by_phone(people, wave) + send_by_collect(people, wave)
    assert interviewed == 398
    replace_the_missing(people, wave)
    send_some_back(people, wave)
    assert wave.responses.count() == 400
    assert Submission.objects.filter(wave=wave, state="held").count() == 0
    assert wave.responses.filter(questionnaire__number=2).count() == 400

    assert (
        wave_report(wave, user=people.official, filters=Filters()).interviewed == 0
    )  # nothing is accepted yet
    for supervisor in (people.supervisor_a, people.supervisor_b):
        for response in Response.objects.for_user(supervisor).filter(wave=wave).order_by("pk"):
            pass_response(response=response, expected_version=response.version, by=supervisor, at=NOW)
    passed = wave.responses.filter(state=ResponseState.PASSED)
    clean = passed.filter(flags__isnull=True).count()
    assert 0 < clean < 400  # the hasty ones are for the official to look at one by one
    assert accept_responses(chosen=AcceptanceFilter(wave=wave.code), by=people.official, at=NOW) == clean

    report = wave_report(wave, user=people.official, filters=Filters())
    counted = wave.responses.counted()
    assert report.interviewed == counted.count() == clean
    for channel in CHANNELS:
        assert (
            report["marketing-channel"].total.count(channel)
            == counted.filter(marketing_channel=channel).count()
        )
    progress = field_progress(wave, user=people.official, day=NOW.date())
    assert sum(row.tally.target for row in progress.districts) == 402  # two were replaced, and stay targets
    assert sum(row.tally.sent for row in progress.districts) == 400
    assert f"menunggu pemeriksaan: {400 - clean}" in dashboard(people, wave)
    assert AuditEvent.objects.filter(verb="interviewed").count() == 400
