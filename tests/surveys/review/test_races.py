"""Two reviewers at once, and a review against a correction: one wins, the other is told. With controls."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from core.models import AuditEvent
from core.roles import Role
from surveys.actions import InterviewRefused, StaleResponse, change_response, reviewing
from surveys.actions.reviewing import AcceptanceFilter, accept_responses, pass_response, return_response
from surveys.models import Response, Review
from tests.factories import ResponseFactory, UserFactory
from tests.registry.test_actions_races import PATIENCE, at_once
from tests.surveys.interviews import NOW, some_answers

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(**kwargs: object) -> Response:
    return ResponseFactory(**{"state": "sent", "enumerator": UserFactory(role=Role.ENUMERATOR)} | kwargs)


def decisions(response: Response) -> list[Callable[[], object]]:
    one, other = (UserFactory(role=Role.SUPERVISOR) for _ in range(2))
    return [
        lambda: return_response(response=response, expected_version=1, note="Periksa lagi.", by=one, at=NOW),
        lambda: pass_response(response=response, expected_version=1, by=other, at=NOW),
    ]


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read before either writes."""
    both_have_read = threading.Barrier(2, timeout=PATIENCE)

    def read(response: Response, *args: object) -> Response:
        current = Response.objects.select_related("wave", "business", "questionnaire").get(pk=response.pk)
        both_have_read.wait()
        return current

    monkeypatch.setattr(reviewing, "_locked", read)


def test_two_reviewers_at_once_one_decides():
    response = waiting()
    errors = at_once(decisions(response))
    assert [type(error) for error in errors if error] == [StaleResponse]
    response.refresh_from_db()
    assert Review.objects.get().verdict == response.state
    assert AuditEvent.objects.filter(verb__in=["returned", "passed"]).count() == 1


def test_control_without_the_lock_both_decide(monkeypatch):
    response = waiting()
    without_lock(monkeypatch)
    tasks = decisions(response)
    monkeypatch.setattr(reviewing, "_decide", reviewing._decide.__wrapped__)
    assert at_once(tasks) == [None, None]
    assert Review.objects.count() == 2


@pytest.mark.parametrize("_", range(4))
def test_a_review_against_a_correction(_):
    response, supervisor = waiting(), UserFactory(role=Role.SUPERVISOR)
    passing, changing = at_once(
        [
            lambda: pass_response(response=response, expected_version=1, by=supervisor, at=NOW),
            lambda: change_response(
                response=response,
                answers=some_answers(marketing_channel="both"),
                expected_version=1,
                by=response.enumerator,
                at=NOW,
            ),
        ]
    )
    response.refresh_from_db()
    if passing is None:
        assert isinstance(changing, InterviewRefused)
        assert (response.state, response.marketing_channel) == ("passed", "offline")
    else:
        assert (type(passing), changing) == (StaleResponse, None)
        assert (response.state, response.marketing_channel) == ("sent", "both")
    assert response.version == 2


def test_many_accepted_at_once_by_two_are_accepted_once():
    for _ in range(6):
        waiting(state="passed")
    officials = [UserFactory(role=Role.OFFICIAL) for _ in range(2)]
    errors = at_once(
        [
            lambda official=official: accept_responses(chosen=AcceptanceFilter(), by=official, at=NOW)
            for official in officials
        ]
    )
    assert errors == [None, None]
    assert Response.objects.counted().count() == Review.objects.count() == 6
    assert AuditEvent.objects.filter(verb="accepted").count() == 6
