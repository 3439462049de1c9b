"""An interview is stored once however often it is sent, and a correction keeps what stood there."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from core.models import AuditEvent, Verb
from surveys.actions import (
    AlreadyInterviewed,
    InterviewRefused,
    StaleResponse,
    change_response,
    choices_of,
    record_response,
)
from surveys.models import Response, ResponseChoice
from tests.factories import BusinessFactory, ResponseFactory, WaveFactory
from tests.people import make_people
from tests.surveys.interviews import NOW, some_answers

SENDERS = 8


@pytest.fixture
def wave(people):
    return WaveFactory()


@pytest.fixture
def shop(people):
    return BusinessFactory(ward=people.a.ward)


@pytest.fixture
def send(people, wave, shop):
    def send_one(**changes):
        call = {"wave": wave, "business": shop, "submission_id": uuid.uuid4(), "answers": some_answers()}
        return record_response(**{**call, "by": people.enumerator_a, "at": NOW, **changes})

    return send_one


def test_an_interview_leaves_an_event_with_its_kecamatan(send, people, shop, wave):
    response, is_new = send(answers=some_answers(note="Suami istri bertengkar"))
    assert is_new
    event = AuditEvent.objects.get(verb=Verb.INTERVIEWED)
    assert (event.district_id, event.actor_id) == (people.a.district.pk, people.enumerator_a.pk)
    assert event.object_id == str(response.pk)
    assert event.object_label == f"{shop.name} – {wave.title}"
    assert event.changes["marketing_channel"] == [None, "online"]
    assert event.changes["platforms"] == [None, "social_media, marketplace"]
    assert event.changes["note"] == [None, "••••"]


def test_the_same_submission_again_is_the_same_interview(send):
    submission = uuid.uuid4()
    first, _ = send(submission_id=submission)
    again, is_new = send(submission_id=submission, answers=some_answers(partnership="independent"))
    assert (again, is_new) == (first, False)
    assert Response.objects.get().partnership == "partnered"
    assert AuditEvent.objects.filter(verb=Verb.INTERVIEWED).count() == 1


def test_another_form_about_the_same_business_finds_the_first(send, people):
    first, _ = send()
    with pytest.raises(AlreadyInterviewed, match="Sudah diwawancarai pada 3 Maret 2026 oleh") as refusal:
        send(by=people.supervisor_a)
    assert refusal.value.existing == first
    assert AuditEvent.objects.filter(verb=Verb.INTERVIEWED).count() == 1


def test_one_form_does_not_serve_two_businesses(send, people):
    submission = uuid.uuid4()
    send(submission_id=submission)
    with pytest.raises(InterviewRefused, match="sudah dipakai untuk wawancara lain"):
        send(submission_id=submission, business=BusinessFactory(ward=people.a.ward))
    assert Response.objects.count() == 1


def test_a_business_is_interviewed_once_a_wave(send):
    send()
    send(wave=WaveFactory())
    assert Response.objects.count() == 2


def test_nobody_interviews_outside_the_own_area(send, people):
    with pytest.raises(InterviewRefused, match="tidak ada di wilayah kerja Anda"):
        send(by=people.enumerator_b)
    assert not Response.objects.exists()


def test_a_reconstructed_row_is_never_interviewed(send, shop):
    shop.is_reconstruction = True
    shop.save()
    with pytest.raises(InterviewRefused):
        send()


@pytest.mark.parametrize(
    ("period", "at", "is_open"),
    [
        ((date(2026, 3, 3), date(2026, 3, 3)), NOW, True),
        ((date(2026, 3, 4), date(2026, 3, 9)), NOW, False),
        # 17.00 UTC is midnight in Jakarta: the next day has begun.
        ((date(2026, 3, 3), date(2026, 3, 3)), NOW.replace(hour=16, minute=59), True),
        ((date(2026, 3, 3), date(2026, 3, 3)), NOW.replace(hour=17, minute=0), False),
    ],
)
def test_the_wave_decides_by_the_day_in_jakarta(send, wave, period, at, is_open):
    wave.period_start, wave.period_end = period
    if is_open:
        assert send(at=at)[1]
    else:
        with pytest.raises(InterviewRefused, match="menerima wawancara pada"):
            send(at=at)


def test_a_reconstructed_wave_takes_no_interview(send, wave):
    wave.is_reconstruction = True
    with pytest.raises(InterviewRefused, match="rekonstruksi"):
        send()


def test_codes_nobody_offers_are_refused_before_anything_is_written(send):
    for answers in (
        some_answers(partnership="friends"),
        some_answers(problems=["fax"]),
        some_answers(mode=""),
    ):
        with pytest.raises(ValueError, match=r"unknown codes|at least one method"):
            send(answers=answers)
    assert not Response.objects.exists()


def test_the_database_refuses_a_choice_no_question_has(send):
    response, _ = send()
    with pytest.raises(IntegrityError):
        ResponseChoice.objects.create(response=response, question="problems", value="website")


class TestCorrecting:
    def change(self, response, people, **changes):
        call = {"expected_version": 1, "by": people.enumerator_a, "at": NOW + timedelta(hours=1)}
        answers = changes.pop("answers")
        return change_response(response=response, answers=answers, **{**call, **changes})

    def test_it_keeps_the_old_answer_in_the_trail(self, send, people):
        response, _ = send()
        changed = self.change(
            response, people, answers=some_answers(partnership="independent", problems=["none", "capital"])
        )
        assert (changed.partnership, changed.version) == ("independent", 2)
        assert choices_of(Response.objects.get())["problems"] == {"none"}
        event = AuditEvent.objects.get(verb=Verb.CHANGED)
        assert event.changes == {
            "partnership": ["partnered", "independent"],
            "problems": ["capital", "none"],
        }

    def test_switching_to_credit_removes_the_reasons(self, send, people):
        """ENU-4"""
        response, _ = send()
        self.change(response, people, answers=some_answers(capital_source="business_credit"))
        assert choices_of(Response.objects.get())["credit_refusal_reasons"] == frozenset()

    def test_nothing_changed_is_nothing_written(self, send, people):
        response, _ = send()
        assert self.change(response, people, answers=some_answers()).version == 1
        assert not AuditEvent.objects.filter(verb=Verb.CHANGED).exists()

    def test_a_page_opened_before_another_correction_is_stale(self, send, people):
        response, _ = send()
        self.change(response, people, answers=some_answers(partnership="independent"))
        with pytest.raises(StaleResponse):
            self.change(response, people, answers=some_answers(partnership=""))
        assert Response.objects.get().partnership == "independent"

    def test_only_the_interviewer_corrects(self, send, people):
        response, _ = send()
        with pytest.raises(InterviewRefused, match="Hanya pewawancaranya"):
            self.change(response, people, answers=some_answers(), by=people.supervisor_a)

    def test_a_closed_wave_is_final(self, send, people):
        response, _ = send()
        with pytest.raises(InterviewRefused, match="sudah ditutup"):
            self.change(response, people, answers=some_answers(), at=NOW + timedelta(days=400))

    def test_the_snapshot_stays(self, send, people, shop):
        response, _ = send()
        shop.annual_sales = 900_000_000_000
        shop.save()
        self.change(response, people, answers=some_answers(partnership=""))
        assert Response.objects.get().scale_pp7 == "unclassified"


def at_the_same_moment(action):
    """Run `action(n)` in as many threads as there are senders, all let go together."""
    gate = Barrier(SENDERS)

    def run(number):
        try:
            gate.wait(timeout=20)
            return action(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(run, range(SENDERS)))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """Real transactions in real threads, on whichever database the suite runs."""

    @pytest.fixture
    def story(self):
        people = make_people()
        return people, WaveFactory(), BusinessFactory(ward=people.a.ward)

    def test_eight_sends_of_one_form_store_one_interview(self, story):
        people, wave, shop = story
        submission = uuid.uuid4()

        def send(number):
            return record_response(
                wave=wave,
                business=shop,
                submission_id=submission,
                answers=some_answers(),
                by=people.enumerator_a,
                at=NOW,
            )

        sent = at_the_same_moment(send)
        assert {response.pk for response, _ in sent} == {Response.objects.get().pk}
        assert [is_new for _, is_new in sent].count(True) == 1
        assert AuditEvent.objects.filter(verb=Verb.INTERVIEWED).count() == 1
        assert ResponseChoice.objects.count() == 7

    def test_eight_people_at_one_door_store_one_interview(self, story):
        people, wave, shop = story

        def send(number):
            try:
                record_response(
                    wave=wave,
                    business=shop,
                    submission_id=uuid.uuid4(),
                    answers=some_answers(),
                    by=people.enumerator_a,
                    at=NOW,
                )
            except AlreadyInterviewed as refusal:
                return refusal.existing.pk
            return None

        found = at_the_same_moment(send)
        assert found.count(None) == 1
        assert set(found) - {None} == {Response.objects.get().pk}

    def test_looking_first_and_then_writing_would_not_do(self, story):
        """The control: all look, nobody finds anything, all write; only the constraint stops seven."""
        _, wave, shop = story
        everybody_looked = Barrier(SENDERS)

        def look_then_write(number):
            found = Response.objects.filter(wave=wave, business=shop).exists()
            everybody_looked.wait(timeout=20)
            if found:
                return "found"
            try:
                ResponseFactory(wave=wave, business=shop)
            except IntegrityError:
                return "stopped by the constraint"
            return "stored"

        outcomes = at_the_same_moment(look_then_write)
        assert outcomes.count("stored") == 1
        assert outcomes.count("stopped by the constraint") == SENDERS - 1
