"""The jobs of an import. Each may be started again after any chunk: what is done stands in the rows."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone

from core.importing.committing import CONFLICTS_KEPT, CannotUndo, commit_rows, counts_of, undo_rows
from core.importing.files import UnreadableFile
from core.importing.staging import stage_rows
from core.importing.storage import forget_file, open_rows
from core.jobs import Cancelled, Interrupted, JobFailed, RunningJob
from core.models import ImportBatch, ImportState, User

GONE = "Impor ini sudah tidak ada."
BETWEEN_COLLECTIONS = 100_000  # objects that are made and not gone; Python's own figure is 700
Work = Callable[[ImportBatch, User, datetime], None]


def stage(running: RunningJob) -> None:
    """Read the file and judge its rows."""

    def work(batch: ImportBatch, by: User, at: datetime) -> None:
        try:
            with open_rows(batch) as table:
                last_row = table.meta.last_row
                stage_rows(
                    batch, table, by=by, at=at, progress=lambda done: running.checkpoint(done, last_row)
                )
                batch.reading = {**batch.reading, "warnings": table.warnings[:50]}
                batch.save(update_fields=["reading"])
        except UnreadableFile as error:
            raise JobFailed(str(error)) from error

    _run(running, ImportState.STAGING, work)


def commit(running: RunningJob) -> None:
    """Write the good rows into the register."""

    def work(batch: ImportBatch, by: User, at: datetime) -> None:
        total = batch.rows.to_commit().count() + batch.rows.exclude(outcome="").count()
        commit_rows(
            batch,
            by=batch.committed_by or by,
            at=batch.committed_at or at,
            progress=lambda done: running.checkpoint(done, total),
        )
        forget_file(batch)

    _run(running, ImportState.COMMITTING, work)


def undo(running: RunningJob) -> None:
    """Take the whole batch back."""

    def work(batch: ImportBatch, by: User, at: datetime) -> None:
        total = batch.rows.exclude(outcome="").count()
        try:
            undo_rows(batch, by=by, at=at, progress=lambda done: running.checkpoint(done, total))
        except CannotUndo as error:
            with transaction.atomic():
                running.hold()
                batch.state, batch.message = ImportState.COMMITTED, str(error)
                batch.conflicts = sorted({one.number for one in error.conflicts})[:CONFLICTS_KEPT]
                batch.save(update_fields=["state", "message", "conflicts"])
            raise JobFailed(str(error)) from error

    _run(running, ImportState.UNDOING, work)


def _run(running: RunningJob, state: ImportState, work: Work) -> None:
    batch = ImportBatch.objects.filter(pk=running.payload["batch"]).first()
    if batch is None:
        raise JobFailed(GONE)
    if batch.state != state:
        return  # an earlier attempt came to the end and died before it could say so
    with _few_collections(), _told(running, batch, state):
        work(batch, running.job.created_by, timezone.now())


@contextmanager
def _few_collections() -> Iterator[None]:
    """Rows leave no cycles behind: what a process holds is not looked through for every few hundred of them."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@contextmanager
def _told(running: RunningJob, batch: ImportBatch, state: ImportState) -> Iterator[None]:
    """A batch that is cancelled or cannot go on says so; an interrupted one stays as it is, for the next worker."""
    try:
        yield
    except Cancelled:
        _end(running, batch, state, ImportState.CANCELLED, "")
        forget_file(batch)  # nobody goes on with it
        raise
    except JobFailed as error:
        _end(running, batch, state, ImportState.FAILED, str(error))
        raise
    except Exception as error:
        if not isinstance(error, (Interrupted, OperationalError)):
            _end(running, batch, state, ImportState.FAILED, "Terjadi kesalahan yang tidak terduga.")
        raise


def _end(
    running: RunningJob, batch: ImportBatch, busy: ImportState, state: ImportState, message: str
) -> None:
    with transaction.atomic():
        running.hold()  # a worker that woke up too late says nothing of a batch another one works at
        batch.refresh_from_db(fields=["state"])
        if batch.state == busy:
            batch.state, batch.message, batch.counts = state, message, counts_of(batch)
            batch.save(update_fields=["state", "message", "counts"])
