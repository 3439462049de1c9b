"""Lists of interviews stored at the same moment, and by workers that are killed in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from core.audit_verification import problems
from core.importing import batches
from core.importing.committing import commit_rows
from core.models import AuditEvent, ImportBatch, ImportState, User, Verb
from registry.models import Business
from surveys.actions import record_response
from surveys.models import Response, ResponseChoice, Wave
from tests.factories import UserFactory, WardFactory, WaveFactory
from tests.factories.imports import errors_of
from tests.registry.test_actions_races import at_once
from tests.surveys.importing.making import AT, line, listed, shops
from tests.surveys.interviews import some_answers
from tests.worker_processes import Workers

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 80


@pytest.fixture
def user() -> User:
    user: User = UserFactory(role="supervisor")
    return user


@pytest.fixture
def wave() -> Wave:
    wave: Wave = WaveFactory()
    return wave


@pytest.fixture
def businesses() -> list[Business]:
    return shops(WardFactory(), ROWS, owner=None, registration=None)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    started = Workers(tmp_path, settings_module="tests.surveys.importing.job_settings")
    yield started
    started.end()


def waiting(user: User, wave: Wave, businesses: list[Business]) -> ImportBatch:
    batch = listed(user, wave, [line(business) for business in businesses])
    batches.start_commit(batch, by=user, at=AT)
    return batch


def each_is_there_once(*batches_of: ImportBatch) -> None:
    assert Response.objects.count() == ROWS
    assert Response.objects.values("business").distinct().count() == ROWS
    assert ResponseChoice.objects.count() == ROWS * 6
    assert AuditEvent.objects.filter(verb=Verb.INTERVIEWED).count() == ROWS
    assert AuditEvent.objects.filter(verb=Verb.IMPORTED).count() == len(batches_of)
    assert list(problems()) == []


def test_two_lists_at_once_bring_each_interview_in_once(user, wave, businesses):
    first, second = waiting(user, wave, businesses), waiting(user, wave, businesses[::-1])
    errors = at_once([lambda batch=batch: commit_rows(batch, by=user, at=AT) for batch in (first, second)])
    assert errors == [None, None]
    each_is_there_once(first, second)
    failed = [row for batch in (first, second) for row in batch.rows.filter(outcome="failed")]
    assert len(failed) == ROWS
    assert {errors_of(row)[0][1][:20] for row in failed} == {"Sudah diwawancarai p"}


def test_a_form_that_comes_first_costs_the_list_one_row(user, wave, businesses):
    batch = waiting(user, wave, businesses)
    sent = {"wave": wave, "business": businesses[7], "submission_id": uuid4()}
    record_response(answers=some_answers(), by=user, at=AT, **sent)
    commit_rows(batch, by=user, at=AT)
    each_is_there_once_but(batch, failed=1)


def each_is_there_once_but(batch: ImportBatch, *, failed: int) -> None:
    batch.refresh_from_db()
    assert Response.objects.count() == ROWS
    assert batch.counts["outcome_failed"] == failed
    assert batch.counts["outcome_created"] == ROWS - failed


def is_committed(batch: ImportBatch) -> bool:
    return ImportBatch.objects.values_list("state", flat=True).get(pk=batch.pk) == ImportState.COMMITTED


def test_a_worker_killed_in_the_middle(user: User, wave: Wave, businesses: Any, workers: Workers) -> None:
    batch = waiting(user, wave, businesses)
    first = workers.start()
    workers.until(lambda: Response.objects.count() >= 40)
    first.kill()
    first.wait()
    assert Response.objects.count() < ROWS
    workers.start()
    workers.until(lambda: is_committed(batch))
    each_is_there_once(batch)
