"""An import that was stopped or failed goes on without another upload, and none ends where nobody can go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from core import jobs
from core.importing import committing, handlers, pace, storage
from core.models import ImportBatch, ImportState, Job, JobState
from registry.models import Business
from tests.core.import_pages.driving import address, checked, chosen, csv_file, line, of, page, uploaded
from tests.core.importing.working import work_off_the_queue
from tests.people import People

pytestmark = pytest.mark.django_db
ENDED = "Impor ini sudah berakhir"


def give_up_the_job(batch: ImportBatch) -> None:
    """As the queue does after five dead workers: the batch is not told."""
    Job.objects.filter(pk=ImportBatch.objects.get(pk=batch.pk).job_id).update(
        state=JobState.FAILED, error=jobs.TOO_OFTEN, finished_at=timezone.now()
    )


def staging(people: People, client: Client) -> ImportBatch:
    batch = uploaded(client, csv_file(line(people, "Warung Satu"), line(people, "Warung Dua")))
    client.post(address(batch, "staging"), chosen(batch))
    return batch


def test_a_check_whose_workers_died_is_begun_again_from_the_stored_file(
    people: People, registrar: Client
) -> None:
    batch = staging(people, registrar)
    give_up_the_job(batch)

    shown = page(registrar, batch)
    assert "Pekerja latar berhenti lima kali" in shown
    assert "Coba lagi" in shown
    assert "dimulai lagi dari baris pertama" in shown
    registrar.post(address(batch, "retry"))
    work_off_the_queue()
    assert "2 baris siap" in page(registrar, batch)


def test_a_check_that_failed_too(people: People, registrar: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = staging(people, registrar)
    with monkeypatch.context() as broken:
        broken.setattr(handlers, "stage_rows", fail)
        work_off_the_queue()
    assert "tidak terduga" in page(registrar, batch)

    registrar.post(address(batch, "retry"))
    work_off_the_queue()
    shown = page(registrar, batch)
    assert "2 baris siap" in shown
    assert "tidak terduga" not in shown


def fail(*args: Any, **options: Any) -> None:
    raise RuntimeError("broken")


def test_only_who_uploaded_the_file_has_it_checked_again(people: People, registrar: Client) -> None:
    batch = staging(people, registrar)
    give_up_the_job(batch)
    colleague = of(people.administrator)
    shown = page(colleague, batch)
    assert "pengunggahnya, dapat mencoba lagi" in shown
    assert "Coba lagi</button>" not in shown
    assert colleague.post(address(batch, "retry")).status_code == 403
    assert of(people.registrar_b).post(address(batch, "retry")).status_code == 404


def test_a_commit_that_was_stopped_goes_on_with_the_rows_that_are_left(
    people: People, registrar: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MOST", 1)
    batch = checked(registrar, *(line(people, f"Warung {word}") for word in ("Satu", "Dua", "Tiga")))
    registrar.post(address(batch, "commit"))
    stop_after_the_first_row(batch, monkeypatch)
    assert Business.objects.count() == 1
    shown = page(registrar, batch)
    assert "Lanjutkan penyimpanan" in shown
    assert "Urungkan seluruh impor" in shown

    registrar.post(address(batch, "retry"))
    work_off_the_queue()
    assert Business.objects.count() == 3
    shown = page(registrar, batch)
    assert "<strong>3</strong> baris dibuat" in shown
    assert "Lanjutkan penyimpanan" not in shown


def stop_after_the_first_row(batch: ImportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    written = committing._commit_chunk

    def one_only(*args: Any, **options: Any) -> None:
        written(*args, **options)
        Job.objects.update(cancel_requested=True)

    with monkeypatch.context() as stopping:
        stopping.setattr(committing, "_commit_chunk", one_only)
        work_off_the_queue()
    batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED


def test_a_commit_whose_workers_died_can_be_given_up_and_taken_back(
    people: People, registrar: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MOST", 1)
    batch = checked(registrar, line(people, "Warung Satu"), line(people, "Warung Dua"))
    registrar.post(address(batch, "commit"))
    running = jobs.claim("dies")
    assert running is not None
    written = committing._commit_chunk

    def one_only(*args: Any, **options: Any) -> None:
        written(*args, **options)
        raise OperationalError("the machine is gone")

    with monkeypatch.context() as dying:
        dying.setattr(committing, "_commit_chunk", one_only)
        with pytest.raises(OperationalError):
            handlers.commit(running)
    give_up_the_job(batch)
    assert Business.objects.count() == 1

    assert "Lanjutkan penyimpanan" in page(registrar, batch)
    registrar.post(address(batch, "cancel"))
    assert "<strong>1</strong> baris dibuat" in page(registrar, batch)
    registrar.post(address(batch, "undo"))
    work_off_the_queue()
    assert Business.objects.count() == 0


def test_a_second_attempt_says_that_it_begins_anew(people: People, registrar: Client) -> None:
    batch = staging(people, registrar)
    Job.objects.update(attempts=2)
    assert "pemeriksaan dimulai lagi dari baris pertama (percobaan ke-2)" in page(registrar, batch)


def test_what_is_not_stopped_cannot_be_tried_again(people: People, registrar: Client) -> None:
    batch = staging(people, registrar)
    assert registrar.post(address(batch, "retry")).status_code == 409
    work_off_the_queue()
    assert registrar.post(address(batch, "retry")).status_code == 409
    registrar.post(address(batch, "cancel"))
    assert ENDED in page(registrar, batch)
    assert registrar.post(address(batch, "retry")).status_code == 409


def test_what_stopped_without_a_word_is_cleared_away_like_any_other(
    people: People, registrar: Client, settings: Any
) -> None:
    batch = staging(people, registrar)
    settings.IMPORT_ROWS_DAYS = 0
    storage.clear_expired(timezone.now())
    batch.refresh_from_db()
    assert batch.erased_at is None  # somebody is at work

    give_up_the_job(batch)
    storage.clear_expired(timezone.now())
    batch.refresh_from_db()
    assert (batch.erased_at is not None, batch.stored_as) == (True, "")


# --- No state is a dead end -----------------------------------------------------------------------
def as_it_is(batch: ImportBatch) -> None:
    pass


def unread(batch: ImportBatch) -> None:
    batch.reading, batch.headers, batch.mapping, batch.header_row = {}, [], {}, None
    batch.save()


def without_file(batch: ImportBatch) -> None:
    storage.forget_file(batch)


def without_job(batch: ImportBatch) -> None:
    Job.objects.all().delete()


def stored(batch: ImportBatch) -> None:
    batch.committed_at, batch.committed_by = batch.uploaded_at, batch.uploaded_by
    batch.rows.update(outcome="created")
    batch.counts = committing.counts_of(batch)
    batch.save()


def stored_without_job(batch: ImportBatch) -> None:
    stored(batch)
    without_job(batch)


def erased(batch: ImportBatch) -> None:
    storage.forget_file(batch)
    batch.rows.all().delete()
    batch.erased_at = batch.uploaded_at
    batch.save()


UNDO, CANCEL, RETRY, READ = "urungkan", "batal", "coba-lagi", "baca"
Change = Callable[[ImportBatch], None]
WAYS: list[tuple[ImportState, Change, set[str]]] = [
    (ImportState.UPLOADED, unread, {READ, "periksa", CANCEL}),
    (ImportState.UPLOADED, without_file, {CANCEL}),
    (ImportState.READ, as_it_is, {READ, "periksa", CANCEL}),
    (ImportState.READ, without_file, {CANCEL}),
    (ImportState.STAGING, as_it_is, {CANCEL}),
    (ImportState.STAGING, give_up_the_job, {RETRY, CANCEL}),
    (ImportState.STAGING, without_job, {RETRY, CANCEL}),
    (ImportState.STAGED, as_it_is, {"simpan", "kebijakan", "kolom", CANCEL}),
    (ImportState.STAGED, erased, {CANCEL}),
    (ImportState.COMMITTING, as_it_is, {CANCEL}),
    (ImportState.COMMITTING, without_job, {RETRY, CANCEL}),
    (ImportState.COMMITTED, stored, {UNDO}),
    (ImportState.COMMITTED, erased, set()),
    (ImportState.FAILED, as_it_is, {RETRY, CANCEL}),
    (ImportState.FAILED, without_file, {CANCEL}),
    (ImportState.FAILED, stored, {UNDO}),
    (ImportState.CANCELLED, as_it_is, {RETRY}),
    (ImportState.CANCELLED, without_file, set()),
    (ImportState.CANCELLED, stored, {UNDO}),
    (ImportState.UNDOING, stored, {CANCEL}),
    (ImportState.UNDOING, stored_without_job, {UNDO, CANCEL}),
    (ImportState.UNDONE, as_it_is, set()),
]


def test_the_table_knows_every_state() -> None:
    assert {state for state, _, _ in WAYS} == set(ImportState)


@pytest.mark.parametrize(("state", "change", "ways"), WAYS)
def test_every_state_has_a_way_on_or_says_that_it_is_the_end(
    people: People, registrar: Client, state: ImportState, change: Change, ways: set[str]
) -> None:
    batch = checked(registrar, line(people, "Warung Satu"))
    job = jobs.enqueue("import-stage", {"batch": batch.pk}, by=people.registrar_a, at=timezone.now())
    batch.state, batch.job = state, job
    if state in (ImportState.COMMITTING, ImportState.UNDOING):
        batch.committed_at, batch.committed_by = batch.uploaded_at, batch.uploaded_by
    batch.save()
    change(batch)

    shown = page(registrar, batch)
    own = address(batch, "detail")
    steps = ("baca", "periksa", "kolom", "kebijakan", "simpan", "batal", "coba-lagi", "urungkan")
    assert {step for step in steps if f'action="{own}{step}/"' in shown} == ways
    assert (ENDED in shown) == (not ways)
