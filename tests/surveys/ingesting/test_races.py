"""One interview sent many times at the same moment is one row. With a control that looks before it writes."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError

from core.models import AuditEvent
from surveys.models import Response, Submission, SubmissionState, Visit
from tests.factories import BusinessFactory
from tests.people import make_people
from tests.registry.test_actions_races import at_once
from tests.surveys.ingesting.sends import AT, body, ingested, one_business

pytestmark = pytest.mark.django_db(transaction=True)
IDS, SENDS = 30, 8


def test_thirty_ids_sent_eight_times_at_once_are_thirty_interviews():
    people = make_people()
    wave, _ = one_business(people)
    documents = [body(wave, BusinessFactory(ward=people.a.ward)) for _ in range(IDS)]
    answers = []

    def send(document):
        answers.append(ingested(document, people.enumerator_a).is_new)

    for start in range(0, IDS, 5):  # 40 connections at a time
        part = documents[start : start + 5] * SENDS
        assert at_once([lambda document=document: send(document) for document in part]) == [None] * len(part)

    assert (answers.count(True), answers.count(False)) == (IDS, IDS * (SENDS - 1))
    assert Response.objects.count() == Visit.objects.count() == Submission.objects.count() == IDS
    assert set(Submission.objects.values_list("state", flat=True)) == {SubmissionState.STORED}
    assert AuditEvent.objects.filter(verb="interviewed").count() == IDS


def test_control_with_an_id_of_its_own_every_send_counts(monkeypatch):
    """Without the unique id each of the sends is taken for another one, as the old mistake of field tools does."""
    people = make_people()
    wave, business = one_business(people)
    document = body(wave, business, outcome="closed", answers={})
    saved = Submission.save

    def unrecognised(submission, **options):
        submission.instance_id = uuid.uuid4()
        saved(submission, **options)

    monkeypatch.setattr(Submission, "save", unrecognised)

    errors = at_once([lambda: ingested(document, people.enumerator_a)] * 4)

    assert errors == [None] * 4
    assert Visit.objects.count() == 4


def test_two_enumerators_at_one_business_are_one_interview_and_one_held():
    people = make_people()
    wave, business = one_business(people)
    senders = [people.enumerator_a, people.supervisor_a]

    errors = at_once([lambda by=by: ingested(body(wave, business), by) for by in senders])

    assert errors == [None, None]
    assert sorted(Submission.objects.values_list("state", flat=True)) == ["held", "stored"]
    assert Response.objects.count() == Visit.objects.count() == 1


def test_a_correction_sent_by_many_taps_is_one():
    people = make_people()
    wave, business = one_business(people)
    ingested(body(wave, business), people.enumerator_a)
    Response.objects.update(state="returned")
    document = body(wave, business, note="diperbaiki")

    assert at_once([lambda: ingested(document, people.enumerator_a, AT)] * 6) == [None] * 6

    assert Response.objects.get().version == 2
    assert Submission.objects.count() == Visit.objects.count() == 2


def test_a_database_that_fails_otherwise_is_no_duplicate(monkeypatch):
    people = make_people()
    wave, business = one_business(people)

    def fails(submission, **options):
        raise IntegrityError("something else")

    monkeypatch.setattr(Submission, "save", fails)

    with pytest.raises(IntegrityError):
        ingested(body(wave, business), people.enumerator_a)
