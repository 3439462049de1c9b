"""The worklist of likely doubles: filled from the whole register, decided once, back when a name changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from core import jobs
from registry import actions
from registry.duplicates.pairs import all_pairs, dismissed_with
from registry.duplicates.worklist import fill_worklist
from registry.models import Business, DuplicatePair, PairState
from tests.factories import BusinessFactory, UserFactory
from tests.people import People

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
REASON = "Dua usaha milik saudara"


@pytest.fixture
def doubles(people: People) -> tuple[Business, Business]:
    first = BusinessFactory(name="Warung Sari Rasa", owner__name="Siti Aminah", ward=people.a.ward)
    second = BusinessFactory(name="Wrg Sari Raas", owner__name="Siti Aminah", ward=people.a.ward)
    for business in (first, second):  # two NIK speak against it
        business.owner.national_id = None
        business.owner.save()
    BusinessFactory(name="Bengkel Maju", ward=people.a.ward)
    return first, second


def the_pair() -> DuplicatePair:
    return DuplicatePair.objects.get()


def test_the_whole_register_is_looked_through(doubles: tuple[Business, Business]) -> None:
    assert fill_worklist(at=AT) == (1, 1)
    pair = the_pair()
    assert (pair.first, pair.second, pair.state) == (*doubles, PairState.OPEN)
    assert pair.score >= 80
    assert pair.evidence == "name owner ward"
    assert fill_worklist(at=LATER) == (1, 0)
    assert the_pair().found_at == AT


def test_a_pair_that_is_none_any_more_leaves_the_list(doubles: tuple[Business, Business]) -> None:
    fill_worklist(at=AT)
    Business.objects.filter(pk=doubles[1].pk).update(name="Bengkel Lain")
    fill_worklist(at=LATER)
    assert not DuplicatePair.objects.exists()


def test_a_dismissed_pair_stays_so_until_a_name_changes(doubles: tuple[Business, Business]) -> None:
    first, second = doubles
    by = UserFactory()
    fill_worklist(at=AT)
    actions.dismiss_pair(one=first, other=second, by=by, at=AT, reason=REASON)
    assert fill_worklist(at=LATER) == (1, 0)
    pair = the_pair()
    assert (pair.state, pair.decided_by, pair.reason) == (PairState.NOT_DUPLICATE, by, REASON)
    assert dismissed_with(first) == {second.pk}
    assert dismissed_with(second) == {first.pk}

    Business.objects.filter(pk=second.pk).update(name="Warung Sari Rasaa")
    assert dismissed_with(first) == set()
    assert fill_worklist(at=LATER) == (1, 1)
    assert (the_pair().state, the_pair().decided_by, the_pair().found_at) == (PairState.OPEN, None, LATER)


def test_an_open_pair_is_decided_once_and_with_a_reason(doubles: tuple[Business, Business]) -> None:
    fill_worklist(at=AT)
    with pytest.raises(actions.Incomplete):
        actions.dismiss_pair(one=doubles[0], other=doubles[1], by=UserFactory(), at=AT, reason="beda")
    actions.dismiss_pair(one=doubles[0], other=doubles[1], by=UserFactory(), at=AT, reason=REASON)
    with pytest.raises(actions.WrongState, match="sudah dinyatakan"):
        actions.dismiss_pair(one=doubles[0], other=doubles[1], by=UserFactory(), at=AT, reason=REASON)


def test_what_was_merged_is_paired_no_more(doubles: tuple[Business, Business]) -> None:
    first, second = doubles
    actions.merge_businesses(
        winner=first, loser=second, take=[], versions=(1, 1), by=UserFactory(), at=AT, reason=REASON
    )
    assert all_pairs() == []
    assert fill_worklist(at=LATER) == (0, 0)
    assert the_pair().state == PairState.MERGED


def test_a_pair_is_seen_by_who_sees_both(doubles: tuple[Business, Business], people: People) -> None:
    fill_worklist(at=AT)

    def seen_by(user: object) -> bool:
        return DuplicatePair.objects.for_user(user).exists()  # type: ignore[arg-type]

    assert seen_by(people.registrar_a)
    assert seen_by(people.administrator)
    assert not seen_by(people.registrar_b)
    Business.objects.filter(pk=doubles[1].pk).update(ward=people.b.ward, district=people.b.district)
    assert not seen_by(people.registrar_a)
    assert not seen_by(people.registrar_b)
    assert seen_by(people.administrator)


def test_the_search_runs_as_a_job_and_as_a_command(
    doubles: tuple[Business, Business], people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs.enqueue("duplicates", {}, by=people.registrar_a, at=AT)
    running = jobs.claim("pekerja")
    assert running is not None
    jobs.run(running)
    running.job.refresh_from_db()
    assert (running.job.state, running.job.done, running.job.total) == ("done", 1, 1)
    assert the_pair().state == PairState.OPEN
    call_command("find_duplicates")
    assert "1 pasangan mungkin ganda, 0 baru" in capsys.readouterr().out
