"""A second interview is compared with the first, is never counted, and stands in nobody's way."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from dashboards.aggregates import Filters, wave_report
from surveys.actions import InterviewRefused
from surveys.actions.back_checks import AlreadyBackChecked, record_back_check
from surveys.actions.reviewing import accept_response
from surveys.back_checks import back_checks_of, comparison, drawn, mismatches
from surveys.models import Response
from tests.dashboards.reading import words
from tests.factories import BusinessFactory, ResponseFactory, UserFactory, WaveFactory
from tests.registry.test_actions_races import at_once
from tests.surveys.interviews import NOW, form_data, some_answers
from tests.surveys.review.making import LATER, recorded, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _third_of_march(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def wave(people):
    return WaveFactory(code="survei-2026", title="Survei UMKM 2026")


def checked(first: Response, by, submission_id=None, **answers) -> Response:
    given = {"submission_id": submission_id or uuid.uuid4(), "answers": some_answers(**answers), "at": LATER}
    return record_back_check(first=first, by=by, **given)[0]


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestTheSecondInterview:
    def test_it_is_linked_and_never_counted(self, people, wave):
        first = recorded(people, wave)
        again = checked(first, people.supervisor_a, partnership="independent")
        assert (again.state, again.back_check_of, again.questionnaire) == (
            "back_check",
            first,
            first.questionnaire,
        )
        report = wave_report(wave, user=people.official, filters=Filters())
        assert (report.interviewed, report.waiting) == (0, 1)
        accept_response(response=first, expected_version=1, by=people.official, at=LATER)
        report = wave_report(wave, user=people.official, filters=Filters())
        assert (report.interviewed, report.waiting) == (1, 0)
        assert AuditEvent.objects.filter(object_label__startswith="Wawancara ulang:").count() == 1

    def test_sent_twice_it_is_one(self, people, wave):
        first, form = recorded(people, wave), uuid.uuid4()
        assert checked(first, people.supervisor_a, form) == checked(first, people.supervisor_a, form)
        with pytest.raises(InterviewRefused, match="Sudah diwawancarai ulang"):
            checked(first, UserFactory(role="supervisor"))

    def test_by_somebody_else_who_reviews_there(self, people, wave):
        own = recorded(people, wave, by=people.supervisor_a)
        with pytest.raises(InterviewRefused, match="orang lain"):
            checked(own, people.supervisor_a)
        with pytest.raises(PermissionDenied):
            checked(own, people.enumerator_a)
        with pytest.raises(Response.DoesNotExist):
            checked(own, people.supervisor_b)
        with pytest.raises(InterviewRefused, match="sendiri wawancara ulang"):
            checked(checked(own, UserFactory(role="supervisor")), people.supervisor_a)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one():
    supervisors = [UserFactory(role="supervisor") for _ in range(2)]
    first = sent_by_somebody()
    errors = at_once([lambda by=by: checked(first, by) for by in supervisors])
    assert sorted(error is None for error in errors) == [False, True]
    assert all(isinstance(error, InterviewRefused | AlreadyBackChecked) for error in errors if error)
    assert first.back_checks.count() == 1


def sent_by_somebody() -> Response:
    return ResponseFactory(state="sent", enumerator=UserFactory(role="enumerator"))


class TestBesideEachOther:
    def test_question_by_question(self, people, wave):
        first = recorded(people, wave, platforms=["social_media", "marketplace"], note="Ramai.")
        again = checked(
            first,
            people.supervisor_a,
            partnership="",
            platforms=["marketplace", "social_media"],
            mode="indirect",
            methods=["observation"],
        )
        compared = comparison(Response.objects.get(pk=again.pk))
        assert {(one.label, one.first, one.second) for one in compared.answers if not one.is_same} == {
            ("Kemitraan", "Bermitra", "Tidak menjawab")
        }
        assert not {"Catatan pewawancara", "Metode", "Cara pendataan"} & {
            one.label for one in compared.answers
        }

    def test_what_was_asked_only_once_is_not_compared(self, people, wave):
        first = recorded(people, wave)
        again = checked(first, people.supervisor_a, capital_source="both")
        compared = comparison(again)
        assert compared.different == 1
        assert "Alasan tidak memakai kredit" not in {one.label for one in compared.answers}

    def test_a_correction_of_the_first_is_what_counts(self, people, wave):
        first = recorded(people, wave, partnership="independent")
        again = checked(first, people.supervisor_a)
        assert comparison(again).different == 1
        Response.objects.filter(pk=first.pk).update(partnership="partnered")
        assert comparison(Response.objects.get(pk=again.pk)).different == 0

    def test_by_enumerator_with_its_n(self, people, wave):
        other = UserFactory(role="enumerator", full_name="Enumerator Cermat")
        for number in range(5):
            checked(
                recorded(people, wave), people.supervisor_a, revenue_trend="stable" if number else "increased"
            )
        checked(recorded(people, wave, by=other), people.supervisor_a)
        found = mismatches(map(comparison, back_checks_of(wave, people.supervisor_a)))
        assert [(one.enumerator, one.back_checks, one.different) for one in found] == [
            (people.enumerator_a, 5, 4),
            (other, 1, 0),
        ]
        assert found[0].text == "4 dari 50 jawaban (8,0\u00a0%)"
        assert (found[1].is_small, found[1].text) == (True, "0 dari 10 jawaban")

    def test_elsewhere_is_elsewhere(self, people, wave):
        checked(recorded(people, wave), people.supervisor_a)
        assert not back_checks_of(wave, people.supervisor_b).exists()


class TestTheDraw:
    def test_the_same_seed_shows_the_same_list(self, people, wave):
        for _ in range(20):
            sent(people, wave)
        until = NOW + timedelta(days=1)
        list_of_seven = drawn(wave, people.supervisor_a, seed=7, until=until, count=5)
        checked(list_of_seven[0], people.supervisor_a)
        sent(people, wave, received_at=until)  # tomorrow's
        assert drawn(wave, people.supervisor_a, seed=7, until=until, count=5) == list_of_seven
        assert drawn(wave, people.supervisor_a, seed=8, until=until, count=5) != list_of_seven
        assert drawn(wave, people.supervisor_a, seed=7, until=until, count=8)[:5] == list_of_seven
        assert len(drawn(wave, people.supervisor_a, seed=7, until=until, percent=11)) == 3

    def test_over_many_seeds_everybody_is_drawn(self, people, wave):
        responses = [sent(people, wave) for _ in range(6)]
        picked = [drawn(wave, people.supervisor_a, seed=seed, until=LATER, count=1)[0] for seed in range(60)]
        assert set(picked) == set(responses)


class TestPages:
    def test_from_the_review_to_the_comparison(self, people, wave):
        business = BusinessFactory(ward=people.a.ward, name="Warung Satu")
        first = recorded(people, wave, business=business)
        client = as_user(people.supervisor_a)
        form = reverse("surveys:back-check-create", args=[first.public_id])
        assert form in client.get(reverse("surveys:review-detail", args=[first.public_id])).content.decode()
        assert "Wawancara ulang: Warung Satu" in words(client.get(form))
        answer = client.post(form, form_data(consent="yes", partnership="independent"), follow=True)
        assert "1 dari 10 jawaban berbeda." in words(answer)
        assert "Kemitraan Bermitra Individu (tidak bermitra) Berbeda" in words(answer)
        again = as_user(UserFactory(role="supervisor")).post(form, form_data(consent="yes"))
        assert again.status_code == 409
        assert "Sudah diwawancarai ulang" in words(client.get(form))

    def test_who_is_not_willing_is_left_alone(self, people, wave):
        first = recorded(people, wave)
        form = reverse("surveys:back-check-create", args=[first.public_id])
        answer = as_user(people.supervisor_a).post(form, form_data(consent="no"), follow=True)
        assert "tidak ada yang disimpan" in words(answer)
        assert not first.back_checks.exists()

    def test_the_list_says_what_is_few_and_draws(self, people, wave):
        checked(recorded(people, wave), people.supervisor_a, revenue_trend="stable")
        sent(people, wave)
        address = reverse("surveys:back-check-list", args=[wave.code])
        asked = {"seed": "7", "size": "100", "unit": "percent", "until": "03/03/2026"}
        page = words(as_user(people.supervisor_a).get(address, asked))
        assert "1 dari 10 jawaban – n kecil" in page
        assert page.count(": wawancarai ulang") == 1
        assert "sudah" in page

    @pytest.mark.parametrize(
        "asked", [{"size": "0"}, {"size": "101"}, {"seed": "x"}, {"until": "31/02/2026"}]
    )
    def test_what_cannot_be_drawn_is_said(self, people, wave, asked):
        address = reverse("surveys:back-check-list", args=[wave.code])
        query = {"seed": "7", "size": "5", "unit": "percent", "until": "03/03/2026"} | asked
        answer = as_user(people.supervisor_a).get(address, query)
        assert answer.status_code == 200
        assert "invalid-feedback" in answer.content.decode()

    def test_three_and_twelve_cost_the_same(self, people, wave, django_assert_max_num_queries):
        client, address = as_user(people.supervisor_a), reverse("surveys:back-check-list", args=[wave.code])
        client.get(address)
        for count in (3, 9):
            for _ in range(count):
                checked(recorded(people, wave), people.supervisor_a)
            with django_assert_max_num_queries(9):
                client.get(address)
