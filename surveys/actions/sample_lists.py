"""Handing out the list of a sample, with an event that says who took it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.audit import record
from core.models import User, Verb
from registry.exports import ExportedFile
from registry.size_class import SCALE_LABELS, Scale
from registry.spreadsheets import SafeCSV
from surveys.models import Draw, SampleEntry

HEADINGS = (
    "strata",
    "urutan",
    "jenis",
    "menggantikan_urutan",
    "bobot_dasar",
    "id_umkm",
    "nomor_registrasi",
    "nama_usaha",
    "alamat_usaha",
    "kelurahan",
    "kecamatan",
    "jenis_usaha",
    "skala_uu20",
    "skala_pp7",
)


@transaction.atomic
def export_sample(*, draw: Draw, by: User, at: datetime) -> ExportedFile:
    """The drawn businesses in the user's area as CSV, in the order of the draw."""
    out = BytesIO()
    rows = list(_rows(draw, by))
    SafeCSV().write(out, [HEADINGS, *rows])
    changes: dict[str, list[Any]] = {"format": [None, "csv"], "rows": [None, len(rows)]}
    record(Verb.EXPORTED, by=by, at=at, subject=draw, changes=changes)
    out.seek(0)
    name = f"sampel-{draw.wave.code}-{timezone.localdate(at):%Y%m%d}.csv"
    return ExportedFile(name=name, content_type=SafeCSV.CONTENT_TYPE, content=out, rows=len(rows))


def _rows(draw: Draw, by: User) -> Iterator[list[Any]]:
    labels = dict(draw.strata.values_list("key", "label"))
    entries = SampleEntry.objects.for_user(by).filter(draw=draw).order_by("stratum", "position")
    related = ("business__registration", "business__ward", "district", "sector", "reserve_for")
    for entry in entries.select_related(*related):
        business, replaced = entry.business, entry.reserve_for
        yield [
            labels[entry.stratum],
            entry.position,
            entry.kind_label.lower(),
            replaced.position if replaced else "",
            str(entry.base_weight).replace(".", ","),
            str(business.public_id),
            business.registration.number,
            business.name,
            business.address,
            business.ward or "",
            entry.district or "",
            entry.sector.table_label,
            SCALE_LABELS[Scale(entry.scale_uu20)],
            SCALE_LABELS[Scale(entry.scale_pp7)],
        ]
