"""The rules of the queue: who may take a job, how it ends, who may ask about it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from core import jobs
from core.models import Job, JobState, Worker
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


def passes(job: jobs.RunningJob) -> None:
    with transaction.atomic():
        job.checkpoint(2, 4)


def gives_a_reason(job: jobs.RunningJob) -> None:
    raise jobs.JobFailed("Berkasnya kosong.")


def breaks(job: jobs.RunningJob) -> None:
    raise ZeroDivisionError


def finds_the_database_busy(job: jobs.RunningJob) -> None:
    raise OperationalError("database is locked")


@pytest.fixture(autouse=True)
def _kinds(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.JOB_HANDLERS = {
        function.__name__: function for function in (passes, gives_a_reason, breaks, finds_the_database_busy)
    }
    monkeypatch.setattr(jobs, "import_string", lambda handler: handler)
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "close", lambda: None)  # the test's transaction stays


def enqueued(kind: str = "passes", **fields: Any) -> Job:
    job = jobs.enqueue(kind, {"id": 7}, by=UserFactory(), at=AT)
    Job.objects.filter(pk=job.pk).update(**fields)
    return job


def worked_off(job: Job) -> Job:
    running = jobs.claim("uji")
    assert running is not None
    jobs.run(running)
    job.refresh_from_db()
    return job


def test_a_job_is_done_and_says_how_far_it_came():
    job = worked_off(enqueued())

    assert (job.state, job.done, job.total, job.percent, job.attempts) == ("done", 2, 4, 50, 1)
    assert job.lease is None
    assert job.started_at <= job.finished_at
    assert jobs.claim("uji") is None


def test_jobs_are_taken_in_their_order_and_each_by_one_worker_only():
    first, second = enqueued(), enqueued()

    taken = [jobs.claim("satu"), jobs.claim("dua"), jobs.claim("tiga")]

    assert [running and running.job for running in taken] == [first, second, None]


def test_a_job_of_a_silent_worker_is_taken_only_after_its_lease():
    job = enqueued()
    jobs.claim("satu")
    assert jobs.claim("dua") is None

    Job.objects.update(lease_until=Now() - timedelta(seconds=1))

    assert jobs.claim("dua").job == job


def test_a_job_that_killed_five_workers_is_given_up():
    job = enqueued(state=JobState.RUNNING, attempts=5, lease_until=Now() - timedelta(seconds=1))

    assert jobs.claim("uji") is None

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", jobs.TOO_OFTEN)


def test_the_reason_of_a_handler_is_kept_and_it_is_not_tried_again():
    job = worked_off(enqueued("gives_a_reason"))

    assert (job.state, job.error, job.attempts) == ("failed", "Berkasnya kosong.", 1)


def test_an_error_of_the_program_is_logged_and_not_shown(caplog):
    job = worked_off(enqueued("breaks"))

    assert (job.state, job.error) == ("failed", jobs.UNEXPECTED)
    assert "ZeroDivisionError" in caplog.text


def test_a_busy_database_gets_another_attempt_later_and_not_for_ever():
    job = worked_off(enqueued("finds_the_database_busy"))
    assert (job.state, job.attempts) == ("queued", 1)
    assert jobs.claim("uji") is None

    Job.objects.update(attempts=4, lease_until=None)

    assert (worked_off(job).state, job.error) == ("failed", jobs.DATABASE_TROUBLE)


def test_a_kind_nobody_handles_is_refused_at_the_door_and_fails_in_the_queue(settings):
    with pytest.raises(ValueError, match="no handler for dance"):
        enqueued("dance")
    job = enqueued()
    settings.JOB_HANDLERS = {}

    assert (worked_off(job).state, job.error) == ("failed", jobs.UNKNOWN_KIND)


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_outside_a_transaction_is_a_mistake():
    enqueued()

    with pytest.raises(transaction.TransactionManagementError):
        jobs.claim("uji").checkpoint(1)


@transaction.atomic
def write_a_chunk(running: jobs.RunningJob) -> None:
    Worker.objects.create(name="chunk", seen_at=AT)
    running.checkpoint(3)


def test_a_lost_lease_rolls_the_chunk_back():
    job = enqueued()
    zombie = jobs.claim("satu")
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.claim("dua")

    with pytest.raises(jobs.LostLease):
        write_a_chunk(zombie)

    assert not Worker.objects.exists()
    with pytest.raises(jobs.LostLease):
        zombie.end(JobState.DONE)
    job.refresh_from_db()
    assert (job.state, job.worker, job.done) == ("running", "dua", 0)


@transaction.atomic
def last_words(running: jobs.RunningJob) -> None:
    Worker.objects.create(name="the end", seen_at=AT)
    running.hold()


def test_only_who_holds_the_job_has_the_last_word():
    enqueued()
    zombie = jobs.claim("satu")
    last_words(zombie)
    assert Worker.objects.count() == 1

    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.claim("dua")
    Worker.objects.all().delete()
    with pytest.raises(jobs.LostLease):
        last_words(zombie)

    assert not Worker.objects.exists()


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_is_left_alone():
    waiting, ended = enqueued(), enqueued(state=JobState.DONE)

    for job in (waiting, ended):
        jobs.request_cancel(job, at=AT)

    assert (waiting.state, waiting.finished_at) == ("cancelled", AT)
    assert (ended.state, ended.cancel_requested) == ("done", False)


def test_a_running_job_hears_of_the_cancellation_at_its_next_checkpoint():
    job = enqueued()
    running = jobs.claim("uji")
    jobs.request_cancel(job, at=AT)

    with pytest.raises(jobs.Cancelled):
        write_a_chunk(running)
    assert jobs.run(running) == "cancelled"

    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 0)


def test_a_heartbeat_renews_the_lease_but_not_at_every_call(monkeypatch, django_assert_num_queries):
    enqueued()
    running = jobs.claim("uji")
    Job.objects.update(lease_until=Now())
    with django_assert_num_queries(0):
        running.heartbeat()

    running._renewed -= 30
    running.heartbeat()

    assert Job.objects.filter(lease_until__gt=Now() + timedelta(seconds=30)).exists()


def test_a_worker_is_seen_while_it_gives_signs_of_life_or_holds_a_job():
    assert not jobs.worker_seen()
    jobs.note_worker("uji")
    jobs.note_worker("uji")
    assert jobs.worker_seen()
    Worker.objects.update(seen_at=Now() - 2 * jobs.SEEN_WITHIN)
    assert not jobs.worker_seen()

    enqueued()
    jobs.claim("uji")
    assert jobs.worker_seen()


def test_a_worker_nobody_heard_of_for_a_day_is_forgotten():
    Worker.objects.create(name="lama", seen_at=AT)

    jobs.note_worker("uji")

    assert [worker.name for worker in Worker.objects.all()] == ["uji"]


def status(job: Job, user: Any, **headers: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("core:job-status", args=[job.public_id]), headers=headers)


def test_the_creator_is_told_how_far_the_job_is():
    job = enqueued(state=JobState.RUNNING, done=500, total=1_500)

    answer = status(job, job.created_by)

    assert answer.json() == {
        "state": "running",
        "label": "Sedang berjalan",
        "done": 500,
        "total": 1_500,
        "percent": 33,
        "error": "",
        "cancel_requested": False,
        "ended": False,
        "worker_seen": False,
    }
    assert "no-store" in answer["Cache-Control"]


def test_htmx_gets_a_piece_of_page_that_asks_again_until_the_job_has_ended():
    job = enqueued(state=JobState.RUNNING, done=500, total=1_500)

    piece = status(job, job.created_by, **HTMX).content.decode()
    assert "500 dari 1.500" in piece
    assert "hx-get" in piece
    assert "Pekerja latar tidak berjalan" in piece

    Job.objects.update(state=JobState.FAILED, error="Berkasnya kosong.")
    piece = status(job, job.created_by, **HTMX).content.decode()
    assert "Berkasnya kosong." in piece
    assert "hx-get" not in piece
    assert "tidak berjalan" not in piece


def test_nobody_else_learns_of_the_job():
    job = enqueued()

    assert status(job, UserFactory()).status_code == 404
    assert Client().get(reverse("core:job-status", args=[job.public_id])).status_code == 302
    missing = reverse("core:job-status", args=[uuid.uuid4()])
    client = Client()
    client.force_login(job.created_by)
    assert client.get(missing).status_code == 404
