"""Uploaded lists on disk: a name of ours, encrypted, for our eyes only, until the rows are committed or given up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from core.importing import sealed_files
from core.importing.batches import set_headers
from core.importing.files import MAX_FILE_BYTES, UnreadableFile, shown_name
from core.importing.headers import Recognised, folded
from core.importing.importers import importer_of
from core.importing.reading import Meta, Table, open_table
from core.importing.staging import remove_rows
from core.logs import mask_long_numbers
from core.models import ImportBatch, ImportPolicy, ImportState, JobState, User
from core.models.imports import BUSY

TOO_LARGE = f"Berkas terlalu besar: paling banyak {MAX_FILE_BYTES // 1024 // 1024} MB."


def create_batch(
    kind: str,
    *,
    about: str = "",
    file_name: str,
    content: Iterable[bytes],
    source: str = "",
    policy: str = ImportPolicy.SKIP,
    by: User,
    at: datetime,
) -> ImportBatch:
    """Keep the file and open a batch for it; raises UnreadableFile for one that is too large."""
    stored_as = f"{uuid.uuid4()}"
    path = path_of(stored_as)
    try:
        file_key, sha256 = sealed_files.write(path, content, most=MAX_FILE_BYTES, too_large=TOO_LARGE)
        with transaction.atomic():
            return ImportBatch.objects.create(
                kind=kind,
                about=about,
                file_name=mask_long_numbers(shown_name(file_name)),  # it will stand in the audit trail
                sha256=sha256,
                stored_as=stored_as,
                file_key=file_key,
                source=source,
                policy=ImportPolicy(policy),
                uploaded_at=at,
                uploaded_by=by,
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def same_file(batch: ImportBatch) -> ImportBatch | None:
    """The newest earlier batch of the same kind with exactly this file, whoever uploaded it.

    Not one that was given up or taken back: it left nothing behind.
    """
    earlier = ImportBatch.objects.filter(
        kind=batch.kind, about=batch.about, sha256=batch.sha256, pk__lt=batch.pk
    )
    given_up = Q(state__in=[ImportState.CANCELLED, ImportState.FAILED], committed_at__isnull=True)
    return earlier.exclude(given_up | Q(state=ImportState.UNDONE)).order_by("-pk").first()


def read_headers(
    batch: ImportBatch,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> tuple[Meta, Recognised]:
    """Look at the file, in a limited child process, and recognise its headings; what is given is kept.

    Raises UnreadableFile, and WrongColumns for headings that are there twice.
    """
    batch.reading = {"sheet": sheet, "encoding": encoding, "delimiter": delimiter}
    batch.header_row = header_row
    with open_rows(batch) as table:
        meta = table.meta
    batch.reading = {"sheet": meta.sheet, "encoding": meta.encoding, "delimiter": meta.delimiter}
    batch.save(update_fields=["reading"])
    return meta, set_headers(batch, headers=list(meta.header), header_row=meta.header_row)


def open_rows(batch: ImportBatch) -> Table:
    """The rows of the batch's file; to be closed."""
    if not batch.stored_as or not batch.file_key or not path_of(batch.stored_as).is_file():
        raise UnreadableFile("Berkas ini sudah dihapus dari penyimpanan. Unggah lagi.")
    known = {
        folded(word) for column in importer_of(batch).columns() for word in (column.header, *column.aliases)
    }
    known |= {heading for form in importer_of(batch).forms() for heading in form.columns}
    with sealed_files.plain(path_of(batch.stored_as), batch.file_key) as content:
        return open_table(
            content,
            **{name: batch.reading.get(name) for name in ("sheet", "encoding", "delimiter")},
            header_row=batch.header_row,
            name=batch.file_name,
            known=known,
        )


def forget_file(batch: ImportBatch) -> None:
    """Remove the file and its key; the staged rows stay a while."""
    if batch.stored_as:
        path_of(batch.stored_as).unlink(missing_ok=True)
        batch.stored_as, batch.file_key = "", None
        batch.save(update_fields=["stored_as", "file_key"])


def clear_expired(now: datetime) -> str:
    """Rows and files of imports older than `IMPORT_ROWS_DAYS`; the batch and its counts stay."""
    oldest = now - timedelta(days=settings.IMPORT_ROWS_DAYS)
    old = ImportBatch.objects.filter(uploaded_at__lt=oldest, erased_at__isnull=True)
    old = old.exclude(state__in=BUSY, job__state__in=[JobState.QUEUED, JobState.RUNNING])
    rows = 0
    for batch in old.order_by("pk"):
        rows += remove_rows(batch)
        forget_file(batch)
        batch.erased_at = now
        batch.save(update_fields=["erased_at"])
    return f"{rows} baris impor"


def discard(batch: ImportBatch) -> None:
    """An upload nobody can use leaves nothing behind."""
    forget_file(batch)
    batch.delete()


def path_of(stored_as: str) -> Path:
    return Path(settings.IMPORT_DIR) / str(uuid.UUID(stored_as))
