"""The commit of an import in real processes, killed and frozen in the middle: nothing lost, nothing doubled."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from core.audit_verification import problems
from core.importing import batches
from core.models import AuditEvent, ImportBatch, ImportState, Verb
from registry.models import Business, Owner, Registration
from tests.factories import SectorFactory, UserFactory, WardFactory
from tests.factories.imports import AT, staged
from tests.worker_processes import Workers

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 200
ON_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]
HEADERS = ("Nama usaha", "Nama pelaku usaha", "NIK", "Jenis usaha", "Kelurahan")


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    started = Workers(tmp_path, settings_module="tests.registry.importing.job_settings")
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
