"""Lists of interviews as cells, staged and stored without a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.models import ImportBatch, User
from registry.models import Business
from surveys.actions import publish_questionnaire
from surveys.models import LocalQuestion, Wave
from tests.factories import BusinessFactory, WaveFactory
from tests.factories.imports import staged

AT = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
ABOUT = ("Nama usaha", "Kelurahan", "Tanggal wawancara")
ANSWERS = {
    "Cara pemasaran": "Offline dan online",
    "Platform": "Media sosial; Marketplace",
    "Kemitraan": "Bermitra",
    "Pendapatan": "Meningkat",
    "Sumber modal": "Modal pribadi",
    "Alasan tidak memakai kredit": "Tidak tertarik, Suku bunga terlalu tinggi",
    "Pembukuan rutin": "Ya",
    "Keuangan usaha dipisah": "Tidak",
    "Masalah": "Tidak ada",
    "Potensi": "Ya",
    "Metode": "Wawancara",
    "Cara pendataan": "Langsung",
}
HEADERS = (*ABOUT, *ANSWERS)


def line(business: Business, *, headers: Sequence[str] = HEADERS, **cells: Any) -> list[str]:
    """A good row about the business; `cells` by heading, with spaces as underscores."""
    values = {
        "Nama usaha": business.name,
        "Kelurahan": business.ward.name if business.ward else "",
        "Tanggal wawancara": "03/03/2026",
        **ANSWERS,
        **{heading.replace("_", " "): text for heading, text in cells.items()},
        **cells,
    }
    return [values.get(heading, "") for heading in headers]


def listed(
    user: User, wave: Wave, rows: Sequence[Sequence[str]], headers: Sequence[str] = HEADERS, **more: Any
) -> ImportBatch:
    return staged(user, rows, headers, kind="interviews", about=str(wave.pk), **more)


def shops(ward: Any, count: int, **facts: Any) -> list[Business]:
    first = BusinessFactory(ward=ward, **facts)
    others = [BusinessFactory(ward=ward, sector=first.sector, **facts) for _ in range(count - 1)]
    return [first, *others]


def wave_with_questions() -> Wave:
    """One question of its own of each kind."""
    wave = WaveFactory(code="survei-2026", title="Survei UMKM 2026", published=False)
    questions: list[dict[str, Any]] = [
        {"code": "has_branch", "kind": "single", "label": "Cabang", "choices": [["one", "Satu"], ["more", "Lebih, dari satu"]]},
        {"code": "training", "kind": "multiple", "label": "Pelatihan", "choices": [["digital", "Digital"], ["finance", "Keuangan"]]},
        {"code": "employees", "kind": "number", "label": "Banyaknya pegawai", "minimum": "0", "maximum": "500"},
        {"code": "spending", "kind": "amount", "label": "Belanja sebulan", "required": False},
        {"code": "supplier", "kind": "text", "label": "Pemasok", "required": False},
        {"code": "opened_on", "kind": "date", "label": "Mulai buka", "required": False},
    ]  # fmt: skip
    for position, question in enumerate(questions, start=1):
        LocalQuestion.objects.create(wave=wave, position=position, prompt=f"{question['label']}?", **question)
    publish_questionnaire(wave=wave, by=None, at=AT)
    return wave
