"""The CSV form of a city's regions: `ward_code,ward,district_code,district`, one line a kelurahan.

Lines that begin with `#` are remarks; `# Kota: <name>` names the city. The codes are those of the
Ministry of Home Affairs (35.74.01.1001); the code of the city is what all of them begin with.
Pure: imports no Django.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

COLUMNS = ("ward_code", "ward", "district_code", "district")
WARD_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
CITY_REMARK = re.compile(r"#\s*Kota:\s*(\S.*?)\s*", re.IGNORECASE)
MAX_NAME = 100
CITY_CODE_LENGTH = len("35.74")
DISTRICT_CODE_LENGTH = len("35.74.01")


class BadRegionFile(Exception):
    """What is wrong, with the number of the line, in Indonesian."""


@dataclass(frozen=True)
class CityRegions:
    code: str
    name: str  # "" when the file does not say
    districts: dict[str, str]  # code -> name
    wards: dict[str, str]


def read_regions(lines: Iterable[str]) -> CityRegions:
    """The regions of one city; raises BadRegionFile at the first line that is wrong."""
    name, city = "", ""
    districts: dict[str, str] = {}
    wards: dict[str, str] = {}
    rows: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        text = line.lstrip("\ufeff").strip()
        if remark := CITY_REMARK.fullmatch(text):
            name = remark[1]
        elif text and not text.startswith("#"):
            rows.append((number, text))
    for number, (ward_code, ward, district_code, district) in _cells(rows):
        city = city or ward_code[:CITY_CODE_LENGTH]
        if ward_code[:CITY_CODE_LENGTH] != city:
            raise BadRegionFile(f"baris {number}: kode {ward_code} bukan bagian dari kota {city}")
        if ward_code in wards:
            raise BadRegionFile(f"baris {number}: kode {ward_code} sudah ada di baris sebelumnya")
        if districts.setdefault(district_code, district) != district:
            raise BadRegionFile(
                f"baris {number}: kecamatan {district_code} bernama “{district}”, "
                f"sebelumnya “{districts[district_code]}”"
            )
        wards[ward_code] = ward
    if not wards:
        raise BadRegionFile("berkas tidak berisi satu kelurahan pun")
    return CityRegions(city, name, districts, wards)


def _cells(rows: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    if not rows or tuple(next(csv.reader([rows[0][1]]))) != COLUMNS:
        line = rows[0][0] if rows else 1
        raise BadRegionFile(f"baris {line}: judul kolom harus {','.join(COLUMNS)}")
    for number, text in rows[1:]:
        cells = [cell.strip() for cell in next(csv.reader([text]))]
        if len(cells) != len(COLUMNS):
            raise BadRegionFile(f"baris {number}: {len(cells)} kolom, seharusnya {len(COLUMNS)}")
        for column, cell in zip(COLUMNS, cells, strict=True):
            if not cell or len(cell) > MAX_NAME or not cell.isprintable():
                raise BadRegionFile(f"baris {number}: kolom {column} kosong atau tidak sah")
        ward_code, district_code = cells[0], cells[2]
        if not WARD_CODE.fullmatch(ward_code):
            raise BadRegionFile(f"baris {number}: “{ward_code}” bukan kode kelurahan (mis. 35.74.01.1001)")
        if ward_code[:DISTRICT_CODE_LENGTH] != district_code:
            raise BadRegionFile(
                f"baris {number}: kelurahan {ward_code} bukan bagian dari kecamatan {district_code}"
            )
        yield number, cells
