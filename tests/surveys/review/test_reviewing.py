"""An interview goes back, passes, is accepted: by whom, from where, and what is counted after it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core import jobs
from core.models import AuditEvent, Job
from core.permissions import Permission
from surveys.actions import InterviewRefused, StaleResponse, change_response
from surveys.actions.reviewing import (
    AcceptanceFilter,
    NoteMissing,
    OwnInterview,
    WrongReviewStep,
    accept_response,
    accept_responses,
    verdicts_open_to,
)
from surveys.models import Response, ResponseState, Review
from surveys.review_steps import STEPS, Verdict
from tests.factories import ResponseFactory, UserFactory, WaveFactory
from tests.surveys.interviews import NOW, some_answers
from tests.surveys.review.making import LATER, corrected, passed, recorded, returned, sent

pytestmark = pytest.mark.django_db
ALL = AcceptanceFilter()


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def accepted(response: Response, by, **kwargs) -> Review:
    given = {"expected_version": response.version, "at": LATER}
    review = accept_response(**{"response": response, "by": by} | given | kwargs)
    response.refresh_from_db()
    return review


class TestTheTableOfSteps:
    def test_it_speaks_of_the_states_there_are(self):
        states = set(ResponseState)
        assert {source for source, _ in STEPS} <= states
        assert {verdict.value for verdict in Verdict} <= states
        assert not any("back_check" in step for step in STEPS)

    def test_whoever_counts_or_takes_from_the_counted_is_the_office(self):
        for (source, verdict), step in STEPS.items():
            if Verdict.ACCEPTED in (source, verdict):
                assert step.permissions == {Permission.ACCEPT_RESPONSES}

    def test_from_every_state_that_waits_somebody_leads_on(self):
        waiting = set(ResponseState) - {"accepted", "back_check"}
        assert {source for source, _ in STEPS} >= waiting

    @pytest.mark.parametrize(
        ("state", "verdict"), list(product(ResponseState, Verdict)), ids=lambda value: value.name.lower()
    )
    def test_no_other_step_is_taken(self, people, wave, state, verdict):
        if state == ResponseState.BACK_CHECK:
            response = sent(people, wave, state=state, back_check_of=sent(people, WaveFactory()))
        else:
            response = sent(people, wave, state=state)
        doers = {Verdict.RETURNED: returned, Verdict.PASSED: passed, Verdict.ACCEPTED: accepted}
        step = STEPS.get((state.value, verdict))
        for person in (people.supervisor_a, people.official):
            if step and any(map(person.can, step.permissions)):
                assert verdict in verdicts_open_to(response, person)
                continue
            assert verdict not in verdicts_open_to(response, person)
            with pytest.raises((WrongReviewStep, PermissionDenied)):
                doers[verdict](response, person)
            response.refresh_from_db()
            assert (response.state, response.version) == (state, 1)
        assert not Review.objects.exists()


class TestOneInterview:
    def test_the_whole_way(self, people, wave):
        response = recorded(people, wave)
        assert response.state == "sent"
        returned(
            response, people.supervisor_a, reasons={"marketing_channel": "Di etalase ada QRIS.", "mode": " "}
        )
        assert response.state == "returned"
        latest = Review.objects.latest_return(response)
        assert latest.note == "Tanyakan lagi kanal pemasarannya."
        assert latest.reason_by_code == {"marketing_channel": "Di etalase ada QRIS."}
        corrected(response, marketing_channel="both")
        assert response.state == "corrected"
        passed(response, people.supervisor_a)
        assert not Response.objects.counted().exists()
        accepted(response, people.official)
        assert list(Response.objects.counted()) == [response]
        verdicts = list(response.reviews.order_by("pk").values_list("verdict", "response_version"))
        assert verdicts == [("returned", 1), ("passed", 3), ("accepted", 4)]
        events = AuditEvent.objects.about(response).order_by("pk")
        assert [event.verb for event in events] == [
            "interviewed",
            "returned",
            "changed",
            "passed",
            "accepted",
        ]
        assert events[1].reason == "Tanyakan lagi kanal pemasarannya."
        assert events[4].changes == {"state": ["passed", "accepted"]}

    def test_returning_needs_a_note(self, people, wave):
        response = sent(people, wave)
        with pytest.raises(NoteMissing):
            returned(response, people.supervisor_a, note="  ")
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(
                response=response, verdict="returned", at=NOW, by=people.supervisor_a, response_version=1
            )

    def test_a_reason_about_a_question_nobody_put_is_refused(self, people, wave):
        with pytest.raises(ValueError, match="no questions"):
            returned(sent(people, wave), people.supervisor_a, reasons={"shoe_size": "?"})
        assert not Review.objects.exists()

    def test_nobody_reviews_their_own(self, people, wave):
        response = recorded(people, wave, by=people.supervisor_a)
        assert verdicts_open_to(response, people.supervisor_a) == []
        with pytest.raises(OwnInterview):
            passed(response, people.supervisor_a)
        passed(response, UserFactory(role="supervisor"))

    def test_another_kecamatan_does_not_exist(self, people, wave):
        with pytest.raises(Response.DoesNotExist):
            passed(sent(people, wave), people.supervisor_b)

    def test_an_enumerator_reviews_nothing(self, people, wave):
        colleague = UserFactory(role="enumerator")
        assert verdicts_open_to(sent(people, wave), colleague) == []
        with pytest.raises(PermissionDenied):
            passed(sent(people, wave), colleague)

    def test_the_published_study_stays(self, people):
        response = ResponseFactory(wave=WaveFactory(is_reconstruction=True))
        with pytest.raises(WrongReviewStep, match="diterbitkan"):
            returned(response, people.official)

    def test_a_return_can_be_taken_back(self, people, wave):
        response = sent(people, wave)
        returned(response, people.supervisor_a)
        passed(response, people.supervisor_a)
        assert response.state == "passed"

    def test_reopening_takes_it_out_of_the_numbers(self, people, wave):
        response = recorded(people, wave)
        accepted(response, people.official)
        assert Response.objects.counted().count() == 1
        returned(response, people.official, note="Usahanya ternyata sudah tutup.")
        assert (Response.objects.counted().count(), Response.objects.awaiting().count()) == (0, 1)
        corrected(response)
        assert response.state == "corrected"

    def test_a_passed_one_is_no_longer_the_enumerators(self, people, wave):
        response = recorded(people, wave)
        passed(response, people.supervisor_a)
        with pytest.raises(InterviewRefused, match="sudah lolos pemeriksaan"):
            corrected(response)


class TestAnOutdatedView:
    def test_who_decides_on_it_is_told_what_a_colleague_did(self, people, wave):
        response = sent(people, wave)
        returned(response, people.supervisor_a)
        with pytest.raises(StaleResponse, match=f"dikembalikan oleh {people.supervisor_a}"):
            passed(response, people.supervisor_a, expected_version=1)

    def test_and_that_the_answers_were_corrected(self, people, wave):
        response = recorded(people, wave)
        corrected(response, marketing_channel="offline")
        with pytest.raises(StaleResponse, match="sudah diperbaiki"):
            passed(response, people.supervisor_a, expected_version=1)

    def test_a_correction_begun_before_the_return_is_told_too(self, people, wave):
        response = recorded(people, wave)
        returned(response, people.supervisor_a)
        with pytest.raises(StaleResponse):
            change_response(
                response=response,
                answers=some_answers(mode="indirect"),
                expected_version=1,
                by=people.enumerator_a,
                at=LATER,
            )


class TestMany:
    def test_what_passed_without_a_flag_is_accepted_at_once(self, people, wave, django_assert_num_queries):
        good = [sent(people, wave, state="passed") for _ in range(3)]
        flagged, waiting = sent(people, wave, state="passed"), sent(people, wave)
        flagged.flags.create(code="at_night", detail="malam hari")
        own = sent(people, wave, state="passed", enumerator=people.official)
        assert accept_responses(chosen=ALL, by=people.official, at=LATER) == 3
        states = dict(Response.objects.values_list("pk", "state"))
        assert [states[response.pk] for response in good] == ["accepted"] * 3
        assert states[flagged.pk] == states[own.pk] == "passed"
        assert states[waiting.pk] == "sent"
        assert Review.objects.filter(verdict="accepted", by=people.official).count() == 3
        assert AuditEvent.objects.filter(verb="accepted").count() == 3

    def test_three_and_thirty_cost_the_same_queries(self, people, wave, django_assert_max_num_queries):
        for count in (3, 30):
            for _ in range(count):
                sent(people, wave, state="passed")
            with django_assert_max_num_queries(14):
                assert accept_responses(chosen=ALL, by=people.official, at=LATER) == count

    def test_only_what_was_chosen_and_lies_in_the_area(self, people, wave):
        here = sent(people, wave, state="passed")
        elsewhere = ResponseFactory(wave=wave, business__ward=people.b.ward, state="passed")
        other_wave = sent(people, WaveFactory(), state="passed")
        chosen = AcceptanceFilter(
            wave=wave.code, district=people.a.district.code, enumerator=str(here.enumerator_id)
        )
        assert list(chosen.responses(people.official, until=LATER)) == [here]
        local = UserFactory(role="official", whole_city=False, districts=[people.b.district])
        assert list(ALL.responses(local, until=LATER)) == [elsewhere]
        assert set(ALL.responses(people.official, until=LATER)) == {here, elsewhere, other_wave}

    def test_what_passed_after_the_button_was_pressed_is_left_alone(self, people, wave):
        response = sent(people, wave)
        passed(response, people.supervisor_a, at=LATER)
        assert not ALL.responses(people.official, until=LATER - timedelta(seconds=1)).exists()
        assert ALL.responses(people.official, until=LATER).exists()

    def test_a_supervisor_does_not_accept(self, people, wave):
        with pytest.raises(PermissionDenied):
            accept_responses(chosen=ALL, by=people.supervisor_a, at=LATER)

    def test_too_many_for_a_request_are_a_job(self, people, wave, monkeypatch):
        monkeypatch.setattr("surveys.actions.reviewing.ACCEPTED_AT_ONCE", 2)
        for _ in range(5):
            sent(people, wave, state="passed")
        job = accept_responses(chosen=AcceptanceFilter(wave=wave.code), by=people.official, at=LATER)
        assert isinstance(job, Job)
        assert not Response.objects.counted().exists()
        running = jobs.claim("test")
        assert running is not None
        assert jobs.run(running) == "done"
        assert Response.objects.counted().count() == 5
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == ("done", 5, 5)
