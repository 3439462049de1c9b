"""The columns a list of businesses can show: what each is called, what it says, and what it reads for that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from core.formats import format_date, format_integer
from registry.models import Business
from registry.models.businesses import HEADLINE_COLUMNS
from registry.size_class import RULE_SETS, SCALE_LABELS, Scale

NOTHING = "–"


@dataclass(frozen=True)
class Column:
    """`text` of a business, or a `template` that draws it; `reading` as in `BusinessQuerySet.for_list`."""

    key: str
    label: str
    text: Callable[[Business], str] = str
    template: str = ""
    reading: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cell:
    text: str
    template: str


@dataclass(frozen=True)
class Line:
    business: Business
    cells: list[Cell]


def _of(path: str) -> Callable[[Business], str]:
    """The text at the end of a path; of what is missing on the way nothing."""

    def text(business: Business) -> str:
        value: Any = business
        for name in path.split("."):
            value = getattr(value, name, None)
        return str(value) if value not in (None, "") else ""

    return text


def _employees(business: Business) -> str:
    count = business.employee_count
    return format_integer(count) if count is not None else ""


def _second_scale(business: Business) -> str:
    column = next(column for law, column in HEADLINE_COLUMNS.items() if law != settings.HEADLINE_RULE_SET)
    return SCALE_LABELS[Scale(getattr(business, column))]


def _reading(*names: str) -> frozenset[str]:
    return frozenset(names)


_SECOND = next(law for law in HEADLINE_COLUMNS if law != settings.HEADLINE_RULE_SET)
COLUMNS = {
    column.key: column
    for column in (
        Column("owner", "Pelaku usaha", _of("owner.name")),
        Column("sector", "Jenis usaha", _of("sector.table_label")),
        Column("ward", "Kelurahan", _of("ward.name")),
        Column("district", "Kecamatan", _of("district.name"), reading=_reading("district")),
        Column("scale", "Skala", template="registry/_scale.html"),
        Column("scale_second", f"Skala menurut {RULE_SETS[_SECOND].legal_basis}", _second_scale),
        Column("state", "Keadaan", template="registry/_state.html"),
        Column("number", "Nomor pendaftaran", _of("registration.number")),
        Column("nib", "NIB", _of("nib")),
        Column("products", "Produk utama", _of("products"), reading=_reading("products")),
        Column("legal_form", "Bentuk usaha", lambda business: business.get_legal_form_display()),
        Column("workers", "Tenaga kerja", _employees),
        Column("address", "Alamat usaha", _of("address")),
        Column("started", "Mulai usaha", lambda business: str(getattr(business.started_on, "year", ""))),
        Column("created", "Dibuat", lambda business: format_date(business.created_at)),
        Column("updated", "Diubah", lambda business: format_date(business.updated_at)),
        Column("source", "Sumber", _of("source")),
        # Personal numbers: never but masked.
        Column("nik", "NIK", _of("owner.masked_national_id"), reading=_reading("owner__national_id")),
        Column("phone", "Telepon", _of("owner.masked_phone"), reading=_reading("owner__phone")),
        Column("npwp", "NPWP", _of("masked_npwp"), reading=_reading("npwp")),
    )
}
DEFAULT = ("owner", "sector", "ward", "scale", "state")
CHOICES = [(column.key, column.label) for column in COLUMNS.values()]


def columns_of(keys: Iterable[str]) -> list[Column]:
    """Those that there are, in the order of the list; the usual ones where none is left."""
    wanted = set(keys)
    return [column for key, column in COLUMNS.items() if key in wanted] or [COLUMNS[key] for key in DEFAULT]


def read_by(columns: Iterable[Column]) -> frozenset[str]:
    return frozenset().union(*(column.reading for column in columns))


def lines(businesses: Iterable[Business], columns: list[Column]) -> list[Line]:
    return [
        Line(
            business,
            [
                Cell("" if column.template else column.text(business) or NOTHING, column.template)
                for column in columns
            ],
        )
        for business in businesses
    ]
