"""The import of a whole city from a file, against loading the same rows bare into the same indexed tables.

Ours is all of it: the file read in its child process, headings, every cell, verdicts, doubles, encryption, staged
rows, the commit in chunks, audit events and the counts. The yardstick takes the finished rows of owners, businesses
and registrations, ciphertexts included, and loads them in one transaction: COPY on PostgreSQL, executemany on SQLite.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, models, transaction

from bench import city_file, library_import
from bench.dashboard import empty
from bench.report import say
from bench.timing import Measured, seconds
from core import bulk, jobs
from core.importing import batches, storage
from core.models import ImportBatch, ImportRow, User
from core.roles import Role
from registry import actions
from registry.models import Business, Owner, Registration

BUSINESSES = int(os.environ.get("BENCH_IMPORT_ROWS", "33391"))
SHARE_FOR_LIBRARY = 20  # the library gets a twentieth of the rows, and its time is multiplied
TURNS = 3
MEGABYTES, STALL_MS = 250, 250
WRITES = 100
CSV, XLSX, AGAIN = "import-csv-33k", "import-xlsx-33k", "import-again-33k"
LIBRARY, MEMORY, STALL = "import-xlsx-library-33k", "import-memory-33k", "import-stall-33k"
GOALS = {CSV: 4.0, XLSX: 5.0, AGAIN: 2.0, LIBRARY: 0.02, MEMORY: 1.0, STALL: 1.0}
NAMES = tuple(GOALS)
Table = tuple[type[models.Model], list[str], list[Any]]


def measures(names: set[str]) -> Iterator[Measured]:
    by = somebody()
    directory = Path(tempfile.mkdtemp(prefix="bench-import-"))
    try:
        city_file.write(directory, BUSINESSES)
        yield from _measures(names, directory, by)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def somebody() -> User:
    """Who brings the list in."""
    user, _ = User.objects.get_or_create(
        username="bench-import",
        defaults={"role": Role.ADMINISTRATOR, "whole_city": True, "full_name": "Bench"},
    )
    return user


def _measures(names: set[str], directory: Path, by: User) -> Iterator[Measured]:
    times: dict[str, list[float]] = {CSV: [], XLSX: [], AGAIN: [], "bare": []}
    tables: list[Table] = []
    for _ in range(TURNS):
        times[CSV].append(_timed(lambda: load(directory / "daftar.csv", by)))
        tables = tables or _snapshot()
        times["bare"].append(_timed(partial(load_bare, tables)))
        times[XLSX].append(_timed(lambda: load(directory / "daftar.xlsx", by)))
        times[AGAIN].append(seconds(lambda: stage(directory / "daftar.csv", by)))
    medians = {name: median(taken) for name, taken in times.items()}
    say(", ".join(f"{name} {taken:.2f} s" for name, taken in medians.items()) + f"; {BUSINESSES} rows")
    for name in (CSV, XLSX, AGAIN):
        if name in names:
            yield Measured(name, medians[name], medians["bare"], GOALS[name])
    if LIBRARY in names:
        _empty()
        yield Measured(LIBRARY, medians[XLSX], library_seconds(directory), GOALS[LIBRARY])
    if names & {MEMORY, STALL}:
        megabytes, stall = _beside_a_worker(directory / "daftar.xlsx", by)
        say(f"worker and its child at most {megabytes:.0f} MB")
        found = {MEMORY: megabytes / MEGABYTES, STALL: stall / STALL_MS}
        yield from (
            Measured(name, found[name], 1.0, GOALS[name]) for name in (MEMORY, STALL) if name in names
        )


def _timed(way: Callable[[], object]) -> float:
    _empty()
    return seconds(way)


def _empty() -> None:
    empty()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DELETE FROM {ImportRow._meta.db_table}")
        else:
            cursor.execute(f"TRUNCATE {ImportRow._meta.db_table}")
            cursor.execute("VACUUM ANALYZE")


# --- Ours -------------------------------------------------------------------------------------------
def load(path: Path, by: User) -> None:
    batch = stage(path, by)
    begin_commit(batch, by)
    _work()
    batch.refresh_from_db()
    written = batch.counts.get("outcome_created", 0)
    if written + batch.counts.get("possible_duplicate", 0) != BUSINESSES:
        raise SystemExit(f"{path.name}: {batch.state} {batch.counts}")


def stage(path: Path, by: User) -> ImportBatch:
    batch = uploaded(path, by)
    begin_staging(batch, by)
    _work()
    batch.refresh_from_db()
    return batch


def begin_staging(batch: ImportBatch, by: User) -> None:
    mapping = {int(place): column for place, column in batch.mapping.items()}
    batches.start_staging(batch, mapping=mapping, policy="overwrite", by=by, at=_now())


def begin_commit(batch: ImportBatch, by: User) -> None:
    batches.start_commit(batch, by=by, at=_now())


def uploaded(path: Path, by: User) -> ImportBatch:
    content = [path.read_bytes()]
    batch = storage.create_batch("businesses", file_name=path.name, content=content, by=by, at=_now())
    storage.read_headers(batch)
    return batch


def _work() -> None:
    running = jobs.claim("bench")
    if running is None or jobs.run(running) != "done":
        raise SystemExit("a job of the import did not end well")


def _now() -> datetime:
    return datetime.now(UTC)


# --- The bare load ----------------------------------------------------------------------------------
def _snapshot() -> list[Table]:
    """The rows of the register as the database holds them."""
    tables: list[Table] = []
    with connection.cursor() as cursor:
        for model in (Owner, Business, Registration):
            columns = [str(field.column) for field in model._meta.concrete_fields if not field.generated]
            cursor.execute(f"SELECT {', '.join(columns)} FROM {model._meta.db_table} ORDER BY id")
            tables.append((model, columns, cursor.fetchall()))
    return tables


@transaction.atomic
def load_bare(tables: Sequence[Table]) -> None:
    with connection.cursor() as cursor:
        for model, columns, rows in tables:
            names, table = ", ".join(columns), model._meta.db_table
            if connection.vendor == "sqlite":
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            else:
                lines = StringIO("".join("\t".join(map(bulk.copy_text, row)) + "\n" for row in rows))
                cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", lines)


# --- django-import-export as it comes ---------------------------------------------------------------
def library_seconds(directory: Path) -> float:
    """Of the whole list, scaled up from a part of it: a dry run and a run, as its page does."""
    part = directory / "part"
    part.mkdir()
    rows = BUSINESSES // SHARE_FOR_LIBRARY
    city_file.write(part, rows, kinds=("xlsx",))

    content = (part / "daftar.xlsx").read_bytes()
    taken = seconds(lambda: library_import.load(content, rows)) * SHARE_FOR_LIBRARY
    say(f"django-import-export, default: {taken:.0f} s for all, from {rows} rows")
    return taken


# --- Beside other people ----------------------------------------------------------------------------
def _beside_a_worker(path: Path, by: User) -> tuple[float, float]:
    """Peak megabytes of a worker process with its child, and what other writers wait during its commit."""
    _empty()
    batch = uploaded(path, by)
    owner = actions.save_owner(owner=Owner(name="Bench"), by=by, at=_now())
    begin_staging(batch, by)
    staging, _ = _watch(lambda: None)
    batch.refresh_from_db()

    def write() -> float:
        owner.address = f"Jalan {time.monotonic_ns()}"
        return seconds(lambda: actions.save_owner(owner=owner, by=by, at=_now())) * 1_000

    alone = [_paused(write) for _ in range(WRITES)]
    beside_load = _beside_another_process(write)
    begin_commit(batch, by)
    waits: list[float] = []
    committing, _ = _watch(lambda: waits.append(write()))
    told = {"alone": alone, "beside a busy process": beside_load, "beside the commit": waits}
    for name, taken in told.items():
        say(f"an audited write {name}: {median(taken):.0f} ms, at the 95th percentile {_95th(taken):.0f} ms")
    return max(staging, committing), _95th(waits)


def _95th(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def _paused(write: Callable[[], float]) -> float:
    time.sleep(0.02)
    return write()


def _beside_another_process(write: Callable[[], float]) -> list[float]:
    """What the writes take beside somebody who keeps a processor busy and asks the database nothing."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: sum(range(1000))"])
    try:
        return [_paused(write) for _ in range(WRITES)]
    finally:
        busy.kill()
        busy.wait()


def _watch(meanwhile: Callable[[], object]) -> tuple[float, int]:
    worker = subprocess.Popen([sys.executable, "manage.py", "worker", "--once"])
    peak: dict[int, float] = {}
    while worker.poll() is None:
        for pid in (worker.pid, *_children(worker.pid)):
            peak[pid] = max(peak.get(pid, 0.0), _megabytes(pid))
        meanwhile()
        time.sleep(0.02)
    return sum(peak.values()), worker.returncode


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _megabytes(pid: int) -> float:
    """The most memory the process has had so far; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
