"""The rows of the register of an invented city, drawn one business at a time. Pure: writes nothing.

Business `i` of seed `s` is the same whatever the size of the city: each has a generator of its own. Rows
are the keyword arguments of the models; places and sectors are numbers to be resolved by who writes them.
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from surveys.city import words

SOURCE = "generated"
MAX_SEED = 9_999
MAX_BUSINESSES = 900_000
SECOND_BUSINESS_EVERY = 20  # of twenty businesses two belong to one owner
BOX_OF_PROBOLINGGO = ((-7_800_000, -7_730_000), (113_170_000, 113_260_000))  # in millionths of a degree

SECTORS = tuple(words.SECTOR_SHARES)
_SHARES = tuple(words.SECTOR_SHARES.values())
_KINDS = {
    letter: (names.split(), products.split("|"), codes.split())
    for letter, (names, products, codes) in words.KINDS.items()
}
_AGES_IN_DAYS = (19 * 365, 70 * 365)
_MILLION = 1_000_000

# (status, share), (registration state of an active business, share)
_STATUSES = (("active", "closed", "moved", "found_in_field"), (91, 5, 2, 2))
_STATES = (("registered", "submitted", "draft"), (88, 5, 7))
_PERMITS = (("pirt", 0.10), ("halal", 0.14), ("bpom", 0.005), ("sni", 0.002), ("brand", 0.02))
# (chance, median of the assets, of the sales, largest assets, largest sales, smallest) in million rupiah
_MICRO = (12, 60, 49, 295, 0.5)
_SMALL = (120, 700, 480, 2_400, 55)
_MEDIUM = (1_500, 18_000, 9_000, 45_000, 3_000)


@dataclass
class Drawn:
    """One business with all that hangs on it; `owner` is None where the business before has the same."""

    index: int
    ward: int
    sector: str
    age: int
    sells_online: bool
    owner: dict[str, Any] | None
    business: dict[str, Any]
    registration: dict[str, Any]
    permits: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)


def generator_for(seed: int, kind: str, index: int) -> Random:
    return Random(f"{seed}/{kind}/{index}")  # noqa: S311  # invented data, no secret


def public_id(seed: int, kind: str, index: int) -> uuid.UUID:
    digest = hashlib.blake2b(f"{seed}/{kind}/{index}".encode(), digest_size=16).digest()
    return uuid.UUID(bytes=digest, version=4)


def draw(*, seed: int, index: int, wards: int, year: int, with_coordinates: bool) -> Drawn:
    """Business number `index` (from 0) of the city; `wards` is how many places there are to choose from."""
    random = generator_for(seed, "business", index)
    ward = random.randrange(wards)
    sector = random.choices(SECTORS, _SHARES)[0]
    shares_owner = index % SECOND_BUSINESS_EVERY == SECOND_BUSINESS_EVERY - 1
    age = random.randint(*_AGES_IN_DAYS)
    entered = datetime.combine(
        date(year, 1, 1) - timedelta(days=random.randint(1, 5 * 365)), time(2 + index % 7, index % 60), UTC
    )
    national_id, owner = _owner(random, seed, index, age, year, entered)
    sells_online = random.random() < (0.62 if age < 40 * 365 else 0.34)
    drawn = Drawn(
        index,
        ward,
        sector,
        age,
        sells_online,
        None if shares_owner else owner,
        _business(random, seed, index, sector, entered, year),
        {},
    )
    if not shares_owner and random.random() < 0.12:
        drawn.business["npwp"] = national_id
    if with_coordinates and random.random() < 0.35:
        south_north, west_east = BOX_OF_PROBOLINGGO
        drawn.business["latitude"] = Decimal(random.randint(*south_north)).scaleb(-6)
        drawn.business["longitude"] = Decimal(random.randint(*west_east)).scaleb(-6)
    drawn.registration = _registration(random, seed, index, drawn.business, entered)
    drawn.permits = _permits(random, sector, year)
    drawn.accounts = _accounts(random, drawn)
    return drawn


def _owner(
    random: Random, seed: int, index: int, age: int, year: int, entered: datetime
) -> tuple[str, dict[str, Any]]:
    female = random.random() < 0.56
    first = random.choice(words.FEMALE_NAMES if female else words.MALE_NAMES)
    second = random.choice(words.FAMILY_WORDS if random.random() < 0.6 else words.MALE_NAMES)
    born_on, national_id = _birth(seed, index, year, female)
    owner = {
        "public_id": public_id(seed, "owner", index),
        "name": first if first == second else f"{first} {second}",
        "national_id": national_id if random.random() < 0.93 else None,
        # +62 840 … belongs to no operator
        "phone": f"+62840{seed % 1_000:03d}{index:06d}" if random.random() < 0.85 else None,
        "sex": ("female" if female else "male") if random.random() < 0.95 else "",
        "born_on": born_on if random.random() < 0.8 else None,
        "address": _address(random) if random.random() < 0.6 else "",
        "created_at": entered,
        "updated_at": entered,
    }
    return national_id, owner


def _birth(seed: int, index: int, year: int, female: bool) -> tuple[date, str]:
    """A day of birth and the NIK it stands in: 99, the seed, the day, a serial. No two are equal in a city.

    Owners with one serial number are born 97 days apart, one after the other, within fifty years.
    """
    span = _AGES_IN_DAYS[1] - _AGES_IN_DAYS[0]
    turn, serial = divmod(index, 9_999)
    offset = generator_for(seed, "birth", serial).randrange(span)
    born_on = date(year, 1, 1) - timedelta(days=_AGES_IN_DAYS[0] + (offset + 97 * turn) % span)
    day = born_on.day + (40 if female else 0)
    return born_on, f"99{seed:04d}{day:02d}{born_on:%m%y}{serial + 1:04d}"


def _address(random: Random) -> str:
    return (
        f"Jalan {random.choice(words.STREETS)} No. {random.randint(1, 180)}"
        f" RT {random.randint(1, 9):02d} RW {random.randint(1, 12):02d}"
    )


def _business(
    random: Random, seed: int, index: int, sector: str, entered: datetime, year: int
) -> dict[str, Any]:
    names, products, codes = _KINDS[sector]
    entity = random.random() < 0.02
    name = (
        f"{random.choice(names)} {random.choice(words.FIRST_PARTS)} {random.choice(words.SECOND_PARTS)}"
        f" {random.randint(1, 99)}"
    )
    status = random.choices(*_STATUSES)[0]
    moved = status in {"moved", "closed"}
    row: dict[str, Any] = {
        "public_id": public_id(seed, "business", index),
        "name": f"CV {name}" if entity else name,
        "kbli_code": random.choice(codes) if random.random() < 0.56 else "",
        "products": random.choice(products) if random.random() < 0.8 else "",
        "legal_form": "entity" if entity else random.choice(("individual", "individual", "household", "")),
        "nib": f"99{seed:04d}{index:07d}" if random.random() < 0.45 else "",
        "address": _address(random) if random.random() < 0.9 else "",
        "started_on": _started(random, entered) if random.random() < 0.7 else None,
        "is_branch_or_subsidiary": False if random.random() < 0.5 else None,
        "status": status,
        "status_since": entered.date() + timedelta(days=random.randint(0, 90)) if moved else None,
        "source": SOURCE,
        "source_key": f"{seed:04d}/{index:06d}",
        "created_at": entered,
        "updated_at": entered,
    }
    row.update(_amounts(random))
    row.update(_workers(random))
    row["micro_kind"] = random.choice(("livelihood", "livelihood", "grown", "")) if not entity else ""
    return row


def _started(random: Random, entered: datetime) -> date:
    return (entered - timedelta(days=int(random.expovariate(1 / 2_500)) % 14_000)).date()


def _amounts(random: Random) -> dict[str, int | None]:
    """More than 99 in 100 are micro under both laws; three in ten told nothing at all."""
    roll = random.random()
    assets, sales, most_assets, most_sales, least = (
        _MICRO if roll < 0.9945 else _SMALL if roll < 0.9992 else _MEDIUM
    )
    silent = random.random() < 0.3
    amounts: dict[str, int | None] = {}
    for name, median, most, unknown in (
        ("net_assets", assets, most_assets, 0.35),
        ("business_capital", assets, most_assets, 0.4),
        ("annual_sales", sales, most_sales, 0.12),
    ):
        told = min(max(median * random.lognormvariate(0, 0.8), least), most)
        unknown_here = silent or random.random() < unknown
        amounts[name] = None if unknown_here else _as_people_say(told)
    return amounts


def _as_people_say(millions: float) -> int:
    """Rupiah with two leading figures, as amounts are told at a counter."""
    return int(float(f"{millions:.1e}") * _MILLION)


def _workers(random: Random) -> dict[str, int | None]:
    if random.random() < 0.3:
        return {"workers_male": None, "workers_female": None}
    men, women = int(random.expovariate(1.1)), int(random.expovariate(1.0))
    return {"workers_male": min(men, 19), "workers_female": min(women, 19) or (0 if men else 1)}


def _registration(
    random: Random, seed: int, index: int, business: dict[str, Any], entered: datetime
) -> dict[str, Any]:
    """Submitted and registered soon after it was entered; who did it is filled in by the writer."""
    status = business["status"]
    if status == "found_in_field":
        return {"state": "draft"}
    state = random.choices(*_STATES)[0] if status == "active" else "registered"
    row: dict[str, Any] = {"state": state}
    if state != "draft":
        row["submitted_at"] = entered + timedelta(hours=1)
    if state == "registered":
        row["registered_at"] = entered + timedelta(days=1)
        row["number"] = f"ACAK-{seed:04d}-{index:06d}"
    return row


def _permits(random: Random, sector: str, year: int) -> list[dict[str, Any]]:
    makes_food = sector in {"I", "C"}
    return [
        {
            "kind": kind,
            "number": f"ACAK/{kind.upper()}/{random.randint(1, 99_999):05d}",
            "valid_until": date(year + random.randint(0, 4), random.randint(1, 12), 28),
        }
        for kind, chance in _PERMITS
        if random.random() < (chance if makes_food else chance / 10)
    ]


def _accounts(random: Random, drawn: Drawn) -> list[dict[str, Any]]:
    if not drawn.sells_online or random.random() < 0.45:
        return []
    name = "".join(drawn.business["name"].lower().split()) + f".{drawn.index}"
    platforms = ["social_media"]
    if random.random() < 0.3:
        platforms.append("marketplace")
    if random.random() < 0.03:
        platforms.append("website")
    return [
        {
            "platform": platform,
            "name": name,
            "link": f"https://{platform.replace('_', '-')}.contoh.test/{name}"
            if random.random() < 0.5
            else "",
        }
        for platform in platforms
    ]
