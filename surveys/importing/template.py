"""The file to type interviews into: the columns of a wave, words to choose from, how to fill them in, and all codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from core.formats import format_date, format_integer
from registry.spreadsheets import neutral
from registry.table_files import Sheet, write_book
from surveys.models import Wave
from surveys.questionnaire import Definition, Item, Kind

WHO = (
    ("Nomor registrasi", "Nomor pendaftaran UMKM pada register. Cukup salah satu: nomor registrasi, NIB, ID UMKM, "
     "atau nama usaha dengan kelurahannya."),
    ("NIB", "13 angka, bila nomor registrasi tidak diketahui."),
    ("Nama usaha", "Seperti pada register; dengan kelurahan bila tanpa nomor."),
    ("Kelurahan", "Kelurahan usaha."),
    ("Tanggal wawancara", ""),
    ("Enumerator", "Nama pengguna pewawancara. Kosongkan bila Anda sendiri pewawancaranya."),
)  # fmt: skip
_HOW = {
    Kind.SINGLE: "Pilih satu jawaban dari daftar, atau ketik labelnya atau kodenya.",
    Kind.MULTIPLE: "Ketik satu atau beberapa jawaban, dipisahkan titik koma.",
    Kind.NUMBER: "Bilangan bulat.",
    Kind.AMOUNT: "Rupiah, misalnya 1.500.000.",
    Kind.TEXT: "Teks.",
    Kind.DATE: "Tanggal, misalnya 31/01/2026.",
}


def write(out: IO[bytes], wave: Wave, definition: Definition) -> None:
    """An XLSX with the sheets Wawancara, Petunjuk and Kode."""
    items = list(definition)
    headings = [heading for heading, _ in WHO] + [item.label for item in items]
    codes, places = _codes(items)
    offers = {
        len(WHO) + number: places[item.code] for number, item in enumerate(items) if item.kind is Kind.SINGLE
    }
    write_book(
        out,
        [
            Sheet("Wawancara", [[neutral(heading) for heading in headings]], offers, to_fill_in=True),
            Sheet("Petunjuk", ([neutral(cell) for cell in row] for row in _instructions(wave, items))),
            Sheet("Kode", codes),
        ],
    )


def _codes(items: list[Item]) -> tuple[list[list[str]], dict[str, str]]:
    """The rows of the sheet of codes, and where the labels of each question stand on it."""
    rows, places = [["Kolom", "Kode", "Label"]], {}
    for item in items:
        if item.choices:
            first = len(rows) + 1
            rows += [[neutral(item.label), code, neutral(label)] for code, label in item.offered]
            places[item.code] = f"Kode!$C${first}:$C${len(rows)}"
    return rows, places


def _instructions(wave: Wave, items: list[Item]) -> Iterator[list[str]]:
    yield ["Kolom", "Wajib", "Cara mengisi", "Pertanyaan"]
    for heading, how in WHO:
        if heading == "Tanggal wawancara":
            start, end = format_date(wave.period_start), format_date(wave.period_end)
            how = f"Misalnya 31/01/2026; antara {start} dan {end}."
        yield [heading, "ya" if heading == "Tanggal wawancara" else "", how, ""]
    by_code = {item.code: item for item in items}
    for item in items:
        yield [
            item.label,
            _required(item),
            f"{_HOW[item.kind]}{_bounds(item)}{_asked(item, by_code)}",
            item.prompt,
        ]


def _required(item: Item) -> str:
    if not item.required:
        return ""
    return "bila ditanyakan" if item.shown_if else "ya"


def _bounds(item: Item) -> str:
    if item.kind not in (Kind.NUMBER, Kind.AMOUNT):
        return ""
    least = f" Paling sedikit {format_integer(int(item.minimum))}." if item.minimum else ""
    return f"{least} Paling banyak {format_integer(int(item.maximum))}." if item.maximum else least


def _asked(item: Item, by_code: dict[str, Item]) -> str:
    if item.shown_if is None:
        return ""
    other = by_code[item.shown_if.question]
    labels = dict(other.offered)
    return f" Hanya bila {other.label}: {' atau '.join(labels[value] for value in item.shown_if.values)}."
