"""The code book as rows: every column with its question, codes, labels, and the number each has in a .sav."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry.size_class import SCALE_LABELS
from surveys.models import Door, ResponseState
from surveys.questionnaire import DECLINED, Kind
from surveys.questionnaire.wording import KIND_LABELS
from surveys.results.reading import Results, coded
from surveys.results.sav import DECLINED_NUMBER, numbered

HEADINGS = ["Kolom", "Judul", "Pertanyaan", "Jenis", "Kode", "Label", "Angka pada .sav", "Versi kuesioner"]
Row = list[str | int]


def rows_of(results: Results) -> Iterator[Row]:
    yield list(HEADINGS)
    scales = [(str(scale), label) for scale, label in SCALE_LABELS.items()]
    yield from _fixed("keadaan", "Keadaan", ResponseState.choices)
    yield from _fixed("pintu", "Pintu", Door.choices)
    yield from _fixed("skala_uu20", "Skala menurut UU 20/2008", scales)
    yield from _fixed("skala_pp7", "Skala menurut PP 7/2021", scales)
    for sector in results.sectors.values():
        yield ["kode_jenis_usaha", "Jenis usaha", "", "Satu pilihan", sector.code, sector.table_label, "", ""]
    yield from _questions(results)


def _fixed(name: str, title: str, choices: Iterable[tuple[str, str]]) -> Iterator[Row]:
    pairs = [(str(code), str(label)) for code, label in choices]
    numbers, _ = numbered(pairs)
    for code, label in pairs:
        yield [f"kode_{name}", title, "", "Satu pilihan", code, label, numbers[code], ""]


def _questions(results: Results) -> Iterator[Row]:
    numbers = coded(results.versions)
    for one in results.variables:
        kind, about = KIND_LABELS[one.kind], [one.label, one.prompt]
        if not one.choices:
            yield [one.code, *about, kind, "", "", "", _versions(one.versions)]
        for choice in one.choices:
            in_versions = _versions(choice.versions)
            number = DECLINED_NUMBER if choice.code == DECLINED else numbers[one.code][choice.code]
            if one.kind is Kind.MULTIPLE and choice.code != DECLINED:
                name, number = f"{one.code}__{choice.code}", 1
            else:
                name = f"kode_{one.code}"
            yield [name, *about, kind, choice.code, choice.label, number, in_versions]


def _versions(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
