"""Batches of rows that came from no file, staged and committed without a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from core.importing import batches, storage
from core.importing.committing import commit_rows
from core.importing.staging import stage_rows
from core.models import ImportBatch, ImportPolicy, ImportRow, ImportState, User

AT = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
HEADERS = ("Nama usaha", "Nama pelaku usaha", "NIK", "Nomor telepon", "Jenis usaha", "Kecamatan", "Kelurahan")


def make_batch(
    user: User,
    headers: Sequence[str] = HEADERS,
    *,
    kind: str = "businesses",
    policy: str = ImportPolicy.SKIP,
    about: str = "",
) -> ImportBatch:
    """With its headings recognised."""
    batch = ImportBatch.objects.create(
        kind=kind,
        about=about,
        file_name="daftar.csv",
        sha256="0" * 64,
        uploaded_at=AT,
        uploaded_by=user,
        policy=policy,
    )
    batches.set_headers(batch, headers=list(headers), header_row=1)
    return batch


def uploaded(user: User, text: str, *, name: str = "daftar.csv") -> ImportBatch:
    """A file that was read as far as its headings."""
    batch = storage.create_batch(
        "businesses", file_name=name, content=[text.encode()], source="Data contoh", by=user, at=AT
    )
    storage.read_headers(batch)
    return batch


def with_rows_to_look_at(user: User, district: str, ward: str) -> ImportBatch:
    """One row without a name and with half a NIK, and two that may be the same business."""
    place = ["I", district, ward]
    return staged(
        user,
        [
            ["", "Siti Aminah", "12345", "0812", *place],
            ["Warung Bu Siti", "Siti Aminah", "", "", *place],
            ["Warung Bu Sitti", "Siti Aminah", "", "", *place],
        ],
    )


def staged(
    user: User,
    rows: Sequence[Sequence[object]],
    headers: Sequence[str] = HEADERS,
    *,
    kind: str = "businesses",
    policy: str = ImportPolicy.SKIP,
    options: Sequence[str] = (),
    about: str = "",
) -> ImportBatch:
    """The rows with their verdicts; row numbers start with 2, as below headings."""
    batch = make_batch(user, headers, kind=kind, policy=policy, about=about)
    mapping = {int(place): column for place, column in batch.mapping.items()}
    batches.start_staging(batch, mapping=mapping, policy=policy, options=options, by=user, at=AT)
    stage_rows(batch, [(number, list(row)) for number, row in enumerate(rows, start=2)], by=user, at=AT)  # type: ignore[misc]
    batch.refresh_from_db()
    return batch


def committed(batch: ImportBatch, user: User) -> ImportBatch:
    batches.start_commit(batch, by=user, at=AT)
    commit_rows(batch, by=user, at=AT)
    batch.refresh_from_db()
    assert batch.state == ImportState.COMMITTED
    return batch


def row_of(batch: ImportBatch, number: int = 2) -> ImportRow:
    return batch.rows.get(number=number)


def errors_of(row: ImportRow) -> list[tuple[str, str]]:
    """Column and reason of what is wrong."""
    return [(one.column, one.reason) for one in batches.problems_of(row) if one.level == "error"]


def warnings_of(row: ImportRow) -> list[tuple[str, str]]:
    return [(one.column, one.reason) for one in batches.problems_of(row) if one.level == "warning"]
