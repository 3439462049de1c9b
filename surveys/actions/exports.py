"""Handing out the interviews of a wave, with an event that says who took how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import User, Verb
from registry.spreadsheets import SafeCSV, SafeXLSX
from surveys.models import Response, Wave
from surveys.resources import ResponseResource

FORMATS: dict[str, type[SafeCSV | SafeXLSX]] = {"csv": SafeCSV, "xlsx": SafeXLSX}


@dataclass(frozen=True)
class ExportedFile:
    name: str
    content_type: str
    content: bytes
    rows: int


@transaction.atomic
def export_responses(*, wave: Wave, file_format: str, by: User, at: datetime) -> ExportedFile:
    """The interviews of the wave in the user's area; `file_format` is a key of FORMATS."""
    responses = (
        Response.objects.for_user(by)
        .in_wave(wave)
        .select_related("wave", "business", "sector", "ward", "district")
        .prefetch_related("choices")
        .order_by("pk")
    )
    dataset = ResponseResource().export(responses)
    writer = FORMATS[file_format]()
    out = BytesIO()
    writer.write(out, [dataset.headers, *dataset])
    record(
        Verb.EXPORTED,
        by=by,
        at=at,
        subject=wave,
        changes={"format": [None, file_format], "rows": [None, len(dataset)]},
    )
    return ExportedFile(
        name=f"wawancara-{wave.code}-{timezone.localdate(at):%Y%m%d}.{file_format}",
        content_type=writer.CONTENT_TYPE,
        content=out.getvalue(),
        rows=len(dataset),
    )
