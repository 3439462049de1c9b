"""What comes in twice changes nothing; what was refused comes in once put right."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core import jobs
from core.importing import batches, error_file, storage
from core.importing.files import UnreadableFile
from core.models import AuditEvent, ImportBatch, ImportState, Job, Region, User
from registry import actions
from registry.models import Business, Owner
from tests.factories import SectorFactory, UserFactory, WardFactory
from tests.factories.imports import AT, committed, row_of, staged

pytestmark = pytest.mark.django_db
NIK = "3574014101900001"
HEADERS = (
    "Nama usaha", "Nama pelaku usaha", "NIK", "Nomor telepon", "Jenis kelamin", "Tanggal lahir", "Jenis usaha",
    "Kelurahan", "Alamat usaha", "Lintang", "Bujur", "Mulai usaha", "Omzet per tahun", "Tenaga kerja laki-laki",
    "NPWP", "NIB", "Cabang atau anak perusahaan", "Produk utama", "Bentuk usaha",
)  # fmt: skip
FULL = (
    "Warung Bu Siti", "Siti Aminah", NIK, "0812-3456-7890", "Perempuan", "01/01/1990", "I", "Mayangan",
    "Jalan Mawar 1", "-7,754300", "113,215700", "15/03/2019", "Rp5.000.000", "3", "0123456789012345",
    "1234567890123", "Ya", "Soto; rawon", "Perorangan",
)  # fmt: skip


@pytest.fixture
def desk(db: None) -> User:
    WardFactory(name="Mayangan")
    SectorFactory(code="I", name="Bagian I", study_row=None, study_label="")
    user: User = UserFactory()
    return user


def stored(record: models.Model) -> dict[str, Any]:
    """Every column but keys and the time, ciphers read."""
    left_out = {"id", "public_id", "owner_id", "created_at", "updated_at", "business_id"}
    fields = record._meta.concrete_fields
    return {
        field.attname: getattr(record, field.attname) for field in fields if field.attname not in left_out
    }


def told(record: models.Model) -> tuple[Any, ...]:
    event = AuditEvent.objects.about(record).get(verb="created")
    changes = {name: values for name, values in event.changes.items() if name != "owner"}
    return event.object_label, event.district_id, changes, bool(event.secret_seal)


def test_an_imported_record_is_the_one_a_form_would_have_made(desk: User) -> None:
    committed(staged(desk, [FULL], HEADERS), desk)
    imported = Business.objects.select_related("owner", "registration").get()
    owner, registration = imported.owner, imported.registration
    assert owner is not None
    by_import = [stored(record) for record in (imported, owner, registration)], [told(imported), told(owner)]
    registration.delete()
    imported.delete()
    owner.delete()

    place = {"ward": Region.objects.get(name="Mayangan", level="ward")}
    again = Owner(
        name=owner.name, national_id=owner.national_id, phone=owner.phone, sex=owner.sex, born_on=owner.born_on
    )  # fmt: skip
    actions.save_owner(owner=again, by=desk, at=AT)
    written = [field for field in imported._meta.concrete_fields if field.editable and not field.generated]
    values = {field.attname: getattr(imported, field.attname) for field in written if not field.primary_key}
    business = Business(**values)
    business.owner, business.ward = again, place["ward"]
    actions.save_business(business=business, by=desk, at=AT)
    business.refresh_from_db()
    by_form = (
        [stored(record) for record in (business, again, business.registration)],
        [told(business), told(again)],
    )
    assert by_import == by_form


# --- Twice ------------------------------------------------------------------------------------------
words = st.text(st.sampled_from("abcdefghi jklmnop'rstu=-+@1é"), min_size=1, max_size=30)
numbers = st.one_of(st.just(""), st.integers(0, 9_999).map(lambda n: f"357401410190{n:04d}"))
rows_of_anything = st.lists(
    st.tuples(
        words, words, numbers, st.one_of(st.just(""), st.just("08123456789"), words),
        st.sampled_from(["I", "Bagian I", "", "Z"]), st.sampled_from(["Mayangan", "MAYANGAN", "Nirwana", ""]),
        st.one_of(st.integers(-5, 10**16).map(str), words, st.just("")),
    ),
    max_size=6,
)  # fmt: skip


@examples(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=rows_of_anything)
def test_any_table_that_comes_twice_changes_nothing_the_second_time(desk: User, rows: list[Any]) -> None:
    headers = (*HEADERS[:4], "Jenis usaha", "Kelurahan", "Omzet per tahun")
    first = staged(desk, rows, headers, policy="overwrite")
    good = set(first.rows.to_commit().values_list("number", flat=True))
    if not good:
        return
    committed(first, desk)
    created = set(first.rows.filter(outcome="created").values_list("number", flat=True))
    businesses = Business.objects.count()
    again = staged(desk, rows, headers, policy="overwrite")
    verdicts = dict(again.rows.values_list("number", "verdict"))
    assert {verdicts[number] for number in created} <= {"unchanged"}
    assert Business.objects.count() == businesses


# --- The error file, and files through a worker -----------------------------------------------------
def csv_of(rows: Any, headers: Any = HEADERS) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=";").writerows([headers, *rows])
    return text.getvalue().encode()


def uploaded(desk: User, content: bytes, name: str = "daftar.csv") -> ImportBatch:
    batch = storage.create_batch("businesses", file_name=name, content=[content], by=desk, at=AT)
    storage.read_headers(batch)
    mapping = {int(place): column for place, column in batch.mapping.items()}
    batches.start_staging(batch, mapping=mapping, policy="overwrite", by=desk, at=AT)
    work()
    batch.refresh_from_db()
    return batch


def work() -> str:
    running = jobs.claim("uji")
    assert running is not None
    return jobs.run(running)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_bad_rows_go_out_and_come_in_once_they_are_put_right(desk: User, kind: str) -> None:
    bad = ["=Warung", "Budi", "123", *FULL[3:15], "", *FULL[16:]]
    batch = uploaded(desk, csv_of([FULL, bad]))
    batches.start_commit(batch, by=desk, at=AT)
    assert work() == "done"
    batch.refresh_from_db()
    assert (batch.state, batch.stored_as, batch.counts["error"]) == (ImportState.COMMITTED, "", 1)
    out = BytesIO()
    assert error_file.write(batch, out, kind) == 1
    again = uploaded(desk, out.getvalue(), f"galat.{kind}")
    assert again.headers == [*HEADERS, "Masalah"]
    row = again.rows.get()
    assert row.cells[0] in ("=Warung", "'=Warung")
    assert "NIK: NIK harus 16 digit" in row.cells[-1]
    batches.correct_cells(row, {2: "3574014101900002"}, by=desk, at=AT)
    batches.start_commit(again, by=desk, at=AT)
    work()
    assert sorted(Business.objects.values_list("name", flat=True)) == ["=Warung", "Warung Bu Siti"]


def test_a_cancelled_commit_keeps_what_is_written_and_can_be_undone(desk: User) -> None:
    batch = uploaded(desk, csv_of([FULL]))
    batches.start_commit(batch, by=desk, at=AT)
    batches.cancel(batch, by=desk, at=AT)
    assert batch.state == ImportState.CANCELLED
    assert jobs.claim("uji") is None
    assert Business.objects.count() == 0
    assert isinstance(batches.start_undo(batch, by=desk, at=AT), Job)
    assert work() == "done"


def test_a_file_is_kept_under_a_name_of_ours_and_known_again(desk: User) -> None:
    first = storage.create_batch(
        "businesses", file_name="../../x.csv", content=[csv_of([FULL])], by=desk, at=AT
    )
    assert first.file_name == "x.csv"
    assert UUID(first.stored_as)
    second = storage.create_batch("businesses", file_name="y.csv", content=[csv_of([FULL])], by=desk, at=AT)
    assert storage.same_file(second) == first
    assert storage.same_file(first) is None


def test_a_file_too_large_leaves_nothing(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_FILE_BYTES", 10)
    with pytest.raises(UnreadableFile, match="terlalu besar"):
        storage.create_batch("businesses", file_name="x.csv", content=[b"x" * 11], by=desk, at=AT)
    assert not ImportBatch.objects.exists()


def test_staged_rows_are_encrypted_and_erased_in_time(desk: User, settings: Any) -> None:
    batch = staged(desk, [FULL], HEADERS)
    assert NIK not in str(
        list(batch.rows.annotate(raw=models.functions.Cast("content", models.TextField())).values("raw"))
    )
    assert NIK in str(row_of(batch).cells)
    ImportBatch.objects.update(uploaded_at=timezone.now())
    call_command("clear_expired", stdout=StringIO())
    assert batch.rows.count() == 1
    ImportBatch.objects.update(uploaded_at=timezone.now() - timedelta(days=settings.IMPORT_ROWS_DAYS + 1))
    call_command("clear_expired", stdout=StringIO())
    batch.refresh_from_db()
    assert batch.rows.count() == 0
    assert batch.erased_at is not None


def test_who_sees_a_batch(desk: User) -> None:
    local = UserFactory(whole_city=False, districts=[WardFactory().parent])
    batch = staged(desk, [FULL], HEADERS)
    assert ImportBatch.objects.for_user(desk).get() == batch
    assert not ImportBatch.objects.for_user(local).exists()
