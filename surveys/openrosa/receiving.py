"""One post of Collect: the interview as a file, and what files of it fit into the same post.

A send with many files comes in several posts, each with the same interview; each is complete for us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

from surveys.actions import DifferentPayload, ingest
from surveys.actions.photos import DifferentPhoto, PhotoRefused, store_photo
from surveys.ingesting import Payload, Unreadable
from surveys.models import Door, Submission
from surveys.openrosa.parsing import parse
from surveys.phone.gate import DeviceRequest

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict

    Files = MultiValueDict[str, UploadedFile[bytes]]

INTERVIEW = "xml_submission_file"
MOST_XML = 512 * 1024
MOST_BYTES = settings.LARGEST_BODY - 1024 * 1024  # of the files of one post, as Collect counts them
TOO_LARGE = "Kiriman ini terlalu besar."


class Refused(Exception):
    """What is answered with an error; str() tells the enumerator why, in Indonesian."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Received:
    message: str
    is_new: bool


def receive(request: DeviceRequest, *, at: datetime) -> Received:
    """What became of it. A picture that can't be kept is said and never stands in the way of its interview."""
    files = _files(request)
    interview = files.get(INTERVIEW)
    if interview is None:
        raise Refused("Kiriman ini tidak memuat wawancara.", 400)
    if (interview.size or 0) > MOST_XML:
        raise Refused(TOO_LARGE, 413)
    raw = interview.read()
    try:
        payload = parse(raw)
        ingested = ingest(
            payload=payload, raw=raw, door=Door.ODK, by=request.user, device=request.device, at=at
        )
        photos, refused = _photos(ingested.submission, payload, files, at)
    except Unreadable as reason:
        raise Refused(str(reason), 400) from reason
    except (DifferentPayload, DifferentPhoto) as reason:
        raise Refused(str(reason), 409) from reason
    words = [_message(ingested.submission), *refused]
    return Received(" ".join(words), ingested.is_new or photos > 0)


def _files(request: DeviceRequest) -> Files:
    try:
        return request.FILES
    except (MultiPartParserError, SuspiciousOperation, UnicodeError) as error:
        raise Refused("Kiriman ini tidak dapat dibaca.", 400) from error


def _photos(submission: Submission, payload: Payload, files: Files, at: datetime) -> tuple[int, list[str]]:
    """How many pictures are new, and why others were not kept; a file the interview does not name is none of it."""
    new, refused = 0, []
    for photo in payload.photos:
        file = files.get(photo.name)
        if file is None or photo.name == INTERVIEW:
            continue
        try:
            _, is_new = store_photo(submission=submission, name=photo.name, content=file.read(), at=at)
            new += is_new
        except PhotoRefused as reason:
            refused.append(f"Foto tidak disimpan: {reason}")
    return new, refused


def _message(submission: Submission) -> str:
    if submission.is_held:
        return f"Sampai dan ditahan untuk diperiksa kantor. {submission.problem}"
    return f"Tersimpan. Tanda terima {submission.receipt}."
