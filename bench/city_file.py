"""An invented city as a list of businesses in our own layout, as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.models import Region
from registry.models import Sector, Sex
from registry.spreadsheets import FORMATS
from surveys.city import people

HEADERS = (
    "Nama usaha",
    "Nama pelaku usaha",
    "NIK",
    "Nomor telepon",
    "Jenis kelamin",
    "Tanggal lahir",
    "Jenis usaha",
    "Kode KBLI",
    "Produk utama",
    "Bentuk usaha",
    "NIB",
    "NPWP",
    "Kecamatan",
    "Kelurahan",
    "Alamat usaha",
    "Lintang",
    "Bujur",
    "Mulai usaha",
    "Kekayaan bersih",
    "Modal usaha",
    "Omzet per tahun",
    "Tenaga kerja laki-laki",
    "Tenaga kerja perempuan",
)
YEAR = 2026


def write(
    directory: Path, businesses: int, *, seed: int = 33, kinds: tuple[str, ...] = ("csv", "xlsx")
) -> None:
    rows = [HEADERS, *lines(businesses, seed)]
    for kind in kinds:
        with (directory / f"daftar.{kind}").open("wb") as out:
            FORMATS[kind]().write(out, rows)


def lines(businesses: int, seed: int) -> Iterator[list[Any]]:
    wards = list(Region.objects.wards().select_related("parent").order_by("code"))
    sectors = {sector.code: str(sector) for sector in Sector.objects.filter(version="2020")}
    owner: dict[str, Any] = {}
    for index in range(businesses):
        drawn = people.draw(seed=seed, index=index, wards=len(wards), year=YEAR, with_coordinates=True)
        owner = drawn.owner or owner
        ward, business = wards[drawn.ward], drawn.business
        yield [
            business["name"],
            owner["name"],
            owner["national_id"] or "",
            owner["phone"] or "",
            dict(Sex.choices).get(owner["sex"], ""),
            _day(owner["born_on"]),
            sectors[drawn.sector],
            business.get("kbli_code", ""),
            business.get("products", ""),
            {"individual": "Perorangan", "household": "Rumah tangga", "entity": "Badan usaha"}.get(
                business.get("legal_form", ""), ""
            ),
            business.get("nib", ""),
            business.get("npwp") or "",
            ward.parent.name if ward.parent else "",
            ward.name,
            business.get("address", ""),
            str(business.get("latitude", "")).replace(".", ","),
            str(business.get("longitude", "")).replace(".", ","),
            _day(business.get("started_on")),
            _blank(business.get("net_assets")),
            _blank(business.get("business_capital")),
            _blank(business.get("annual_sales")),
            _blank(business.get("workers_male")),
            _blank(business.get("workers_female")),
        ]


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _blank(value: Any) -> Any:
    return "" if value is None else value
