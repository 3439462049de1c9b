"""What people do with a batch: upload, name its columns, correct, decide, commit, cancel, undo.

Every step is in one transaction; a batch that is not in the state a step starts from raises WrongBatchState,
whose str() is a message. Long work is put into the queue (`core.jobs`) under the kinds of `JOBS`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from core import audit, jobs
from core.importing.committing import conflicts_of, counts_of, written
from core.importing.headers import Recognised, fingerprint, folded, recognise, repeated
from core.importing.importers import Conflict, Problem, importer_of
from core.importing.rejudging import rejudge
from core.importing.staging import as_json
from core.models import (
    ImportBatch,
    ImportMapping,
    ImportPolicy,
    ImportRow,
    ImportState,
    Job,
    RowDecision,
    User,
    Verb,
    Verdict,
)
from core.models.imports import BUSY
from core.personal_numbers import has_personal_number

STAGE, COMMIT, UNDO = "import-stage", "import-commit", "import-undo"
CHECKED_AT_ONCE = 500  # rows of an undo that are looked through within the request
ENDED_EARLY = (ImportState.CANCELLED, ImportState.FAILED)


class WrongBatchState(Exception):
    """The batch is not in the state that this step starts from; nothing was written."""


class WrongColumns(Exception):
    """The headings cannot be used as they are; str() says why."""


def headings_of(batch: ImportBatch) -> Recognised:
    """How the headings are understood: as the last time, else by form, else by single words."""
    of_kind = importer_of(batch)
    kept = ImportMapping.objects.filter(kind=batch.kind, fingerprint=fingerprint(batch.headers)).first()
    words: dict[str, str] = {}
    columns = of_kind.columns()
    for column in columns:
        for word in (column.header, *column.aliases):
            words.setdefault(folded(word), column.name)
    names = {column.name for column in columns}
    remembered = {word: name for word, name in kept.mapping.items() if name in names} if kept else None
    return recognise(batch.headers, forms=of_kind.forms(), words=words, remembered=remembered)


@transaction.atomic
def set_headers(batch: ImportBatch, *, headers: list[str], header_row: int) -> Recognised:
    """The headings as they were read; raises WrongColumns where one is there twice, or is no heading."""
    expect(batch, ImportState.UPLOADED, ImportState.READ, ImportState.STAGED)
    if twice := repeated(headers):
        names = "; ".join(" dan ".join(f"“{name}”" for name in group) for group in twice)
        raise WrongColumns(f"Judul kolom muncul lebih dari sekali: {names}.")
    if any(has_personal_number(heading) for heading in headers):  # headings are kept, and not encrypted
        raise WrongColumns(
            f"Baris {header_row} berisi nomor seperti NIK atau telepon, jadi bukan judul kolom."
        )
    batch.headers, batch.header_row = headers, header_row
    found = headings_of(batch)
    batch.mapping = {str(place): column for place, column in found.mapping.items()}
    batch.source = (found.form.source if found.form else "") or batch.source
    batch.state = ImportState.READ
    batch.save(update_fields=["headers", "header_row", "mapping", "source", "state"])
    return found


@transaction.atomic
def start_staging(
    batch: ImportBatch,
    *,
    mapping: Mapping[int, str],
    policy: str = ImportPolicy.SKIP,
    options: Collection[str] = (),
    by: User,
    at: datetime,
) -> Job:
    """Check the columns, remember them, and put the judging of all rows into the queue."""
    expect(batch, ImportState.READ, ImportState.STAGED, ImportState.CANCELLED, ImportState.FAILED)
    chosen = {str(place): column for place, column in mapping.items() if column}
    names = list(chosen.values())
    if twice := {name for name in names if names.count(name) > 1}:
        headers = {column.name: column.header for column in importer_of(batch).columns()}
        raise WrongColumns(f"Satu kolom dipilih dua kali: {', '.join(headers[name] for name in twice)}.")
    if lacking := importer_of(batch).missing(set(names)):
        raise WrongColumns(lacking)
    batch.mapping, batch.policy = chosen, ImportPolicy(policy)
    batch.options = [option.name for option in importer_of(batch).options if option.name in options]
    batch.styles, batch.message = {}, ""
    ImportMapping.remember(
        kind=batch.kind,
        fingerprint=fingerprint(batch.headers),
        mapping={batch.headers[int(place)]: column for place, column in chosen.items()},
        source=batch.source,
        by=by,
        at=at,
    )
    return _enqueue(batch, STAGE, ImportState.STAGING, by=by, at=at)


@transaction.atomic
def reopen_columns(batch: ImportBatch) -> None:
    """Back to the choice of columns; what was judged and corrected is judged anew from the file."""
    expect(batch, ImportState.STAGED)
    if not batch.stored_as:
        raise WrongBatchState("Berkasnya sudah dihapus dari penyimpanan. Unggah lagi.")
    batch.state = ImportState.READ
    batch.reading = {name: how for name, how in batch.reading.items() if name != "warnings"}  # read again
    batch.save(update_fields=["state", "reading"])


@transaction.atomic
def set_policy(batch: ImportBatch, policy: str, *, by: User, at: datetime) -> None:
    """Choose again which differences count; rows are judged by it at once."""
    expect(batch, ImportState.STAGED)
    if not importer_of(batch).updates:
        raise WrongBatchState("Impor ini tidak mengubah data yang sudah ada.")
    batch.policy = ImportPolicy(policy)
    batch.save(update_fields=["policy"])
    batch.rows.judge_by(batch.policy)
    count_again(batch)


@transaction.atomic
def correct_cells(row: ImportRow, texts: Mapping[int, str], *, by: User, at: datetime) -> ImportRow:
    """Change cells of a staged row, by the number of their column, and judge it anew.

    So are the rows of the file that it clashed with before, or does now.
    """
    batch = _of_row(row)
    row.refresh_from_db()
    kept = json.loads(row.corrections) if row.corrections else {}
    kept |= {str(place): text for place, text in texts.items() if 0 <= place < len(batch.headers)}
    row.corrections = as_json(kept)
    row.decision = ""
    row.outcome = ""
    row.save(update_fields=["corrections", "decision", "outcome"])
    rejudge(batch, batch.rows.filter(pk=row.pk), at=at, with_neighbours=True)
    count_again(batch)
    row.refresh_from_db()
    return row


@transaction.atomic
def decide(row: ImportRow, decision: str, *, target: int | None = None, by: User, at: datetime) -> ImportRow:
    """Say of a possible duplicate what it is: new, the same as the candidate `target`, or to be left out.

    Any other row that would be written can be left out too (`skip`), or taken in again ("").
    """
    batch = _of_row(row)
    row.refresh_from_db()
    if decision == RowDecision.UPDATE:
        known = {candidate[2] for candidate in row.found.get("candidates", [])}
        if target is None or target not in known:
            raise WrongBatchState("Pilih salah satu calon yang ditunjukkan.")
    if decision in (RowDecision.NEW, RowDecision.UPDATE) and row.verdict != Verdict.POSSIBLE_DUPLICATE:
        raise WrongBatchState("Hanya baris yang mungkin duplikat perlu diputuskan.")
    row.decision = RowDecision(decision) if decision else ""
    row.target = target if decision == RowDecision.UPDATE else None
    if row.verdict == Verdict.POSSIBLE_DUPLICATE:
        row.save(update_fields=["decision", "target"])
        if decision == RowDecision.UPDATE:
            rejudge(batch, batch.rows.filter(pk=row.pk), at=at)
    else:
        row.save(update_fields=["decision"])
    count_again(batch)
    row.refresh_from_db()
    return row


@transaction.atomic
def start_commit(batch: ImportBatch, *, by: User, at: datetime) -> Job:
    """Put the writing of all good rows into the queue."""
    expect(batch, ImportState.STAGED)
    if not batch.rows.to_commit().exists():
        raise WrongBatchState("Tidak ada baris yang dapat disimpan.")
    batch.committed_at, batch.committed_by = at, by
    batch.save(update_fields=["committed_at", "committed_by"])
    return _enqueue(batch, COMMIT, ImportState.COMMITTING, by=by, at=at)


def next_try(batch: ImportBatch) -> str:
    """The kind of job that would go on with a batch that was cancelled, failed or lost its worker; else "".

    Checked again is only what still has its file, stored only what nobody has stored yet.
    """
    ended = batch.state in ENDED_EARLY or batch.is_stopped
    if batch.erased_at is not None:
        return ""
    if batch.committed_at is None:
        return STAGE if ended and batch.stored_as and batch.mapping else ""
    ended = ended or batch.state == ImportState.COMMITTED
    return COMMIT if ended and batch.rows.to_commit().exists() else ""


@transaction.atomic
def retry(batch: ImportBatch, *, by: User, at: datetime) -> Job:
    """Check the whole file again, or store the rows that are not stored yet; see `next_try`."""
    _lock(batch)
    batch.message, batch.conflicts = "", []
    kind = next_try(batch)
    if kind == STAGE:
        return _enqueue(batch, STAGE, ImportState.STAGING, by=by, at=at)
    if kind == COMMIT:
        batch.committed_at, batch.committed_by = at, by
        return _enqueue(batch, COMMIT, ImportState.COMMITTING, by=by, at=at)
    raise WrongBatchState(f"Impor ini {batch.get_state_display().lower()}; tidak ada yang dapat diulang.")


@transaction.atomic
def start_undo(batch: ImportBatch, *, by: User, at: datetime) -> Job | list[Conflict]:
    """Put the taking back of the batch into the queue; the conflicts where it is refused.

    In a long batch the job looks for them, and keeps them in `batch.conflicts`.
    """
    _lock(batch)
    if not batch.is_stopped:
        expect(batch, ImportState.COMMITTED, *ENDED_EARLY)
    if batch.committed_at is None:
        raise WrongBatchState("Belum ada yang disimpan dari impor ini.")
    if batch.erased_at is not None:
        raise WrongBatchState("Baris impor ini sudah dihapus, jadi tidak dapat diurungkan lagi.")
    batch.message, batch.conflicts = "", []
    is_short = written(batch)[: CHECKED_AT_ONCE + 1].count() <= CHECKED_AT_ONCE
    if is_short and not importer_of(batch).keeps_touched and (found := conflicts_of(batch)):
        return found
    return _enqueue(batch, UNDO, ImportState.UNDOING, by=by, at=at)


@transaction.atomic
def cancel(batch: ImportBatch, *, by: User, at: datetime) -> None:
    """Stop at the next chunk; what is written already stays and can be undone."""
    _lock(batch)
    if batch.state in BUSY:
        if batch.job is not None:
            jobs.request_cancel(batch.job, at=at)
        if batch.is_stopped:
            batch.state, batch.counts = ImportState.CANCELLED, counts_of(batch)
    elif can_be_given_up(batch):
        batch.state, batch.message = ImportState.CANCELLED, ""
    else:
        raise WrongBatchState(f"Impor ini {batch.get_state_display().lower()}; tidak dapat dibatalkan.")
    batch.save(update_fields=["state", "message", "counts"])
    label = f"{importer_of(batch).label}: {batch.file_name}"
    changes = {"state": [None, str(ImportState.CANCELLED)]}
    audit.record(Verb.CHANGED, by=by, at=at, subject=batch, label=label, changes=changes)


def can_be_given_up(batch: ImportBatch) -> bool:
    """Nothing of it is in the register, and it waits for somebody."""
    waits = (ImportState.UPLOADED, ImportState.READ, ImportState.STAGED, ImportState.FAILED)
    return (batch.state in waits and batch.committed_at is None) or batch.is_stopped


def problems_of(row: ImportRow) -> list[Problem]:
    return [Problem(*problem) for problem in row.found.get("problems", [])]


def _enqueue(batch: ImportBatch, kind: str, state: str, *, by: User, at: datetime) -> Job:
    batch.state = state
    batch.job = jobs.enqueue(kind, {"batch": batch.pk}, by=by, at=at)
    batch.save()
    return batch.job


def _lock(batch: ImportBatch) -> None:
    batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update(of=("self",)))


def expect(batch: ImportBatch, *states: str) -> None:
    """Lock the batch until the transaction ends; raises WrongBatchState where it is in none of the states."""
    _lock(batch)
    if batch.state not in states:
        raise WrongBatchState(
            f"Impor ini {batch.get_state_display().lower()}; langkah ini tidak dapat dilakukan."
        )


def _of_row(row: ImportRow) -> ImportBatch:
    batch = row.batch
    expect(batch, ImportState.STAGED)
    return batch


def count_again(batch: ImportBatch) -> None:
    """The counts of a batch as its rows now stand."""
    batch.counts = counts_of(batch)
    batch.save(update_fields=["counts"])
