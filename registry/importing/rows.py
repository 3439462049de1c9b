"""A row of a list of businesses: its values, and what is wrong in it before the register is asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from core import keys
from core.cleaning import CleaningError, clean_text, is_blank, parse_latitude_longitude, parse_whole_number
from core.importing.headers import Form, folded
from core.importing.importers import ERROR, WARNING, Draft
from core.models import ImportBatch, Region, User
from registry import sidt
from registry.cells import line
from registry.identifiers import nik_warnings
from registry.importing.columns import Sheet, own_form
from registry.importing.lookups import Places, Sectors
from registry.models import MAX_WORKERS
from registry.resources import ADDRESS, BusinessResource, Column

SIDT_SOURCE = "SIDT"
SOURCE_KEY, PARTS = "source_key", tuple(name for names in sidt.SUMS.values() for name in names)
MONTH, YEAR = "started_month", "started_year"


def _worker_label(name: str) -> str:
    """`tk_not_dibayar_disabil_laki` in words."""
    paid = "tidak dibayar" if "_not_" in name else "dibayar"
    disabled = ", disabilitas" if "_disabil_" in name else ""
    sex = "laki-laki" if name.endswith("_laki") else "perempuan"
    return f"Tenaga kerja {sex}, {paid}{disabled}"


EXTRA: Mapping[str, Column] = {
    SOURCE_KEY: Column(
        "Kunci pada sumber", "source_key", cell=line(60), aliases=("ID sumber", "id_data_badan_usaha")
    ),
    "owner_address": Column(
        "Alamat pelaku usaha", "owner__address", cell=ADDRESS, aliases=("Alamat pemilik",)
    ),
    MONTH: Column("Bulan mulai usaha", "started_on__month", cell=line(20), aliases=("bulan_mulai_operasi",)),
    YEAR: Column("Tahun mulai usaha", "started_on__year", cell=line(20), aliases=("tahun_mulai_operasi",)),
    **{name: Column(_worker_label(name), "", cell=line(20), aliases=(name,)) for name in PARTS},
}
COLUMNS: Mapping[str, Column] = {**BusinessResource.fields, **EXTRA}
FIELDS = (
    "code",
    SOURCE_KEY,
    "name",
    "owner_name",
    "owner_national_id",
    "owner_phone",
    "owner_sex",
    "owner_born_on",
    "owner_address",
    "sector_id",
    "kbli_code",
    "products",
    "legal_form",
    "nib",
    "npwp",
    "ward_id",
    "district_id",
    "address",
    "latitude",
    "longitude",
    "started_on",
    "net_assets",
    "business_capital",
    "annual_sales",
    "workers_male",
    "workers_female",
    "branch",
    "micro_kind",
)
AT = {name: place for place, name in enumerate(FIELDS)}
APART = ("code", "sector", "ward", "district", "latitude", "longitude", MONTH, YEAR, *PARTS)
_AT_CODE, _AT_NAME, _AT_OWNER, _AT_NIK = AT["code"], AT["name"], AT["owner_name"], AT["owner_national_id"]
_AT_BORN, _AT_SECTOR, _AT_KBLI, _AT_NIB = AT["owner_born_on"], AT["sector_id"], AT["kbli_code"], AT["nib"]
_AT_WARD, _AT_KEY, _AT_STARTED = AT["ward_id"], AT[SOURCE_KEY], AT["started_on"]
# What SIDT calls a column of ours; its id is a key at its source, unless it is one of our codes.
_SIDT_COLUMNS = {
    name: {"code": SOURCE_KEY, "section": "sector"}.get(attribute, attribute)
    for name, attribute in sidt.SIDT.items()
}


def business_forms() -> list[Form]:
    theirs = {
        folded(name): name if name in PARTS else attribute if attribute in COLUMNS else ""
        for name, attribute in _SIDT_COLUMNS.items()
    }
    importable = {name for name, column in COLUMNS.items() if column.cell is not None}
    theirs = {name: column if column in importable else "" for name, column in theirs.items()}
    return [
        own_form("Daftar UMKM aplikasi ini", BusinessResource.fields),
        Form("SIDT-KUMKM", theirs, SIDT_SOURCE),
    ]


def same_words(text: str) -> str:
    return " ".join(text.casefold().split())


class Reader:
    """Rows of one batch. Asks the database for places and kinds of business once, then no more."""

    def __init__(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        self.today: date = timezone.localdate(at)
        self.sheet = Sheet(batch, COLUMNS, FIELDS, today=self.today, apart=APART)
        self.places, self.sectors = Places(by), Sectors(by)
        self.region_codes = frozenset(Region.objects.districts().values_list("code", flat=True))
        self._token = keys.tagger(context=f"import.{batch.public_id}")
        places = self.sheet.places
        self._sums = {field: [name for name in names if name in places] for field, names in sidt.SUMS.items()}
        self._has_sums = any(self._sums.values())
        self._has_start = YEAR in places

    def read(self, number: int, row: list[str]) -> Draft:
        draft = self.sheet.read(number, row)
        self._code(draft)
        self._place(draft)
        self._sector(draft)
        self._coordinates(draft)
        if self._has_sums:
            self._workers(draft)
        if self._has_start:
            self._start(draft)
        values = draft.values
        if values[_AT_NIK]:
            self._look_at_nik(draft)
        if not any(values) and not draft.masked and not draft.problems:
            return draft
        draft.tokens = list(self._tokens(draft))
        return draft

    def _code(self, draft: Draft) -> None:
        """A code that is none of ours is a key at the source when it stands in a column of keys."""
        values = draft.values
        if (text := self.sheet.text(draft, "code")) and not is_blank(text):
            try:
                values[_AT_CODE] = str(UUID(text.strip().lstrip("'")))
            except ValueError:
                self.sheet.problem(draft, "code", "Ini bukan kode UMKM. Kosongkan untuk UMKM baru.")
        elif values[_AT_KEY] is not None and len(values[_AT_KEY]) >= 32:
            with suppress(ValueError):
                values[_AT_CODE] = str(UUID(values[_AT_KEY]))
                values[_AT_KEY] = None

    def _place(self, draft: Draft) -> None:
        ward = self.sheet.text(draft, "ward")
        if not ward or is_blank_text(ward):
            return
        district = self.sheet.text(draft, "district")
        try:
            draft.values[_AT_WARD : _AT_WARD + 2] = self.places.find(ward, district)
        except CleaningError as error:
            self.sheet.problem(draft, "ward", error.message)

    def _sector(self, draft: Draft) -> None:
        text, values = self.sheet.text(draft, "sector"), draft.values
        code = values[_AT_KBLI]
        if text and not is_blank_text(text):
            try:
                values[_AT_SECTOR] = self.sectors.find(text)
            except CleaningError as error:
                self.sheet.problem(draft, "sector", error.message)
                return
        elif code and (derived := self.sectors.of_code(code)):
            values[_AT_SECTOR] = derived
            reason = "Jenis usaha kosong; diisi menurut kode KBLI."
            self.sheet.problem(draft, "sector", reason, level=WARNING)
        if code and values[_AT_SECTOR] and (reason := self.sectors.why_not(values[_AT_SECTOR], code)):
            self.sheet.problem(draft, "kbli_code", reason)

    def _coordinates(self, draft: Draft) -> None:
        latitude, longitude = self.sheet.text(draft, "latitude"), self.sheet.text(draft, "longitude")
        if not latitude and not longitude:
            return
        try:
            place = parse_latitude_longitude(latitude.lstrip("'"), longitude.lstrip("'"))
        except CleaningError as error:
            self.sheet.problem(draft, "latitude" if latitude else "longitude", error.message)
            return
        if place is not None:
            draft.values[AT["latitude"]], draft.values[AT["longitude"]] = map(str, place)

    def _workers(self, draft: Draft) -> None:
        """Counts that the form keeps apart by pay and disability are added up."""
        for field, names in self._sums.items():
            known = []
            for name in names:
                if not (text := self.sheet.text(draft, name)):
                    continue
                try:
                    if (count := parse_whole_number(text, MAX_WORKERS)) is not None:
                        known.append(count)
                except CleaningError as error:
                    self.sheet.problem(draft, name, error.message)
            if known and draft.values[AT[field]] is None:
                draft.values[AT[field]] = sum(known)
                if sum(known) > MAX_WORKERS:
                    self.sheet.problem(draft, names[0], "Jumlah tenaga kerja terlalu besar.")

    def _start(self, draft: Draft) -> None:
        """The first day of a month or year stands for it."""
        year, month = self.sheet.text(draft, YEAR), self.sheet.text(draft, MONTH)
        if draft.values[_AT_STARTED] is not None or (is_blank_text(year) and is_blank_text(month)):
            return
        try:
            day = date(int(clean_text(year)), int(clean_text(month) or 1), 1)
        except (ValueError, CleaningError):
            self.sheet.problem(draft, YEAR, "Bulan dan tahun mulai operasi tidak dapat dibaca.")
            return
        if not date(1900, 1, 1) <= day <= self.today:
            self.sheet.problem(draft, YEAR, "Mulai usaha tidak boleh sebelum 1900 atau di masa depan.")
            return
        draft.values[_AT_STARTED] = day.isoformat()

    def _look_at_nik(self, draft: Draft) -> None:
        values = draft.values
        born = date.fromisoformat(values[_AT_BORN]) if values[_AT_BORN] else None
        for reason in nik_warnings(values[_AT_NIK], region_codes=self.region_codes, born_on=born):
            self.sheet.problem(draft, "owner_national_id", reason, level=WARNING)

    def _tokens(self, draft: Draft) -> list[str]:
        """Letter, keyed hash and tag of what two rows of one file must not share, or only with equal tags."""
        token, values = self._token, draft.values
        name, owner, nik = values[_AT_NAME], values[_AT_OWNER], values[_AT_NIK]
        found = []
        if values[_AT_CODE]:
            found.append(f"k{token(values[_AT_CODE])[:10]}:")
        if values[_AT_KEY]:
            found.append(f"s{token(values[_AT_KEY])[:10]}:")
        owner_tag = token(same_words(owner))[:6] if owner else ""
        nik_token = token(nik) if nik else ""
        if nik_token:
            found.append(f"n{nik_token[:10]}:{owner_tag}")
        if values[_AT_NIB]:
            found.append(f"b{token(values[_AT_NIB])[:10]}:{nik_token[:6] or owner_tag}")
        if name and not values[_AT_CODE] and not values[_AT_KEY]:
            who = nik or same_words(owner or "")
            found.append(f"d{token(f'{same_words(name)}/{who}/{values[_AT_WARD]}')[:10]}:")
        return found


def is_blank_text(text: str) -> bool:
    try:
        return is_blank(text)
    except CleaningError:
        return False


CLASHES = {
    # letter: (level, column, reason when the tags are equal, reason when they differ)
    "k": ("code", "Kode ini ada juga pada baris {row}.", "Kode ini ada juga pada baris {row}."),
    "s": (
        SOURCE_KEY,
        "Kunci sumber ini ada juga pada baris {row}.",
        "Kunci sumber ini ada juga pada baris {row}.",
    ),
    "n": ("owner_national_id", "", "NIK ini ada juga pada baris {row} dengan nama lain."),
    "b": ("nib", "", "NIB ini ada juga pada baris {row} dengan pelaku usaha lain."),
}
__all__ = ["AT", "CLASHES", "COLUMNS", "ERROR", "FIELDS", "Reader", "business_forms", "same_words"]
