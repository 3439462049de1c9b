"""The day's work on a telephone: one's own, with what came back, and nobody else's."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.models import Assignment, Response
from tests.factories import BusinessFactory, WaveFactory
from tests.surveys.ingesting.sends import AT, body, ingested, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def wave():
    return WaveFactory(code="survei-2026")


def assign(wave, business, enumerator, **changes):
    return Assignment.objects.create(
        wave=wave,
        business=business,
        enumerator=enumerator,
        due_on=date(2026, 3, 20),
        assigned_at=AT,
        assigned_by=enumerator,
        **changes,
    )


def told(user):
    answer = phone_of(user).get(reverse("field:task-list"))
    assert answer.status_code == 200
    return answer.json()


def test_it_has_what_to_ask_whom_to_visit_and_where(people, wave):
    business = BusinessFactory(ward=people.a.ward, name="Warung Satu", latitude="-7.75", longitude="113.2")
    assign(wave, business, people.enumerator_a)

    told_today = told(people.enumerator_a)

    [task] = told_today["tasks"]
    assert (task["business"], task["name"], task["state"]) == (str(business.public_id), "Warung Satu", "open")
    assert (task["ward"], task["district"]) == (people.a.ward.name, people.a.district.name)
    assert (task["latitude"], task["due_on"], task["returned"]) == (-7.75, "2026-03-20", None)
    [asked] = told_today["waves"]
    assert (asked["code"], asked["version"]) == ("survei-2026", 1)
    assert asked["definition"] == wave.questionnaires.get().document
    assert {"code": "G", "label": "Perdagangan Besar dan Eceran"} in told_today["sectors"]
    assert [ward["code"] for ward in told_today["wards"]] == [people.a.ward.code]
    assert told_today["user"]["id"] == people.enumerator_a.pk
    assert told_today["now"] == AT.isoformat()


def test_it_is_ones_own_work_only(people, wave):
    colleague = BusinessFactory(ward=people.a.ward, name="Milik Rekan")
    assign(wave, colleague, people.supervisor_a)
    assign(wave, BusinessFactory(ward=people.b.ward), people.enumerator_a)
    assign(WaveFactory(period_end=date(2026, 2, 1)), colleague, people.enumerator_a)
    ingested(body(wave, colleague), people.supervisor_a)
    Response.objects.update(state="returned")

    assert told(people.enumerator_a)["tasks"] == []


def test_what_was_taken_back_is_marked_unless_it_was_interviewed(people, wave):
    met, unmet = (BusinessFactory(ward=people.a.ward, name=name) for name in "AB")
    for business in (met, unmet):
        assign(wave, business, people.enumerator_a, withdrawn_at=AT)
    ingested(body(wave, met), people.enumerator_a)

    assert [task["state"] for task in told(people.enumerator_a)["tasks"]] == ["sent", "withdrawn"]


@pytest.mark.parametrize(
    ("state", "shown"),
    [("sent", "sent"), ("corrected", "sent"), ("passed", "passed"), ("accepted", "accepted")],
)
def test_what_was_sent_shows_where_it_stands(people, wave, state, shown):
    business = BusinessFactory(ward=people.a.ward)
    assign(wave, business, people.enumerator_a)
    sent = ingested(body(wave, business), people.enumerator_a).submission
    Response.objects.update(state=state)

    [task] = told(people.enumerator_a)["tasks"]
    assert (task["state"], task["receipt"], task["last_outcome"]) == (shown, sent.receipt, "done")


def test_a_visit_without_an_interview_is_remembered(people, wave):
    business = BusinessFactory(ward=people.a.ward)
    assign(wave, business, people.enumerator_a)
    for hour, outcome in ((10, "closed"), (11, "not_found")):
        at = f"2026-03-03T{hour}:00:00+07:00"
        ingested(body(wave, business, outcome=outcome, answers={}, visited_at=at), people.enumerator_a)

    [task] = told(people.enumerator_a)["tasks"]
    assert (task["state"], task["last_outcome"]) == ("visited", "not_found")


def test_a_returned_interview_comes_back_with_its_answers_even_after_the_wave(people, wave):
    business = BusinessFactory(ward=people.a.ward)
    document = body(wave, business)
    ingested(document, people.enumerator_a)
    Response.objects.update(state="returned")
    wave.period_end = date(2026, 3, 2)
    wave.save()

    told_today = told(people.enumerator_a)

    [task] = told_today["tasks"]
    assert (task["state"], task["due_on"]) == ("returned", None)
    assert task["returned"]["instance_id"] == document["instance_id"]
    assert task["returned"]["answers"] == document["answers"]
    assert [asked["code"] for asked in told_today["waves"]] == ["survei-2026"]


def test_many_tasks_cost_no_more_questions_than_few(people, wave, django_assert_num_queries):
    phone = phone_of(people.enumerator_a)

    def cost(count: int) -> int:
        for business in BusinessFactory.create_batch(count, ward=people.a.ward):
            assign(wave, business, people.enumerator_a)
            ingested(body(wave, business), people.enumerator_a)
        with django_assert_num_queries(10) as counted:
            assert phone.get(reverse("field:task-list")).status_code == 200
        return len(counted)

    assert cost(2) == cost(20)
