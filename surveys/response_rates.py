"""How many of the drawn businesses gave an interview, stratum by stratum."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from core.formats import format_share
from surveys.fieldwork_counts import FieldCounts
from surveys.models import DrawStratum, Outcome, WaveDesign

# What a visit says of a business that is no business of this place any more.
INELIGIBLE = (Outcome.CLOSED, Outcome.MOVED)
DEFINITION = (
    "Tingkat respons = wawancara ÷ baris sampel yang memenuhi syarat. Dihitung semua baris terpilih dan cadangan"
    " yang dipakai; yang tutup atau pindah pada kunjungan terakhir tidak memenuhi syarat. Yang menolak, tidak"
    " ditemukan, belum dikunjungi, dan yang diganti cadangan tetap dihitung sebagai tidak menjawab"
    " (AAPOR, tingkat respons 1)."
)


@dataclass(frozen=True)
class StratumRow:
    """Entries of a stratum that came into use; `reserves` are among them."""

    label: str
    entries: int
    reserves: int
    ineligible: int
    interviews: int

    @property
    def eligible(self) -> int:
        return self.entries - self.ineligible

    @property
    def rate(self) -> str:
        return format_share(self.interviews, self.eligible)


@dataclass(frozen=True)
class ResponseRates:
    strata: list[StratumRow]
    total: StratumRow


def response_rates(counts: FieldCounts) -> ResponseRates | None:
    """Of a drawn wave, in the area of the user; None for others."""
    if counts.wave.design != WaveDesign.SAMPLE:
        return None
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in counts.entries():
        for name in _names(row):
            sums[row["stratum"]][name] += row["count"]
    current = DrawStratum.objects.filter(draw__wave=counts.wave, draw__is_current=True)
    labels = dict(current.values_list("key", "label"))
    strata = [_row(labels.get(key) or key or "Seluruh daftar", sums[key]) for key in sorted(sums)]
    return ResponseRates(strata, _row("Jumlah", sum(sums.values(), Counter())))


def _names(row: dict[str, Any]) -> list[str]:
    names = ["entries"]
    if row["is_reserve"]:
        names.append("reserves")
    if row["interviewed"]:
        names.append("interviews")
    elif row["last"] in INELIGIBLE:
        names.append("ineligible")
    return names


def _row(label: str, sums: Counter[str]) -> StratumRow:
    return StratumRow(label, sums["entries"], sums["reserves"], sums["ineligible"], sums["interviews"])
