"""A register of a million businesses, written row by row from lists of syllables; some minutes on a laptop.

Names are made so that a search finds from none to a third of the rows: a kind of business (some far more
common than others), a word of three syllables (8,000 of them), for a few a legal form. Owners have words of
other syllables, so that the word of a business stands in no other column.
"""

from __future__ import annotations

import csv
import io
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.models.expressions import DatabaseDefault

from bench.dashboard import empty
from bench.report import say
from core.models import Region, User
from registry import search_triggers
from registry.models import Business, Owner, Registration, Sector

SIZE = 1_000_000
CHUNK = 50_000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
KINDS = (
    *["Warung"] * 12,
    *["Toko"] * 8,
    *["Kios"] * 5,
    *["Depot"] * 3,
    *["Bengkel"] * 2,
    *(
        "Penjahit",
        "Katering",
        "Rias",
        "Servis",
        "Percetakan",
        "Sanggar",
        "Gudang",
        "Konveksi",
        "Apotek",
        "Salon",
    ),
)
FORMS = ("CV ", "UD ", "PT ")
OF_BUSINESSES = [
    "ri",
    "za",
    "mo",
    "ke",
    "lu",
    "nga",
    "si",
    "to",
    "wi",
    "pe",
    "ja",
    "du",
    "ho",
    "ba",
    "ge",
    "fi",
    "ca",
    "yu",
    "ta",
    "no",
]
OF_PEOPLE = [
    "ah",
    "bim",
    "cok",
    "dul",
    "end",
    "fir",
    "gun",
    "har",
    "ind",
    "jum",
    "kus",
    "lil",
    "mun",
    "nug",
    "oes",
    "par",
    "rus",
    "sul",
    "tar",
    "ulf",
]
PRODUCTS = ("Nasi goreng", "Keripik", "Baju batik", "Ikan asap", "Mangga", "Pulsa", "Jamu", "Tahu", "", "")
Row = tuple[Any, ...]


def make(size: int = SIZE) -> None:
    """Fill the register in place of what is there; the index is built at the end, as `migrate` would."""
    started = time.monotonic()
    search_triggers.remove(connection)
    empty()
    if connection.vendor == "sqlite":  # nothing here is worth waiting for the disk
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    wards = list(Region.objects.filter(level=Region.Level.WARD).order_by("code"))
    sectors = list(Sector.objects.in_study_order())
    users = [User.objects.get_or_create(username=name, defaults={"role": "registrar"})[0].pk for name in "ab"]
    _write(Owner, _owners(size, wards))
    _write(Business, _businesses(size, wards, sectors))
    _write(Registration, _registrations(size, users))
    written = time.monotonic()
    say(f"{size} businesses written in {written - started:.0f} s")
    search_triggers.rebuild(connection)
    say(f"search built in {time.monotonic() - written:.0f} s")
    with connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # its autovacuum does that in use; an SQLite file has no statistics
            cursor.execute("VACUUM ANALYZE")


def word(number: int, syllables: list[str]) -> str:
    count = len(syllables)
    parts = (number % count, number // count % count, number // count**2 % count)
    return "".join(syllables[part] for part in parts).capitalize()


def business_name(number: int) -> str:
    scattered = number * 2_654_435_761 % 2**32
    form = FORMS[number % 3] if scattered % 37 == 0 else ""
    # The lower a number, the more often it is drawn: words of one business and of hundreds.
    rare = scattered % 8_000 * (scattered // 8_000 % 1_000) // 1_000
    return f"{form}{KINDS[scattered // 7 % len(KINDS)]} {word(rare, OF_BUSINESSES)}"


def _owners(size: int, wards: list[Region]) -> Iterator[dict[str, Any]]:
    for number in range(1, size + 1):
        ward = wards[number % len(wards)]
        scattered = number * 2_246_822_519 % 2**32
        name = f"{word(scattered, OF_PEOPLE)} {word(scattered // 8_000, OF_PEOPLE)}"
        yield {"id": number, "name": name, "ward": ward.pk, "district": ward.parent_id, **_made(number)}


def _businesses(size: int, wards: list[Region], sectors: list[Sector]) -> Iterator[dict[str, Any]]:
    for number in range(1, size + 1):
        ward = wards[number % len(wards)]
        yield {
            "id": number,
            "name": business_name(number),
            "owner": number,
            "products": PRODUCTS[number % len(PRODUCTS)],
            "nib": f"{number * 7_919 % 10**12 + 10**12}" if number % 3 == 0 else "",
            "sector": sectors[number % len(sectors)].pk,
            "ward": ward.pk,
            "district": ward.parent_id,
            "annual_sales": number % 700 * 1_000_000,
            **_made(number),
        }


def _registrations(size: int, users: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(1, size + 1):
        at = BEGIN + timedelta(seconds=number)
        yield {
            "id": number,
            "business": number,
            "state": "registered",
            "number": f"{2020 + number % 6}-{number:07d}",
            "submitted_at": at,
            "submitted_by": users[0],
            "registered_at": at,
            "registered_by": users[1],
        }


def _made(number: int) -> dict[str, Any]:
    at = BEGIN + timedelta(seconds=number)
    return {"public_id": uuid.UUID(int=number), "created_at": at, "updated_at": at}


def _write(model: type[models.Model], rows: Iterator[dict[str, Any]]) -> None:
    """What a row does not name has its default."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    places = {field.name: place for place, field in enumerate(fields)}
    defaults = [field.get_db_prep_save(_default(field), connection) for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    write = _insert if connection.vendor == "sqlite" else _copy
    while chunk := list(islice(rows, CHUNK)):
        lines = []
        for row in chunk:
            line = list(defaults)
            for name, value in row.items():
                line[places[name]] = _plain(value)
            lines.append(tuple(line))
        write(model._meta.db_table, columns, lines)


def _plain(value: Any) -> Any:
    if connection.vendor == "sqlite":
        if isinstance(value, uuid.UUID):
            return value.hex
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M:%S}"
    return value


def _default(field: Any) -> Any:
    value = field.get_default()
    return None if isinstance(value, DatabaseDefault) else value


def _insert(table: str, columns: str, rows: list[Row]) -> None:
    marks = ", ".join(["%s"] * len(rows[0]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _copy(table: str, columns: str, rows: list[Row]) -> None:
    lines = io.StringIO()
    csv.writer(lines).writerows([r"\N" if value is None else value for value in row] for row in rows)
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '\\N')", lines)
