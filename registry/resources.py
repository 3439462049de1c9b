"""The columns of the register's files, described once for exports and for the import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from import_export import fields, resources

from registry import cells
from registry.cells import Cell
from registry.identifiers import (
    mask_nik,
    mask_npwp,
    mask_phone,
    normalise_kbli_code,
    normalise_nib,
    normalise_nik,
    normalise_npwp,
)
from registry.models import MAX_WORKERS, Business, BusinessStatus, LegalForm, MicroKind, Owner, Sex
from registry.size_class import SCALE_LABELS

SCALES = {str(scale): label for scale, label in SCALE_LABELS.items()}
RECONSTRUCTION = "baris rekonstruksi, bukan data survei"
Show = Callable[[Any], Any]
Record = Owner | Business
SECTOR_IN_FULL = Concat("sector__name", Value(" ("), "sector__code", Value(")"))  # as str(sector)


class Column(fields.Field):  # type: ignore[misc]  # import-export has no types
    """One column: its heading, where its value stands (`path`), how it is shown and read.

    `show` and `mask` take a value that is there and know nothing of records, so that a file can be written
    from bare rows of the database. `mask` is what stands in place of personal data; `selects` is what a
    query asks for where the value at `path` is no column of a table. `cell` reads the column of a file that comes
    in, under its heading or one of the `aliases`; without it the column is only handed out.
    """

    def __init__(
        self,
        header: str,
        path: str,
        *,
        show: Show = str,
        mask: Show | None = None,
        selects: Combinable | None = None,
        cell: Cell | None = None,
        aliases: tuple[str, ...] = (),
    ) -> None:
        super().__init__(column_name=header)
        self.cell, self.aliases = cell, aliases
        self.path, self.mask = path, mask
        self.selects = path if selects is None else selects
        self._show = show

    def shower(self, *, full: bool) -> Show:
        """What turns a value that is there into the cell."""
        return self._show if full or self.mask is None else self.mask

    def show(self, record: Record, full: bool) -> Any:
        """The cell of a record."""
        value: Any = record
        for name in self.path.split("__"):
            value = getattr(value, name, None)
        return "" if value is None or value == "" else self.shower(full=full)(value)


def _number(value: int) -> int:
    return value


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _degrees(value: Any) -> str:
    return str(value).replace(".", ",")


def _yes_no(value: bool) -> str:
    return "Ya" if value else "Tidak"


def _label(choices: Iterable[tuple[str, Any]]) -> Show:
    labels = {str(value): str(label) for value, label in choices}
    return labels.__getitem__


SEX_WORDS = {
    **{label: value for value, label in Sex.choices},
    "l": Sex.MALE,
    "lk": Sex.MALE,
    "laki": Sex.MALE,
    "pria": Sex.MALE,
    "p": Sex.FEMALE,
    "pr": Sex.FEMALE,
    "wanita": Sex.FEMALE,
}
LEGAL_FORM_WORDS = {
    **{label: value for value, label in LegalForm.choices},
    "perseorangan": LegalForm.INDIVIDUAL,
    "usaha perorangan": LegalForm.INDIVIDUAL,
    "usaha perseorangan": LegalForm.INDIVIDUAL,
    "orang perseorangan": LegalForm.INDIVIDUAL,
    "usaha rumah tangga": LegalForm.HOUSEHOLD,
    **dict.fromkeys(("pt", "cv", "ud", "firma", "koperasi", "yayasan", "bumdes"), LegalForm.ENTITY),
}
NIK = cells.identifier(normalise_nik, mask=mask_nik)
PHONE = cells.phone(mask_phone)
NAME = cells.line(150)
ADDRESS = cells.line(250)
SEX = cells.choice(SEX_WORDS)
DAY = cells.day()
WORD = cells.line(200)
RUPIAH = cells.rupiah()
COUNT = cells.count(MAX_WORKERS)
NIK_ALIASES = ("No. KTP", "Nomor KTP", "KTP", "Nomor Induk Kependudukan", "NIK pemilik", "NIK pelaku usaha")
PHONE_ALIASES = (
    *(
        "No. HP",
        "Nomor HP",
        "HP",
        "Telepon",
        "No. telepon",
        "No. WA",
        "WhatsApp",
        "Kontak",
        "Telp",
        "No. telp",
    ),
    *("No. HP/WA", "Nomor HP/WA", "HP/WA", "Nomor WA", "Nomor telp", "No. telepon/HP", "No. telp/HP"),
)
OWNER_ALIASES = (
    "Nama pemilik",
    "Pemilik",
    "Nama pengusaha",
    "Pelaku usaha",
    "Nama pemilik usaha",
    "Nama lengkap",
)
SEX_ALIASES = ("L/P", "Gender", "JK", "Kelamin")
BORN_ALIASES = ("Tgl lahir", "Tanggal kelahiran", "Tanggal lahir pelaku usaha")


class OwnerResource(resources.Resource):  # type: ignore[misc]  # import-export has no types
    """Owners by themselves; most come in with their businesses."""

    code = Column("Kode", "public_id", cell=WORD, aliases=("Kode pelaku usaha",))
    name = Column("Nama pelaku usaha", "name", cell=NAME, aliases=("Nama", *OWNER_ALIASES))
    national_id = Column("NIK", "national_id", mask=mask_nik, cell=NIK, aliases=NIK_ALIASES)
    phone = Column("Nomor telepon", "phone", mask=mask_phone, cell=PHONE, aliases=PHONE_ALIASES)
    sex = Column("Jenis kelamin", "sex", show=_label(Sex.choices), cell=SEX, aliases=SEX_ALIASES)
    born_on = Column("Tanggal lahir", "born_on", show=_day, cell=DAY, aliases=BORN_ALIASES)
    address = Column("Alamat", "address", cell=ADDRESS, aliases=("Alamat tempat tinggal", "Alamat rumah"))
    ward = Column(
        "Kelurahan tempat tinggal", "ward__name", cell=WORD, aliases=("Kelurahan", "Desa/kelurahan")
    )


class BusinessResource(resources.Resource):  # type: ignore[misc]
    """Businesses with their owners. A row with a *Kode* changes that business, one without registers one."""

    code = Column("Kode", "public_id", cell=WORD, aliases=("Kode UMKM",))
    name = Column("Nama usaha", "name", cell=NAME, aliases=("Usaha", "Nama UMKM", "Merek usaha"))
    owner_name = Column("Nama pelaku usaha", "owner__name", cell=NAME, aliases=OWNER_ALIASES)
    owner_national_id = Column(
        "NIK",
        "owner__national_id",
        mask=mask_nik,
        cell=NIK,
        aliases=NIK_ALIASES,
    )
    owner_phone = Column(
        "Nomor telepon",
        "owner__phone",
        mask=mask_phone,
        cell=PHONE,
        aliases=PHONE_ALIASES,
    )
    owner_sex = Column(
        "Jenis kelamin",
        "owner__sex",
        show=_label(Sex.choices),
        cell=SEX,
        aliases=SEX_ALIASES,
    )
    owner_born_on = Column("Tanggal lahir", "owner__born_on", show=_day, cell=DAY, aliases=BORN_ALIASES)
    sector = Column(
        "Jenis usaha",
        "sector",
        selects=SECTOR_IN_FULL,
        cell=WORD,
        aliases=(
            *("Sektor", "Sektor usaha", "Bidang usaha", "Kategori KBLI", "Kategori usaha", "Kategori"),
            "Lapangan usaha",
        ),
    )
    kbli_code = Column(
        "Kode KBLI",
        "kbli_code",
        cell=cells.identifier(normalise_kbli_code),
        aliases=("KBLI", "Nomor KBLI"),
    )
    products = Column(
        "Produk utama",
        "products",
        cell=cells.lines(1_000),
        aliases=("Produk", "Jenis produk", "Nama produk", "Produk/jasa"),
    )
    legal_form = Column(
        "Bentuk usaha",
        "legal_form",
        show=_label(LegalForm.choices),
        cell=cells.choice(LEGAL_FORM_WORDS),
        aliases=("Badan usaha", "Bentuk badan usaha", "Status badan usaha"),
    )
    nib = Column(
        "NIB",
        "nib",
        cell=cells.identifier(normalise_nib),
        aliases=("Nomor NIB", "No. NIB", "Nomor Induk Berusaha"),
    )
    npwp = Column(
        "NPWP",
        "npwp",
        mask=mask_npwp,
        cell=cells.identifier(normalise_npwp, mask=mask_npwp),
        aliases=("Nomor NPWP", "No. NPWP"),
    )
    district = Column("Kecamatan", "district__name", cell=WORD, aliases=("Kec", "Kecamatan usaha"))
    ward = Column(
        "Kelurahan",
        "ward__name",
        cell=WORD,
        aliases=("Kel", "Desa", "Desa/kelurahan", "Kelurahan/desa", "Kelurahan usaha"),
    )
    address = Column(
        "Alamat usaha", "address", cell=ADDRESS, aliases=("Alamat", "Alamat tempat usaha", "Lokasi usaha")
    )
    latitude = Column("Lintang", "latitude", show=_degrees, cell=cells.degrees(), aliases=("Latitude", "Lat"))
    longitude = Column(
        "Bujur",
        "longitude",
        show=_degrees,
        cell=cells.degrees(),
        aliases=("Longitude", "Long", "Lng"),
    )
    started_on = Column(
        "Mulai usaha",
        "started_on",
        show=_day,
        cell=DAY,
        aliases=(
            *(
                "Tanggal mulai usaha",
                "Tgl mulai usaha",
                "Tanggal berdiri",
                "Tgl berdiri",
                "Tanggal pendirian",
            ),
            "Berdiri sejak",
        ),
    )
    net_assets = Column(
        "Kekayaan bersih",
        "net_assets",
        show=_number,
        cell=RUPIAH,
        aliases=("Aset", "Asset", "Nilai aset"),
    )
    business_capital = Column(
        "Modal usaha", "business_capital", show=_number, cell=RUPIAH, aliases=("Modal",)
    )
    annual_sales = Column(
        "Omzet per tahun",
        "annual_sales",
        show=_number,
        cell=RUPIAH,
        aliases=(
            *("Omzet", "Omzet/tahun", "Omzet tahunan", "Omzet setahun", "Penjualan per tahun"),
            *("Omset", "Omset/tahun", "Omset tahunan", "Omset setahun", "Omset per tahun"),
        ),
    )
    workers_male = Column(
        "Tenaga kerja laki-laki",
        "workers_male",
        show=_number,
        cell=COUNT,
        aliases=("TK laki-laki", "Pekerja laki-laki", "Tenaga kerja L"),
    )
    workers_female = Column(
        "Tenaga kerja perempuan",
        "workers_female",
        show=_number,
        cell=COUNT,
        aliases=("TK perempuan", "Pekerja perempuan", "Tenaga kerja P"),
    )
    branch = Column(
        "Cabang atau anak perusahaan",
        "is_branch_or_subsidiary",
        show=_yes_no,
        cell=cells.choice(cells.YES_NO),
    )
    micro_kind = Column(
        "Macam usaha mikro",
        "micro_kind",
        show=_label(MicroKind.choices),
        cell=cells.choice({label: value for value, label in MicroKind.choices}),
    )
    scale = Column("Skala menurut PP 7/2021", "scale_pp7", show=SCALES.__getitem__)
    status = Column("Status usaha", "status", show=_label(BusinessStatus.choices))
    note = Column("Keterangan", "is_reconstruction", show=lambda value: RECONSTRUCTION if value else "")
