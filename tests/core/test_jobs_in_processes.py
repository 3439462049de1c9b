"""Workers as real processes, killed and frozen in the middle: nothing is lost, nothing is done twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from core import jobs
from core.models import Job, JobState, Worker
from tests.core import job_settings
from tests.factories import UserFactory
from tests.worker_processes import PATIENCE, Workers

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]
# A process frozen inside a transaction of SQLite holds up every writer, whatever we do.
PLACES = [False, True] if ON_POSTGRESQL else [False]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE written (number integer NOT NULL, worker varchar(100) NOT NULL)")
    started = Workers(tmp_path, settings_module="tests.core.job_settings")
    yield started
    started.end()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE written")


@pytest.fixture(autouse=True)
def _kinds_of_jobs(settings: Any) -> None:
    settings.JOB_HANDLERS = job_settings.JOB_HANDLERS


def written() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM written ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


def job(kind: str = "write", **payload: Any) -> Job:
    return jobs.enqueue(kind, payload, by=UserFactory(), at=AT)


def state(asked: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=asked.pk)


ALL_ONCE = list(range(1, 1_001))


def test_a_job_whose_worker_is_killed_is_taken_up_where_it_stopped(workers: Workers) -> None:
    asked = job(pace=0.05)
    first = workers.start()
    workers.until(lambda: len(written()) >= 250)
    first.kill()
    first.wait()
    assert len(written()) < 1_000

    workers.start()
    workers.until(lambda: state(asked) == JobState.DONE)

    assert written() == ALL_ONCE
    asked.refresh_from_db()
    assert (asked.attempts, asked.done, asked.total) == (2, 1_000, 1_000)


def freeze_in_the_middle(workers: Workers, asked: Job) -> subprocess.Popen[bytes]:
    """A worker stopped for longer than its lease after 250 rows, and another that takes over and ends."""
    zombie = workers.start()
    workers.until(lambda: len(written()) == 250)
    time.sleep(0.3)
    zombie.send_signal(signal.SIGSTOP)
    workers.start()
    workers.until(lambda: state(asked) == JobState.DONE)
    return zombie


@pytest.mark.parametrize("inside", PLACES)
def test_a_frozen_worker_that_wakes_up_writes_nothing_more(workers: Workers, inside: bool) -> None:
    asked = job(rest_after=250, rest=5, inside=inside)
    zombie = freeze_in_the_middle(workers, asked)
    assert written() == ALL_ONCE

    zombie.send_signal(signal.SIGCONT)
    workers.until(lambda: "lost to another worker" in workers.said())
    zombie.terminate()
    assert zombie.wait(PATIENCE) == 0

    assert written() == ALL_ONCE
    assert state(asked) == JobState.DONE


def test_control_without_the_fence_the_frozen_worker_writes_rows_twice(workers: Workers) -> None:
    asked = job("write_unfenced", rest_after=250, rest=5)
    zombie = freeze_in_the_middle(workers, asked)

    zombie.send_signal(signal.SIGCONT)
    workers.until(lambda: len(written()) > 1_000)

    assert written() != ALL_ONCE


def test_a_worker_told_to_end_finishes_its_chunk_and_gives_the_job_back(workers: Workers) -> None:
    asked = job(pace=0.05)
    first = workers.start()
    workers.until(lambda: len(written()) >= 100)
    first.terminate()
    assert first.wait(PATIENCE) == 0

    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.done) == (JobState.QUEUED, 0, len(written()))
    assert 100 <= len(written()) < 1_000
    assert not Worker.objects.exists()

    assert workers.start("--once").wait(PATIENCE) == 0
    assert written() == ALL_ONCE
    assert state(asked) == JobState.DONE


def test_a_cancelled_job_ends_at_its_next_chunk_and_keeps_those_before(workers: Workers) -> None:
    asked = job(pace=0.05)
    workers.start()
    workers.until(lambda: len(written()) >= 100)
    assert jobs.worker_seen()

    jobs.request_cancel(asked, at=AT)
    workers.until(lambda: state(asked) == JobState.CANCELLED)

    asked.refresh_from_db()
    assert written() == list(range(1, asked.done + 1))
    assert 100 <= asked.done < 1_000


def test_many_workers_never_take_one_job(workers: Workers) -> None:
    for number in range(60):
        job("sign", number=number)

    processes = [workers.start("--once") for _ in range(3)]

    assert [process.wait(PATIENCE) for process in processes] == [0, 0, 0]
    assert written() == list(range(60))
    assert set(Job.objects.values_list("state", "attempts")) == {(JobState.DONE, 1)}
    assert workers.said().count(": done after") == 60
