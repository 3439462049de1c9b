"""Which columns a list of interviews may have: who was interviewed, when, by whom, and the questions of the wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from core.cleaning import CleaningError, clean_text, is_blank
from core.csv_cells import unquoted
from core.importing.headers import Form, folded
from core.importing.importers import ColumnInfo, Draft
from core.logs import masked_numbers
from core.models import ImportBatch
from registry import cells
from registry.cells import Cell
from registry.identifiers import normalise_nib
from registry.importing.columns import Sheet
from registry.resources import Column
from surveys.importing import words
from surveys.questionnaire import Definition, Item
from surveys.questions import METHODS, MODE

BUSINESS, NUMBER, NIB, NAME = "business", "number", "nib", "name"
WARD, DISTRICT, DAY, ENUMERATOR = "ward", "district", "day", "enumerator"
ABOUT = (BUSINESS, NUMBER, NIB, NAME, WARD, DISTRICT, DAY, ENUMERATOR)
_QUESTION = "q_"  # before the code of a question, which may be called as one of these
# Numbers that tell who somebody is go on no page of others.
_PERSONAL, _RANKS = {NUMBER, NIB}, {NAME: 0, BUSINESS: 2}
EVERYDAY_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "marketing_channel": ("Pemasaran", "Cara memasarkan"),
    "partnership": ("Bermitra", "Mitra"),
    "revenue_trend": ("Pendapatan dibanding tahun lalu", "Omzet naik/turun"),
    "capital_source": ("Modal", "Asal modal"),
    "credit_refusal_reasons": ("Alasan tidak kredit", "Alasan tidak mengambil kredit"),
    "platforms": ("Platform online", "Media online"),
    "problems": ("Kendala", "Permasalahan"),
    "bookkeeping_regular": ("Pembukuan",),
    "finances_separated": ("Keuangan dipisah", "Keuangan terpisah"),
    "has_potential": ("Berpotensi",),
    METHODS.code: ("Metode pendataan", "Metode wawancara"),
    MODE.code: ("Cara", "Mode", "Cara wawancara"),
    "note": ("Catatan", "Keterangan"),
}


def _public_id(text: str) -> str | None:
    if is_blank(text):
        return None
    try:
        return str(UUID(unquoted(text.strip())))
    except ValueError:
        raise CleaningError(
            "Ini bukan ID UMKM. Salin dari berkas unduhan, atau pakai nomor registrasi."
        ) from None


def _number(text: str) -> str | None:
    return None if is_blank(text) else clean_text(unquoted(text)).upper().replace(" ", "")


_ABOUT_COLUMNS: Mapping[str, Column] = {
    BUSINESS: Column("ID UMKM", "", cell=Cell(_public_id), aliases=("id_umkm", "Kode UMKM", "Kode")),
    NUMBER: Column(
        "Nomor registrasi",
        "",
        cell=Cell(_number),
        aliases=("Nomor pendaftaran", "No. registrasi", "No. pendaftaran", "Nomor register"),
    ),
    NIB: Column(
        "NIB",
        "",
        cell=cells.identifier(normalise_nib),
        aliases=("Nomor NIB", "No. NIB", "Nomor Induk Berusaha"),
    ),
    NAME: Column("Nama usaha", "", cell=cells.line(150), aliases=("Usaha", "Nama UMKM", "UMKM")),
    WARD: Column("Kelurahan", "", cell=cells.line(200), aliases=("Kel", "Desa", "Desa/kelurahan")),
    DISTRICT: Column("Kecamatan", "", cell=cells.line(200), aliases=("Kec",)),
    DAY: Column(
        "Tanggal wawancara",
        "",
        cell=Cell(words.day),
        aliases=("tanggal_wawancara", "Tanggal", "Tgl wawancara"),
    ),
    ENUMERATOR: Column(
        "Enumerator", "", cell=cells.line(150), aliases=("Nama pengguna enumerator", "Pewawancara", "Petugas")
    ),
}


def of_question(code: str) -> str:
    """The name of the column of a question."""
    return f"{_QUESTION}{code}"


def columns_of(definition: Definition) -> dict[str, Column]:
    return {**_ABOUT_COLUMNS, **{of_question(item.code): _column(item) for item in definition}}


def _column(item: Item) -> Column:
    said = EVERYDAY_HEADINGS.get(item.code, ()) if item.is_core else ()
    aliases = (item.code, f"kode_{item.code}", item.prompt, *said)
    return Column(item.label, "", cell=words.cell_of(item), aliases=aliases)


def infos(columns: Mapping[str, Column]) -> list[ColumnInfo]:
    return [
        ColumnInfo(
            name,
            str(column.column_name),
            column.aliases,
            personal=name in _PERSONAL,
            rank=_RANKS.get(name, 1),
        )
        for name, column in columns.items()
    ]


def own_form(definition: Definition) -> Form:
    """The file of results as we hand it out: codes are read, the labels beside them are not."""
    names = {"id umkm": BUSINESS, "tanggal wawancara": DAY, "kelurahan": WARD, "kecamatan": DISTRICT}
    names |= {folded(f"kode_{item.code}"): of_question(item.code) for item in definition}
    return Form("Unduhan wawancara aplikasi ini", names)


class InterviewSheet(Sheet):
    """The cells of a list of interviews; no long number of a cell is told in full."""

    def __init__(self, batch: ImportBatch, definition: Definition, *, today: date) -> None:
        columns = columns_of(definition)
        self.items: Sequence[Item] = tuple(definition)
        super().__init__(batch, columns, tuple(columns), today=today)
        self.at = {name: place for place, name in enumerate(self.fields)}

    def read(self, number: int, row: list[str]) -> Draft:
        draft = super().read(number, row)
        self.hide_numbers(draft)
        return draft

    @staticmethod
    def hide_numbers(draft: Draft) -> None:
        draft.problems = [replace(one, value=masked_numbers(one.value)) for one in draft.problems]

    def value(self, draft: Draft, name: str) -> str | None:
        found: str | None = draft.values[self.at[name]]
        return found

    def answers(self, draft: Draft) -> dict[str, str | tuple[str, ...]]:
        """What the cells say, by question; blank ones say nothing."""
        given: dict[str, str | tuple[str, ...]] = {}
        for item in self.items:
            value = draft.values[self.at[of_question(item.code)]]
            if value is not None:
                given[item.code] = tuple(value) if isinstance(value, list) else str(value)
        return given
