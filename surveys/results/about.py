"""What a file of results is: of which wave, how many, which of them, when and how they were obtained."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.formats import JAKARTA, format_date, format_datetime
from core.models import Region
from surveys.questionnaire import Kind
from surveys.questionnaire.codebook import variables
from surveys.results.reading import Results
from surveys.results.table import RECONSTRUCTED, SURVEYED

ACCEPTED = "Hanya wawancara yang diterima"
ALL_STATES = "Semua keadaan, juga yang menunggu pemeriksaan"
NO_TEXT = "Catatan dan jawaban teks tidak disertakan"


def rows_of(results: Results, *, n: int, at: datetime) -> Iterator[list[str | int]]:
    wave, wanted = results.wave, results.wanted
    yield ["Tentang berkas ini", ""]
    yield ["Gelombang", wave.title]
    yield ["Kode gelombang", wave.code]
    yield ["Data", RECONSTRUCTED if wave.is_reconstruction else SURVEYED]
    yield ["Banyaknya wawancara (n)", n]
    yield ["Yang disertakan", ALL_STATES if wanted.all_states else ACCEPTED]
    if not wanted.all_states:
        yield ["Menunggu pemeriksaan, tidak disertakan", results.awaiting]
    yield ["Wilayah", _area(results)]
    yield ["Masa pendataan", f"{format_date(wave.period_start)} sampai {format_date(wave.period_end)}"]
    yield ["Diunduh pada", format_datetime(at.astimezone(JAKARTA))]
    yield ["Metode", wave.method]
    yield ["Sumber", wave.source]
    for version in wave.questionnaires.order_by("number"):
        yield [f"Kuesioner versi {version.number}", f"terbit {format_date(version.published_at)}"]
        if version.definition.consent:
            yield [f"Persetujuan pada versi {version.number}", version.definition.consent]
    if any(one.kind is Kind.TEXT for one in variables(results.versions)):
        yield ["Teks bebas", "Disertakan" if wanted.with_text else NO_TEXT]
    yield [
        "Tidak menjawab",
        "Kode not_answered: ditanyakan, tetapi tidak dijawab. Sel kosong: tidak ditanyakan.",
    ]


def _area(results: Results) -> str:
    districts = results.by.district_ids()
    if districts is None:
        return "Seluruh kota"
    names = Region.objects.filter(pk__in=districts).order_by("name").values_list("name", flat=True)
    return f"Kecamatan {', '.join(names)}" if names else "Tanpa kecamatan"
