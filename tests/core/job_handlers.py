"""Handlers that write numbered rows, to see afterwards that none is lost and none is there twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from core.jobs import RunningJob
from core.models import Job

TOTAL = 1_000
CHUNK = 25


def next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM written")
        return int(cursor.fetchone()[0])


def insert(first: int, count: int, job: RunningJob) -> None:
    rows = [(number, job.job.worker) for number in range(first, first + count)]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO written (number, worker) VALUES (%s, %s)", rows)


def write(job: RunningJob, checkpoint: Callable[[int, int], None]) -> None:
    """Chunk after chunk; the first attempt rests after `rest_after` rows, inside a chunk or between two."""
    wanted = job.payload
    number = next_number()
    while number <= TOTAL:
        rests = job.job.attempts == 1 and number == wanted.get("rest_after", -1) + 1
        if rests and not wanted.get("inside"):
            time.sleep(wanted["rest"])
        with transaction.atomic():
            insert(number, CHUNK, job)
            if rests and wanted.get("inside"):
                time.sleep(wanted["rest"])
            checkpoint(number + CHUNK - 1, TOTAL)
        number += CHUNK
        time.sleep(wanted.get("pace", 0))


def write_rows(job: RunningJob) -> None:
    write(job, job.checkpoint)


def write_rows_unfenced(job: RunningJob) -> None:
    """Renews the lease, but asks nobody whether the job is still its own: what the fence prevents."""

    def renew(done: int, total: int) -> None:
        Job.objects.filter(pk=job.job.pk).update(
            done=done, total=total, lease_until=Now() + timedelta(seconds=2)
        )

    write(job, renew)


def sign(job: RunningJob) -> None:
    with transaction.atomic():
        insert(job.payload["number"], 1, job)
        job.checkpoint(1, 1)
