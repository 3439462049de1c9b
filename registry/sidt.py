"""The columns of SIDT-KUMKM, the ministry's single data system: its name for each of ours, in its order.

`SIDT` is the one table for both directions. A name with "" is asked for there and not held here: it stays
empty in our files, and is not read from theirs. What one side keeps in several columns the other keeps in
one is said below it. The names are those of a public extract of 2025; its codes are not published, so that
cells hold our labels.
"""

from __future__ import annotations

from collections.abc import Mapping

from registry.identifiers import PROVINCES_FILE
from registry.resources import BusinessResource, Column

# The name there → the attribute of BusinessResource, or of EXTRA, that has its cell.
SIDT: Mapping[str, str] = {
    "id_data_badan_usaha": "code",
    "nik_pengusaha": "owner_national_id",
    "nama_pengusaha": "owner_name",
    "jenis_kelamin": "owner_sex",
    "is_disabilitas": "",
    "tanggal_lahir": "owner_born_on",
    "pendidikan_formal": "",
    "kontak_hp": "owner_phone",
    "prov_pengusaha": "owner_province",
    "kab_pengusaha": "owner_city",
    "kec_pengusaha": "owner_district",
    "kel_pengusaha": "owner_ward",
    "alamat_pengusaha": "owner_address",
    "rt_pengusaha": "",
    "rw_pengusaha": "",
    "nib": "nib",
    "nama_usaha": "name",
    "kegiatan_utama": "",
    "produk_utama": "products",
    "kategori_kbli": "section",
    "kode_kbli": "kbli_code",
    "status_badan_usaha": "legal_form",
    "skala_usaha": "scale",
    "modal_pendirian": "business_capital",
    "bulan_mulai_operasi": "started_month",
    "tahun_mulai_operasi": "started_year",
    "omzet_tahunan": "annual_sales",
    "asset": "net_assets",
    "prov_usaha": "province",
    "kab_usaha": "city",
    "kec_usaha": "district",
    "kel_usaha": "ward",
    "alamat_usaha": "address",
    "rt_usaha": "",
    "rw_usaha": "",
    "foto_usaha": "",
    "alamat_latitude": "latitude",
    "alamat_longitude": "longitude",
    # Workers are not told apart by pay and disability here; read, they are added up (SUMS).
    "tk_dibayar_laki": "",
    "tk_dibayar_perempuan": "",
    "tk_dibayar_disabil_laki": "",
    "tk_dibayar_disabil_perempuan": "",
    "tk_not_dibayar_laki": "",
    "tk_not_dibayar_perempuan": "",
    "tk_not_dibayar_disabil_laki": "",
    "tk_not_dibayar_disabil_perempuan": "",
    "pulled_at": "",
    "updated_at": "updated_at",
    "source_page": "",
}
SUMS: Mapping[str, tuple[str, ...]] = {
    attribute: tuple(
        f"tk_{paid}_{kind}{sex}" for paid in ("dibayar", "not_dibayar") for kind in ("", "disabil_")
    )
    for attribute, sex in (("workers_male", "laki"), ("workers_female", "perempuan"))
}


def _read_provinces() -> dict[str, str]:
    lines = [line for line in PROVINCES_FILE.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
    return dict(line.split(",", 1) for line in lines)


PROVINCES = _read_provinces()


def _province(code: str) -> str:
    return PROVINCES.get(code[:2], "")


EXTRA: Mapping[str, Column] = {
    "section": Column("kategori_kbli", "sector__code"),
    "owner_province": Column("prov_pengusaha", "owner__district__parent__code", show=_province),
    "owner_city": Column("kab_pengusaha", "owner__district__parent__name"),
    "owner_district": Column("kec_pengusaha", "owner__district__name"),
    "owner_ward": Column("kel_pengusaha", "owner__ward__name"),
    "owner_address": Column("alamat_pengusaha", "owner__address"),
    "started_month": Column("bulan_mulai_operasi", "started_on__month", show=int),
    "started_year": Column("tahun_mulai_operasi", "started_on__year", show=int),
    "province": Column("prov_usaha", "district__parent__code", show=_province),
    "city": Column("kab_usaha", "district__parent__name"),
    "updated_at": Column("updated_at", "updated_at", show=lambda moment: moment.isoformat()),
}


def sidt_columns() -> list[tuple[str, Column | None]]:
    """Heading and column of a file in SIDT order; None where nothing is held."""
    ours: dict[str, Column] = {**BusinessResource.fields, **EXTRA}
    return [(name, ours[attribute] if attribute else None) for name, attribute in SIDT.items()]
