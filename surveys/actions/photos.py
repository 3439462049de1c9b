"""Pictures of an interview: they follow it, each once, and lose on the way what the camera wrote into them."""

from __future__ import annotations

import uuid
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from core.pictures import BadPicture, rewritten
from registry import attachment_files
from registry.actions import ActionError
from surveys.models import Submission, SubmissionPhoto

LONGEST_EDGE = 1_600
MOST_BYTES = 5 * 1024 * 1024
MOST_PHOTOS = 5  # of one interview


class PhotoRefused(ActionError):
    """What was sent is no picture we keep; the text says why, in Indonesian."""


class DifferentPhoto(ActionError):
    """Another picture came under this name before; the first stands."""

    def __init__(self) -> None:
        super().__init__(
            "Foto dengan nama ini sudah ada dengan isi yang berbeda. Yang pertama tetap berlaku."
        )


def store_photo(
    *, submission: Submission, name: str, content: bytes, at: datetime
) -> tuple[SubmissionPhoto, bool]:
    """The stored picture, and whether this call stored it. The file is written first: a row always has its file.

    It belongs to a send that left its own trace, and leaves none of its own.
    """
    digest = sha256(content).hexdigest()
    if sent := _sent_before(submission, name, digest):
        return sent, False
    if len(content) > MOST_BYTES:
        raise PhotoRefused(f"Foto ini terlalu besar: paling besar {MOST_BYTES // 1024**2} MB.")
    if submission.photos.count() >= MOST_PHOTOS:
        raise PhotoRefused(f"Paling banyak {MOST_PHOTOS} foto untuk satu wawancara.")
    try:
        picture = rewritten(content, longest_edge=LONGEST_EDGE, format="JPEG")
    except BadPicture as reason:
        raise PhotoRefused(str(reason)) from reason
    photo = SubmissionPhoto(
        public_id=uuid.uuid4(),
        submission=submission,
        name=name,
        sent_sha256=digest,
        size=len(picture.content),
        secret=attachment_files.new_secret(),
        received_at=at,
    )
    attachment_files.write(photo.public_id, picture.content, secret=photo.secret)
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
    except BaseException as error:
        attachment_files.remove(photo.public_id)
        sent = _sent_before(submission, name, digest) if isinstance(error, IntegrityError) else None
        if sent is None:
            raise
        return sent, False
    return photo, True


def _sent_before(submission: Submission, name: str, digest: str) -> SubmissionPhoto | None:
    sent = SubmissionPhoto.objects.filter(submission=submission, name=name).first()
    if sent is not None and sent.sent_sha256 != digest:
        raise DifferentPhoto
    return sent
