"""Photos and documents put to a business, and taken away again."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from datetime import datetime

from django.db import transaction

from core import audit
from core.logs import mask_long_numbers
from core.models import User, Verb
from core.pictures import BadPicture, rewritten
from registry import attachment_files
from registry.actions.errors import Incomplete, WrongState
from registry.actions.records import lock, refuse_reconstruction
from registry.models import Attachment, AttachmentKind, Business, FileFormat
from registry.models.attachments import MAX_BYTES, MAX_PER_BUSINESS

LONGEST_EDGE = 1_600
LONGEST_NAME = 120
NEITHER = "Pilih foto JPEG, PNG, atau WebP, atau dokumen PDF."


def add_attachment(
    *, business: Business, content: bytes, name: str, caption: str, by: User, at: datetime
) -> Attachment:
    """Store a photo, rewritten without what was hidden in it, or a PDF; raises Incomplete for anything else.

    What it is tells the content, never its name. The file is written first: a row always has its file.
    """
    refuse_reconstruction(business)
    kind, file_format, stored = _recognised(content)
    attachment = Attachment(
        public_id=uuid.uuid4(),
        business=business,
        kind=kind,
        format=file_format,
        original_name=shown_name(name),
        caption=caption,
        size=len(stored),
        sha256=hashlib.sha256(stored).hexdigest(),
        secret=attachment_files.new_secret(),
        added_at=at,
        added_by=by,
    )
    attachment_files.write(attachment.public_id, stored, secret=attachment.secret)
    try:
        _store(attachment, by=by, at=at)
    except BaseException:
        attachment_files.remove(attachment.public_id)
        raise
    return attachment


@transaction.atomic
def _store(attachment: Attachment, *, by: User, at: datetime) -> None:
    lock(attachment.business)  # so that two at once cannot both be the last one
    if Attachment.objects.filter(business=attachment.business).count() >= MAX_PER_BUSINESS:
        raise WrongState(f"Paling banyak {MAX_PER_BUSINESS} lampiran untuk satu UMKM.")
    attachment.save(force_insert=True)
    _record(attachment, None, str(attachment), by=by, at=at)


@transaction.atomic
def remove_attachment(*, attachment: Attachment, reason: str, by: User, at: datetime) -> None:
    """The row goes, with it the key of the file, and then the file."""
    if not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    lock(attachment.business)
    deleted, _ = Attachment.objects.filter(pk=attachment.pk).delete()
    if not deleted:
        raise WrongState("Lampiran ini sudah dihapus.")
    _record(attachment, str(attachment), None, by=by, at=at, reason=reason.strip())
    transaction.on_commit(lambda: attachment_files.remove(attachment.public_id))


def note_document(*, attachment: Attachment, by: User, at: datetime) -> None:
    """That a document was handed out: it may hold any number of the owner."""
    label = f"Dokumen UMKM: {attachment.business}"
    audit.record(Verb.EXPORTED, by=by, at=at, subject=attachment.business, label=label)


def _record(
    attachment: Attachment, old: str | None, new: str | None, *, by: User, at: datetime, reason: str = ""
) -> None:
    """Told of the business, whose history outlives the attachment; its name may be a person's."""
    name = f"lampiran {attachment.get_kind_display().lower()}"
    masked = {name: [audit.masked(old, secret=True), audit.masked(new, secret=True)]}
    audit.record(
        Verb.CHANGED,
        by=by,
        at=at,
        subject=attachment.business,
        changes={**masked, "sidik": [attachment.sha256 if old else None, attachment.sha256 if new else None]},
        secrets={name: [old, new]},
        reason=reason,
    )


def _recognised(content: bytes) -> tuple[AttachmentKind, FileFormat, bytes]:
    if not content:
        raise Incomplete(f"Berkas ini kosong. {NEITHER}")
    if len(content) > MAX_BYTES:
        raise Incomplete(f"Berkas ini terlalu besar: paling besar {MAX_BYTES // 1024**2} MB.")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2_048:]:
            raise Incomplete("Dokumen PDF ini terpotong. Unggah sekali lagi.")
        return AttachmentKind.DOCUMENT, FileFormat.PDF, content
    try:
        picture = rewritten(content, longest_edge=LONGEST_EDGE)
    except BadPicture as error:
        raise Incomplete(f"{error} {NEITHER}") from error
    return AttachmentKind.PHOTO, FileFormat(picture.format.lower()), picture.content


def shown_name(name: str) -> str:
    """The last part of a path, without what cannot be seen and without a NIK; of a long one its end."""
    last = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(char for char in last if not unicodedata.category(char).startswith("C"))
    return mask_long_numbers(" ".join(visible.split()))[-LONGEST_NAME:] or "tanpa nama"
