"""The commit of an import in real processes, killed and frozen in the middle: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from core.audit_verification import problems
from core.importing import batches
from core.models import AuditEvent, ImportBatch, ImportState, Verb
from registry.models import Business, Owner, Registration
from tests.architecture import sources
from tests.child_database import database_url
from tests.factories import SectorFactory, UserFactory, WardFactory
from tests.factories.imports import AT, staged

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE, ROWS = 60, 200
ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]
HEADERS = ("Nama usaha", "Nama pelaku usaha", "NIK", "Jenis usaha", "Kelurahan")


class Workers:
    def __init__(self, folder: Path) -> None:
        self.log = (folder / "workers.log").open("w+")
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--poll", "0.1"],
            cwd=sources.ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "tests.registry.importing.job_settings",
                "DATABASE_URL": database_url(),
                "KEYS_DIR": str(settings.KEYS_DIR),
            },
            stdout=self.log,
            stderr=self.log,
        )
        self.started.append(process)
        return process

    def until(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not met():
            if time.monotonic() > deadline:
                self.log.seek(0)
                raise AssertionError(self.log.read())
            time.sleep(0.05)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.log.close()


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    started = Workers(tmp_path)
    yield started
    started.end()


def name(number: int) -> str:
    """Unlike every other one, so that nobody has to decide."""
    return "".join(Random(number).choices("abcdefghiklmnoprstuw", k=14)).title()


def waiting_batch() -> ImportBatch:
    """Some rows share an owner, across chunks."""
    WardFactory(name="Mayangan")
    SectorFactory(code="I", name="Bagian I", study_row=None, study_label="")
    user = UserFactory()
    rows = [
        [name(n), f"Pemilik {n % 150}", f"357401410190{n % 150 + 1:04d}", "I", "Mayangan"]
        for n in range(ROWS)
    ]
    batch = staged(user, rows, HEADERS)
    batches.start_commit(batch, by=user, at=AT)
    return batch


def is_committed(batch: ImportBatch) -> bool:
    return ImportBatch.objects.values_list("state", flat=True).get(pk=batch.pk) == ImportState.COMMITTED


def everything_is_there_once(batch: ImportBatch) -> None:
    batch.refresh_from_db()
    assert batch.counts["outcome_created"] == ROWS
    names = list(Business.objects.values_list("name", flat=True))
    assert sorted(names) == sorted({name(n) for n in range(ROWS)})
    assert (Owner.objects.count(), Registration.objects.count()) == (150, ROWS)
    events = AuditEvent.objects.filter(batch=batch.public_id, verb=Verb.CREATED)
    assert events.filter(object_type="registry.business").count() == ROWS
    assert events.filter(object_type="registry.owner").count() == 150
    assert AuditEvent.objects.filter(batch=batch.public_id, verb=Verb.IMPORTED).count() == 1
    assert list(problems()) == []


def test_a_worker_killed_in_the_middle(workers: Workers) -> None:
    batch = waiting_batch()
    first = workers.start()
    workers.until(lambda: Business.objects.count() >= 60)
    first.kill()
    first.wait()
    assert Business.objects.count() < ROWS
    workers.start()
    workers.until(lambda: is_committed(batch))
    everything_is_there_once(batch)


def test_a_worker_frozen_for_longer_than_its_lease(workers: Workers) -> None:
    batch = waiting_batch()
    zombie = workers.start()
    workers.until(lambda: Business.objects.count() >= 60)
    if not ON_POSTGRESQL:
        _wait_between_chunks()
    zombie.send_signal(signal.SIGSTOP)
    workers.start()
    workers.until(lambda: is_committed(batch))
    zombie.send_signal(signal.SIGCONT)
    time.sleep(1)
    everything_is_there_once(batch)


def _wait_between_chunks() -> None:
    """A process frozen inside a transaction of SQLite holds up every writer, whatever we do."""
    before = Business.objects.count()
    while Business.objects.count() == before:
        time.sleep(0.005)
    time.sleep(0.03)
