"""Jobs: put into the queue by a request, done by `manage.py worker`, never lost and never done twice.

A worker holds a job by a lease: a token and a time until which nobody else may take it. A worker that dies
lets its lease run out, and the next one starts the handler again. A worker that merely slept (a stopped
process, a paused machine) wakes up with a token that no longer counts: `RunningJob.checkpoint`, called inside
the transaction of each chunk, raises `LostLease` and the chunk rolls back.

All times of leases come from the database's clock, so that workers on machines whose clocks differ agree.

A handler is a function of one `RunningJob`, named in `settings.JOB_HANDLERS`. It may be started again at any
time after any committed chunk, so it reads from the database how far it is, never from the job's `done`.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now
from django.utils.module_loading import import_string

from core.models import Job, JobState, User, Worker

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
SEEN_WITHIN = timedelta(seconds=45)
NOTE_EVERY = 10  # seconds between two signs of life of an idle worker
RETRY_AFTER = timedelta(seconds=5)  # times the number of attempts so far
TOO_OFTEN = "Pekerja latar berhenti lima kali saat mengerjakan ini. Hubungi pengelola sistem."
UNEXPECTED = "Terjadi kesalahan yang tidak terduga. Rinciannya ada di catatan server."
UNKNOWN_KIND = "Jenis pekerjaan ini tidak dikenal oleh pekerja latar."
DATABASE_TROUBLE = "Basis data berkali-kali tidak dapat ditulis. Hubungi pengelola sistem."


class JobFailed(Exception):
    """Raised by a handler to end its job for good; str() is the reason, in Indonesian, without personal data."""


class Interrupted(Exception):
    """The handler must end now. It may tidy up, and lets the exception pass."""


class LostLease(Interrupted):
    """Another worker has this job, or nobody any more: what this transaction wrote must not stay."""


class Cancelled(Interrupted):
    """Somebody asked to cancel; the chunk at hand is rolled back, those before stay."""


class Stopping(Interrupted):
    """The worker was asked to end; raised after the chunk at hand is committed."""


def enqueue(kind: str, payload: dict[str, Any], *, by: User, at: datetime) -> Job:
    """Put a job into the queue, inside the caller's transaction; `payload` holds references, no personal data."""
    if kind not in settings.JOB_HANDLERS:
        raise ValueError(f"no handler for {kind} in settings.JOB_HANDLERS")
    return Job.objects.create(kind=kind, payload=payload, created_by=by, created_at=at)


def request_cancel(job: Job, *, at: datetime) -> None:
    """A waiting job is cancelled at once, a running one at its next checkpoint; an ended one stays as it is.

    `job` then holds what the database does.
    """
    jobs = Job.objects.filter(pk=job.pk)
    ended = {"state": JobState.CANCELLED, "finished_at": at, "cancel_requested": True}
    if not jobs.filter(state=JobState.QUEUED).update(**ended):
        jobs.filter(state=JobState.RUNNING).update(cancel_requested=True)
    job.refresh_from_db()


def worker_seen() -> bool:
    """Whether a worker lives: one said so lately, or holds a lease that runs."""
    return (
        Worker.objects.filter(seen_at__gte=Now() - SEEN_WITHIN).exists()
        or Job.objects.filter(state=JobState.RUNNING, lease_until__gt=Now()).exists()
    )


def note_worker(name: str) -> None:
    """A sign of life; those who gave none for a day are forgotten."""
    Worker.objects.bulk_create(
        [Worker(name=name, seen_at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["seen_at"],
    )
    Worker.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()


def forget_worker(name: str) -> None:
    Worker.objects.filter(name=name).delete()


class RunningJob:
    """What a handler gets: its job, and the ways to say that it goes on."""

    def __init__(self, job: Job, *, stop_requested: Callable[[], bool] = lambda: False) -> None:
        self.job = job
        self._stop_requested = stop_requested
        self._renewed = time.monotonic()

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.job.payload
        return payload

    def checkpoint(self, done: int, total: int | None = None) -> None:
        """Say how far the work is, as the last statement of the chunk's own transaction.

        Renews the lease. Raises LostLease or Cancelled, and the chunk rolls back. When the worker is to
        end, Stopping is raised out of the transaction once it is committed.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                "checkpoint belongs into the transaction of its chunk"
            )
        self._renew(done=done) if total is None else self._renew(done=done, total=total)
        transaction.on_commit(self._stop_if_asked)

    def heartbeat(self) -> None:
        """Renew the lease during a long step without chunks; cheap to call often, writes seldom.

        Raises like `checkpoint`, but for Stopping, which comes at once. Protects no transaction.
        """
        if time.monotonic() - self._renewed < settings.JOB_LEASE_SECONDS / 6:
            return
        self._renew()
        self._stop_if_asked()

    def hold(self) -> None:
        """Inside a transaction that is no chunk, such as a last word on what became of the work: make sure
        that the job is still ours, and stays it until the transaction ends. Raises LostLease.
        """
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("hold belongs into the transaction it protects")
        if not self._mine().update(lease_until=_lease_end()):
            raise LostLease

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, lease=self.job.lease)

    def _renew(self, **progress: int) -> None:
        if not self._mine().update(lease_until=_lease_end(), **progress):
            raise LostLease
        if self._mine().filter(cancel_requested=True).exists():
            raise Cancelled
        self._renewed = time.monotonic()

    def _stop_if_asked(self) -> None:
        if self._stop_requested():
            raise Stopping

    def end(self, state: JobState, error: str = "") -> None:
        """Raises LostLease when the job is not ours to end."""
        if not self._mine().update(
            state=state, error=error, finished_at=Now(), lease=None, lease_until=None, worker=""
        ):
            raise LostLease

    def give_back(self, *, after: timedelta | None = None, counts: bool = True) -> None:
        """Into the queue again; `counts` says whether the attempt counts. Raises LostLease."""
        given_back = self._mine().update(
            state=JobState.QUEUED,
            worker="",
            lease=None,
            lease_until=Now() + after if after else None,
            attempts=F("attempts") if counts else F("attempts") - 1,
        )
        if not given_back:
            raise LostLease


def _lease_end() -> Combinable:
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(worker: str, *, stop_requested: Callable[[], bool] = lambda: False) -> RunningJob | None:
    """The oldest job that is free, now held by `worker`; None when there is none.

    A job whose workers died five times is ended here: it may be what kills them.
    """
    free = Job.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=Now()),
        state__in=[JobState.QUEUED, JobState.RUNNING],
    ).order_by("pk")
    if not free.exists():  # without the write lock of SQLite, which the transaction below takes
        return None
    with transaction.atomic():
        skip_locked = connection.features.has_select_for_update_skip_locked
        job = (free.select_for_update(skip_locked=True) if skip_locked else free).first()
        if job is None:
            return None
        mine = Job.objects.filter(pk=job.pk)
        if job.attempts >= MAX_ATTEMPTS:
            ended = {"state": JobState.FAILED, "error": TOO_OFTEN, "lease": None, "lease_until": None}
            mine.update(finished_at=Now(), worker="", **ended)
            logger.error("job %s %s failed: given up after %s attempts", job.pk, job.kind, job.attempts)
            return None
        mine.update(
            state=JobState.RUNNING,
            worker=worker,
            lease=uuid.uuid4(),
            lease_until=_lease_end(),
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", Now()),
        )
        return RunningJob(mine.get(), stop_requested=stop_requested)


def run(running: RunningJob) -> str:
    """Call the handler and note how it ended; one line in the log, and its word as result."""
    job, start = running.job, time.monotonic()
    try:
        outcome = _outcome(running)
    except LostLease:
        outcome = "lost to another worker"
    seconds = time.monotonic() - start
    logger.info("job %s %s: %s after %.1f s, attempt %s", job.pk, job.kind, outcome, seconds, job.attempts)
    return outcome


def _outcome(running: RunningJob) -> str:
    path = settings.JOB_HANDLERS.get(running.job.kind)
    if path is None:
        running.end(JobState.FAILED, UNKNOWN_KIND)
        return "failed, no handler"
    try:
        import_string(path)(running)
    except LostLease:
        raise
    except Cancelled:
        running.end(JobState.CANCELLED)
        return "cancelled"
    except Stopping:
        running.give_back(counts=False)
        return "given back, the worker ends"
    except JobFailed as reason:
        running.end(JobState.FAILED, str(reason))
        return "failed"
    except (OperationalError, InterfaceError, InternalError):  # the last: cut off while it slept
        return _retry(running)
    except Exception:
        logger.exception("job %s %s", running.job.pk, running.job.kind)
        running.end(JobState.FAILED, UNEXPECTED)
        return "failed unexpectedly"
    running.end(JobState.DONE)
    return "done"


def _retry(running: RunningJob) -> str:
    """The database was busy, full or gone; the work may go well a little later."""
    logger.exception("job %s %s", running.job.pk, running.job.kind)
    connection.close()
    if running.job.attempts >= MAX_ATTEMPTS:
        running.end(JobState.FAILED, DATABASE_TROUBLE)
        return "failed"
    running.give_back(after=RETRY_AFTER * running.job.attempts)
    return "given back for another attempt"
