"""An interview that waits, and the people who look at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from core.models import User
from surveys.actions import change_response, record_response
from surveys.actions.reviewing import pass_response, return_response
from surveys.models import Response, Review, Wave
from tests.factories import BusinessFactory, ResponseFactory
from tests.people import People
from tests.surveys.interviews import NOW, some_answers

LATER = NOW + timedelta(hours=1)


def sent(people: People, wave: Wave, **kwargs: Any) -> Response:
    """Interviewed by enumerator A in kecamatan A."""
    business = kwargs.pop("business", None) or BusinessFactory(ward=people.a.ward)
    state = {"state": "sent", "enumerator": people.enumerator_a, "received_at": NOW}
    return ResponseFactory(**{"wave": wave, "business": business} | state | kwargs)


def recorded(people: People, wave: Wave, **changes: Any) -> Response:
    """By the action, with its answers and flags."""
    business = changes.pop("business", None) or BusinessFactory(ward=people.a.ward)
    by, more = changes.pop("by", people.enumerator_a), changes.pop("more", {})
    return record_response(
        wave=wave,
        business=business,
        submission_id=uuid4(),
        answers=some_answers(**changes),
        by=by,
        at=NOW,
        **more,
    )[0]


def returned(response: Response, by: User, **kwargs: Any) -> Review:
    given = {"expected_version": response.version, "note": "Tanyakan lagi kanal pemasarannya.", "at": LATER}
    review = return_response(**{"response": response, "by": by} | given | kwargs)
    response.refresh_from_db()
    return review


def passed(response: Response, by: User, **kwargs: Any) -> Review:
    given = {"expected_version": response.version, "at": LATER}
    review = pass_response(**{"response": response, "by": by} | given | kwargs)
    response.refresh_from_db()
    return review


def corrected(response: Response, **changes: Any) -> Response:
    change_response(
        response=response,
        answers=some_answers(**changes),
        expected_version=response.version,
        by=response.enumerator,
        at=LATER,
    )
    response.refresh_from_db()
    return response
