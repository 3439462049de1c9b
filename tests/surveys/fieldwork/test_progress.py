"""The numbers of the field, kecamatan by kecamatan and enumerator by enumerator."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from registry.models import Business
from surveys.actions.fieldwork import withdraw
from surveys.fieldwork_progress import FieldProgress, Tally, field_progress
from surveys.models import Assignment, FieldDevice, Submission, Visit, Wave
from tests.factories import BusinessFactory, ResponseFactory, UserFactory
from tests.surveys.fieldwork.people import (
    DUE,
    NOW,
    TODAY,
    another_enumerator,
    businesses,
    census,
    drawn,
    given,
)

pytestmark = pytest.mark.django_db
numbers = count(1)


def seen(wave: Wave, user: User, day: date = TODAY) -> FieldProgress:
    return field_progress(wave, user=user, day=day)


def visited(wave: Wave, business: Business, by: User, outcome: str, after: int = 0) -> Visit:
    """A visit some hours after the start."""
    at = NOW + timedelta(hours=after)
    visit: Visit = Visit.objects.create(
        wave=wave, business=business, enumerator=by, outcome=outcome, visited_at=at, received_at=at
    )
    return visit


def sent(wave: Wave, business: Business, by: User, state: str = "sent") -> None:
    ResponseFactory(wave=wave, business=business, enumerator=by, state=state)


def telephone(user: User, sent_count: int | None, waiting: int | None = 0) -> FieldDevice:
    device: FieldDevice = FieldDevice.objects.create(
        user=user,
        kind="phone",
        name="Telepon",
        token_hash=f"{next(numbers):064d}",
        created_at=NOW,
        created_by=user,
        sent_count=sent_count,
        waiting_count=waiting,
    )
    return device


def submission(wave: Wave, user: User, device: FieldDevice | None, state: str = "stored") -> None:
    Submission.objects.create(
        instance_id=f"00000000-0000-4000-8000-{next(numbers):012d}",
        door="phone",
        user=user,
        device=device,
        wave=wave,
        payload="{}",
        payload_hash="0",
        received_at=NOW,
        state=state,
        problem="Gelombang sudah ditutup." if state == "held" else "",
    )


def test_every_kecamatan_is_there_and_one_without_interviews_is_marked(people):
    wave = census()
    done, _ = businesses(people.a, "Toko A", "Toko B")
    businesses(people.b, "Toko C")
    sent(wave, done, people.enumerator_a)

    a, b = seen(wave, people.official).districts

    assert (a.district, a.tally.target, a.tally.sent, a.has_none) == (people.a.district, 2, 1, False)
    assert (b.district, b.tally.target, b.tally.sent, b.has_none) == (people.b.district, 1, 0, True)


def test_an_empty_kecamatan_is_listed_and_not_red(people):
    progress = seen(census(), people.official)

    assert [row.tally for row in progress.districts] == [Tally(), Tally()]
    assert not any(row.has_none for row in progress.districts)


def test_each_interview_stands_in_its_state_and_the_states_add_up_to_what_was_sent(people):
    wave = census()
    states = ["sent", "corrected", "returned", "passed", "accepted"]
    for state, business in zip(states, businesses(people.a, *states), strict=True):
        sent(wave, business, people.enumerator_a, state)

    (row,) = seen(wave, people.official).enumerators
    tally = row.tally

    assert (tally.sent, tally.waiting, tally.returned, tally.passed, tally.accepted) == (5, 2, 1, 1, 1)
    assert tally.visited == 5


def test_the_last_visit_tells_what_came_of_a_business_without_an_interview(people):
    wave, who = census(), people.enumerator_a
    first, second, third, fourth = businesses(people.a, "A", "B", "C", "D")
    visited(wave, first, who, "not_found")
    visited(wave, first, who, "refused", after=2)
    visited(wave, second, who, "refused")
    visited(wave, second, who, "closed", after=2)
    visited(wave, third, who, "not_found")
    sent(wave, third, who)
    visited(wave, fourth, who, "moved")

    tally = seen(wave, people.official).total

    assert (tally.visited, tally.sent, tally.refused, tally.others) == (4, 1, 1, 2)


def test_what_is_settled_needs_nobody_to_go_there_again(people):
    wave, who = census(), people.enumerator_a
    interviewed, refused, moved, absent, replaced, open_one = businesses(people.a, *"ABCDEF")
    given(wave, people, 6)
    sent(wave, interviewed, who)
    visited(wave, refused, who, "refused")
    visited(wave, moved, who, "moved")
    visited(wave, absent, who, "not_found")
    visited(wave, replaced, who, "closed")
    visited(wave, replaced, who, "reserve_used", after=1)

    (row,) = seen(wave, people.official, DUE + timedelta(days=1)).enumerators

    assert (row.tally.assigned, row.tally.settled, row.tally.overdue) == (6, 4, 2)
    assert row.tally.replaced == 1
    assert row.next_due == DUE
    assert (row.expected, row.days_behind) == (6, 2)  # four were enough until the 11th
    assert open_one.name == "F"


def test_who_keeps_up_is_not_behind_and_withdrawn_work_does_not_count(people):
    wave = census()
    done, *_ = businesses(people.a, *"ABCDEFGHIJK")
    given(wave, people, 11)  # one a day until the 13th
    sent(wave, done, people.enumerator_a)
    tomorrow, fifth = TODAY + timedelta(days=1), TODAY + timedelta(days=4)

    assert seen(wave, people.official, tomorrow).enumerators[0].days_behind == 0
    assert seen(wave, people.official, fifth).enumerators[0].days_behind == 3

    rest = Assignment.objects.exclude(business=done)
    withdraw(wave=wave, assignments=rest, by=people.supervisor_a, at=NOW)
    (row,) = seen(wave, people.official, fifth).enumerators
    assert (row.tally.assigned, row.days_behind) == (1, 0)


def test_an_interview_counts_for_who_made_it_and_the_assignment_for_who_has_it(people):
    wave, second = census(), another_enumerator(people.a)
    (business,) = businesses(people.a, "Toko A")
    given(wave, people, 1)
    sent(wave, business, second)

    rows = {row.enumerator: row.tally for row in seen(wave, people.official).enumerators}

    assert (rows[people.enumerator_a].assigned, rows[people.enumerator_a].settled) == (1, 1)
    assert (rows[people.enumerator_a].sent, rows[second].sent) == (0, 1)


def test_a_telephone_that_says_more_than_the_server_has_is_told(people):
    wave = census()
    (business,) = businesses(people.a, "Toko A")
    sent(wave, business, people.enumerator_a)
    device = telephone(people.enumerator_a, sent_count=2, waiting=3)
    submission(wave, people.enumerator_a, device)

    (row,) = seen(wave, people.official).enumerators
    assert row.is_missing
    assert (row.devices[0].sent, row.devices[0].waiting, row.devices[0].stored) == (2, 3, 1)

    submission(wave, people.enumerator_a, device)
    assert not seen(wave, people.official).enumerators[0].is_missing


def test_a_revoked_telephone_and_one_that_never_told_are_no_alarm(people):
    wave = census()
    (business,) = businesses(people.a, "Toko A")
    sent(wave, business, people.enumerator_a)
    telephone(people.enumerator_a, sent_count=None, waiting=None)
    revoked = telephone(people.enumerator_a, sent_count=9)
    revoked.revoked_at, revoked.revoked_by = NOW, people.supervisor_a
    revoked.save()

    (row,) = seen(wave, people.official).enumerators

    assert len(row.devices) == 1
    assert not row.is_missing


def test_held_submissions_are_counted_in_the_area(people):
    wave = census()
    submission(wave, people.enumerator_a, None, "held")
    submission(wave, people.enumerator_b, None, "held")
    submission(wave, people.enumerator_a, None, "discarded")

    assert seen(wave, people.official).held == 2
    local = seen(wave, people.supervisor_a)
    assert (local.held, [row.enumerator for row in local.enumerators]) == (1, [people.enumerator_a])


def test_a_local_reader_sees_the_own_area_alone(people):
    wave = census()
    here, there = businesses(people.a, "A") + businesses(people.b, "B")
    sent(wave, here, people.enumerator_a)
    sent(wave, there, people.enumerator_b)
    visited(wave, there, people.enumerator_b, "refused")

    progress = seen(wave, people.supervisor_a)

    assert [row.district for row in progress.districts] == [people.a.district]
    assert [row.enumerator for row in progress.enumerators] == [people.enumerator_a]
    assert progress.total.sent == 1


def test_the_response_rate_by_stratum_leaves_out_who_is_no_business_there_any_more(people):
    wave, who = census(design="sample"), people.enumerator_a
    listed = businesses(people.a, *"ABCDE")
    for business in listed:
        drawn(wave, business)
    sent(wave, listed[0], who)
    visited(wave, listed[1], who, "closed")
    visited(wave, listed[2], who, "refused")
    outside = BusinessFactory(ward=people.a.ward)
    sent(wave, outside, who)

    progress = seen(wave, people.official)
    assert progress.rates is not None
    total = progress.rates.total

    assert (total.entries, total.ineligible, total.eligible, total.interviews) == (5, 1, 4, 1)
    assert total.rate == "25,0\u00a0%"
    assert (progress.total.target, progress.outside) == (5, 1)
    assert seen(census(code="lain"), people.official).rates is None


def queries_of(wave: Wave, user: User) -> int:
    with CaptureQueriesContext(connection) as queries:
        seen(wave, user)
    return len(queries)


@pytest.mark.parametrize("design", ["census", "sample"])
def test_the_page_costs_the_same_number_of_queries_whatever_there_is(people, design):
    wave, whole_city = census(design=design), UserFactory(role="supervisor")
    first = BusinessFactory.create_batch(3, ward=people.a.ward)
    for business in first:
        drawn(wave, business)
    given(wave, people, 3)
    sent(wave, first[0], people.enumerator_a)
    visited(wave, first[1], people.enumerator_a, "refused")
    before = queries_of(wave, whole_city)

    for business in BusinessFactory.create_batch(300, ward=people.b.ward):
        drawn(wave, business)
        visited(
            wave,
            business,
            another_enumerator(people.b) if business.pk % 30 == 0 else people.enumerator_b,
            "closed",
        )
    assert queries_of(wave, whole_city) == before == (11 if design == "census" else 13)
