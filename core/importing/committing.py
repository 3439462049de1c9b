"""Good rows into the register, chunk by chunk, and out of it again. A run that breaks off goes on where it was.

A chunk is one transaction: what it writes, the outcome of its rows, its audit events, and the checkpoint of
the job. A row of which another transaction took the number first becomes a row with an error; the others of
its chunk are written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import Count

from core import audit, bulk
from core.importing.importers import ERROR, Conflict, Lost, Problem, Session, Written, importer_of
from core.importing.pace import Pace
from core.importing.staging import as_json, count_verdicts
from core.models import ImportBatch, ImportRow, ImportState, RowOutcome, User, Verb, Verdict
from core.models.imports import ImportRowQuerySet

logger = logging.getLogger(__name__)

SEEN = 500  # rows looked at in one query
TRIES = 5
CONFLICTS_KEPT = 100
NOT_STORED = "Baris ini tidak dapat disimpan. Periksa isinya, lalu periksa ulang."
Progress = Callable[[int], None]
Write = Callable[[], list[Written]]
_READ = ("batch", "number", "content", "findings", "verdict", "decision", "target", "target_version")


class CannotUndo(Exception):
    """Rows were touched since; `conflicts` says which, by whom and when."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} data sudah diubah sejak diimpor.")
        self.conflicts = conflicts


def commit_rows(
    batch: ImportBatch, *, by: User, at: datetime, progress: Progress = lambda done: None
) -> None:
    """Write every row that is to be committed and not yet is, then say so in the audit trail."""
    session = importer_of(batch).session(batch, by=by, at=at)
    done = batch.rows.exclude(outcome="").count()
    pace = Pace()
    for rows, write in _prepared(session, _chunks(batch, pace), ahead=not pace.is_alone):
        done += len(rows)
        _commit_chunk(session, rows, write, pace=pace, at=at, checkpoint=_once(progress, done))
    with transaction.atomic():
        batch.counts = counts_of(batch)
        batch.state = ImportState.COMMITTED
        batch.save(update_fields=["counts", "state"])
        _record(Verb.IMPORTED, batch, by=by, at=at)
        progress(done)


def _once(progress: Progress, done: int) -> Callable[[], None]:
    return lambda: progress(done)


def _chunks(batch: ImportBatch, pace: Pace) -> Iterator[list[ImportRow]]:
    """What is to be written, by the numbers of the rows: a list is sought through only once."""
    waiting = batch.rows.to_commit().in_order()
    numbers = list(waiting.values_list("number", flat=True))
    start = 0
    while part := numbers[start : start + pace.rows]:
        start += len(part)
        if rows := list(waiting.filter(number__gte=part[0], number__lte=part[-1]).only(*_READ)):
            yield rows


def _prepared(
    session: Session, chunks: Iterable[list[ImportRow]], *, ahead: bool
) -> Iterator[tuple[list[ImportRow], Write]]:
    """Each chunk with what writes it; with `ahead` the next one is prepared while the database writes this one."""
    if not ahead:
        yield from ((rows, session.prepare(rows)) for rows in chunks)
        return
    with ThreadPoolExecutor(max_workers=1) as thread:
        last: tuple[list[ImportRow], Future[Write]] | None = None
        for rows in chunks:
            coming = thread.submit(session.prepare, rows)
            if last is not None:
                yield last[0], last[1].result()
            last = rows, coming
        if last is not None:
            yield last[0], last[1].result()


def _commit_chunk(
    session: Session,
    rows: Sequence[ImportRow],
    write: Write,
    *,
    pace: Pace,
    at: datetime,
    checkpoint: Callable[[], None],
) -> None:
    """The chunk without the rows that lost a race; one that cannot be written at all, row by row."""
    lost: dict[int, Problem] = {}
    for _ in range(TRIES):
        try:
            with pace.transaction(len(rows)):
                written = write()
                written += [Written(row, refused=lost[row.pk]) for row in rows if row.pk in lost]
                _note(written, at=at)
                checkpoint()
            return
        except Lost as error:
            lost |= error.rows
            write = session.prepare([row for row in rows if row.pk not in lost])
        except OperationalError as error:
            if not _is_deadlock(error):
                raise
        except IntegrityError as error:
            reason = str(error).partition("\n")[0]  # the lines below may hold the whole row
            logger.warning("import %s: a chunk of %s rows: %s", rows[0].batch_id, len(rows), reason)
            break
    if len(rows) == 1:
        problem = Problem(ERROR, "Baris", "", NOT_STORED)
        with transaction.atomic():
            _note([Written(rows[0], refused=problem)], at=at)
            checkpoint()
        return
    middle = len(rows) // 2
    for part in (rows[:middle], rows[middle:]):
        _commit_chunk(session, part, session.prepare(part), pace=pace, at=at, checkpoint=checkpoint)


def _is_deadlock(error: DatabaseError) -> bool:
    return getattr(error.__cause__, "pgcode", "") == "40P01"


def _note(written: Sequence[Written], *, at: datetime) -> None:
    """What became of the rows, in the rows."""
    good = [one for one in written if one.refused is None]
    bulk.update(
        ImportRow,
        ("outcome", "target", "written", "committed_at"),
        [(str(one.outcome), one.target, one.written, at, one.row.pk) for one in good],
    )
    journaled = [one for one in good if one.journal]
    journals = [(as_json(one.journal), one.row.pk) for one in journaled]
    bulk.update(ImportRow, ("journal",), journals)
    refused = []
    for one in written:
        if one.refused is not None:
            found = one.row.found
            found["problems"] = [*found.get("problems", []), one.refused.as_list()]
            text = as_json(found)
            refused.append((text, str(Verdict.ERROR), str(RowOutcome.FAILED), one.row.pk))
    bulk.update(ImportRow, ("findings", "verdict", "outcome"), refused)


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """Of verdicts and of outcomes, the latter as `outcome_created` and so on."""
    found = batch.rows.exclude(outcome="").values_list("outcome").annotate(Count("pk")).order_by()
    return count_verdicts(batch) | {f"outcome_{outcome}": count for outcome, count in found}


def _record(verb: Verb, batch: ImportBatch, *, by: User, at: datetime) -> None:
    changes: dict[str, list[Any]] = {
        name.removeprefix("outcome_"): [0, count]
        for name, count in batch.counts.items()
        if name.startswith("outcome_")
    }
    label = f"{importer_of(batch).label}: {batch.file_name}"
    audit.record(verb, by=by, at=at, subject=batch, label=label, changes=changes, batch=batch.public_id)


# --- Undo -----------------------------------------------------------------------------------------
def conflicts_of(batch: ImportBatch) -> list[Conflict]:
    """What keeps the batch from being taken back as a whole."""
    found: list[Conflict] = []
    of_kind = importer_of(batch)
    for rows in _written_rows(batch, written(batch)):
        found += of_kind.conflicts(rows)
    return found


def conflicts_kept(batch: ImportBatch) -> list[Conflict]:
    """Of the rows the last attempt to take the batch back stumbled over, those that are in the way now."""
    rows = written(batch).filter(number__in=batch.conflicts)
    of_kind = importer_of(batch)
    return [one for part in _written_rows(batch, rows) for one in of_kind.conflicts(part)]


def _written_rows(batch: ImportBatch, rows: ImportRowQuerySet) -> Iterator[list[ImportRow]]:
    noted = rows.only("batch", "number", "outcome", "written")  # nothing to decipher
    last = 0
    while part := list(noted.filter(number__gt=last).in_order()[:SEEN]):
        last = part[-1].number
        for row in part:
            row.batch = batch
        yield part


def written(batch: ImportBatch) -> ImportRowQuerySet:
    """Rows of which something stands in the register."""
    outcomes = [RowOutcome.CREATED, RowOutcome.CHANGED, RowOutcome.PROPOSED]
    rows: ImportRowQuerySet = batch.rows.filter(outcome__in=outcomes)
    return rows


def undo_rows(batch: ImportBatch, *, by: User, at: datetime, progress: Progress = lambda done: None) -> None:
    """Take the whole batch back, the last rows first. Raises CannotUndo, before anything is written.

    A row that is touched while this runs stays, and stays noted as committed; of a kind that keeps what was touched,
    every one does, and the batch says how many.
    """
    done = batch.rows.filter(outcome=RowOutcome.UNDONE).count()
    of_kind = importer_of(batch)
    if not done and not of_kind.keeps_touched and (found := conflicts_of(batch)):
        raise CannotUndo(found)
    pace = Pace()
    noted = written(batch).only("batch", "number", "outcome", "written", "journal")
    below: int | None = None
    while True:
        rows = noted if below is None else noted.filter(number__lt=below)
        part = sorted(rows.order_by("-number")[: pace.rows], key=lambda row: row.number)
        if not part:
            break
        below = part[0].number
        done += len(part)
        with pace.transaction(len(part)):
            kept = of_kind.undo(part, batch=batch, by=by, at=at)
            gone = [(str(RowOutcome.UNDONE), row.pk) for row in part if row.pk not in kept]
            bulk.update(ImportRow, ("outcome",), gone)
            progress(done)
    with transaction.atomic():
        batch.counts = counts_of(batch)
        batch.state, batch.undone_at, batch.undone_by = ImportState.UNDONE, at, by
        batch.conflicts = list(written(batch).in_order().values_list("number", flat=True)[:CONFLICTS_KEPT])
        batch.save(update_fields=["counts", "state", "undone_at", "undone_by", "conflicts"])
        _record(Verb.UNDONE, batch, by=by, at=at)
        progress(done)
