"""The four breakdowns of a wave: the aggregate of the page against SQL written by hand.

The SQL is the fastest plain way to the same numbers: one GROUP BY over the responses for three questions at
once, one over the register for the table of sectors, folded by loops without a function call; grouped by
`sector_id + 0`, which keeps SQLite from the slower index on the sector. It reads no labels and asks for no
permission. The aggregate must give equal numbers, else the run fails.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.report import say
from bench.timing import Measured, side_by_side
from core.models import Region, User
from core.roles import Role
from dashboards.aggregates import QUESTION_SPECS, SECTOR, SPECS, Filters, WaveReport, wave_report
from registry.models import Business, BusinessPermit, OnlineAccount, Owner, Registration, Sector
from surveys.models import Response, ResponseChoice, Wave

GOAL = 1.5
YEAR = 2026
COLUMNS = ("marketing_channel", "partnership", "revenue_trend")
Counts = dict[int, dict[str, int]]
Numbers = dict[str, Counts]


@dataclass(frozen=True)
class City:
    """`suffix` names it in the measures; the larger one has fewer turns."""

    suffix: str
    businesses: int
    seed: int
    turns: int


CITIES = (City("33k", 33_391, 33, 25), City("200k", 200_000, 200, 9))
NAMES = tuple(f"dashboard-{city.suffix}{where}" for city in CITIES for where in ("", "-district"))


def measures(names: set[str]) -> Iterator[Measured]:
    """Each city is made when its measures come up; the smaller one is measured on its own first."""
    reader, _ = User.objects.get_or_create(
        username="bench", defaults={"role": Role.OFFICIAL, "whole_city": True, "full_name": "Bench"}
    )
    for city in CITIES:
        wanted = [name for name in NAMES if name in names and name.split("-")[1] == city.suffix]
        if not wanted:
            continue
        wave = _make(city)
        for name in wanted:
            district = Region.objects.districts().order_by("code")[3] if name.endswith("-district") else None
            yield _measure(name, wave, reader, district, city.turns)


def _make(city: City) -> Wave:
    empty()
    if connection.vendor == "sqlite":  # nothing here is worth waiting for the disk
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    call_command(
        "generate_city",
        businesses=city.businesses,
        seed=city.seed,
        year=YEAR,
        yes_in_production=True,
        stdout=sys.stderr,
    )
    if connection.vendor == "postgresql":  # its autovacuum does that in use; an SQLite file has no statistics
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return Wave.objects.get(code=f"kota-acak-{city.seed}")


def empty() -> None:
    """The city before makes way: a register holds one city at a time."""
    tables = [
        model._meta.db_table
        for model in (
            ResponseChoice,
            Response,
            OnlineAccount,
            BusinessPermit,
            Registration,
            Business,
            Owner,
        )
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
        else:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def _measure(name: str, wave: Wave, reader: User, district: Region | None, turns: int) -> Measured:
    filters = Filters(district=district)
    report, numbers = wave_report(wave, user=reader, filters=filters), one_pass(wave, district)
    problem = difference(report, numbers) or difference(report, four_queries(wave, district))
    if problem:
        raise SystemExit(f"{name}: {problem}")
    ours, theirs, four = side_by_side(
        lambda: wave_report(wave, user=reader, filters=filters),
        lambda: one_pass(wave, district),
        lambda: four_queries(wave, district),
        turns=turns,
    )
    say(
        f"{name}: aggregate {ours * 1000:.1f} ms, one pass {theirs * 1000:.1f} ms,"
        f" four queries {four * 1000:.1f} ms (ours / four {ours / four:.2f});"
        f" {report.interviewed} responses, {report.sector_basis_count} registered"
    )
    return Measured(name, ours, theirs, GOAL)


def one_pass(wave: Wave, district: Region | None) -> Numbers:
    place, values = _place(wave, district)
    channels: Counts = {}
    partners: Counts = {}
    trends: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sector_id + 0, marketing_channel, partnership, revenue_trend, COUNT(*) FROM surveys_response"
            f" WHERE wave_id = %s AND state = 'accepted'{place}"
            " GROUP BY sector_id + 0, marketing_channel, partnership, revenue_trend",
            values,
        )
        for sector, channel, partner, trend, count in cursor.fetchall():
            if sector not in channels:
                channels[sector], partners[sector], trends[sector] = {}, {}, {}
            by_channel, by_partner, by_trend = channels[sector], partners[sector], trends[sector]
            by_channel[channel] = by_channel.get(channel, 0) + count
            by_partner[partner] = by_partner.get(partner, 0) + count
            by_trend[trend] = by_trend.get(trend, 0) + count
    sectors = _registered(district)
    return {
        "sector": sectors,
        "marketing-channel": channels,
        "partnership": partners,
        "revenue-trend": trends,
    }


def four_queries(wave: Wave, district: Region | None) -> Numbers:
    """A query a table, as pages are often built; for comparison only."""
    place, values = _place(wave, district)
    numbers: Numbers = {"sector": _registered(district)}
    with connection.cursor() as cursor:
        for spec, column in zip(QUESTION_SPECS, COLUMNS, strict=True):
            cursor.execute(
                f"SELECT sector_id + 0, {column}, COUNT(*) FROM surveys_response"
                f" WHERE wave_id = %s AND state = 'accepted'{place} GROUP BY sector_id + 0, {column}",
                values,
            )
            counts: Counts = {}
            for sector, answer, count in cursor.fetchall():
                counts.setdefault(sector, {})[answer] = count
            numbers[spec.code] = counts
    return numbers


def _registered(district: Region | None) -> Counts:
    place, values = (" AND b.district_id = %s", [district.pk]) if district else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.sector_id + 0, COUNT(*) FROM registry_business b"
            " JOIN registry_registration r ON r.business_id = b.id"
            " WHERE NOT b.is_reconstruction AND b.status = 'active' AND r.state = 'registered'"
            f"{place} GROUP BY b.sector_id + 0",
            values,
        )
        return {sector: {"business": count} for sector, count in cursor.fetchall()}


def _place(wave: Wave, district: Region | None) -> tuple[str, list[Any]]:
    return (" AND district_id = %s", [wave.pk, district.pk]) if district else ("", [wave.pk])


def difference(report: WaveReport, numbers: Numbers) -> str:
    """The first cell in which the aggregate and the SQL disagree, or nothing."""
    letters = dict(Sector.objects.values_list("pk", "code"))
    for spec in SPECS:
        table = report[spec.code]
        by_letter = {letters[key]: answers for key, answers in numbers[spec.code].items()}
        for row in table.rows:
            theirs = by_letter.get(row.code, {})
            pairs = [(row.count(column.code), theirs.get(column.code, 0)) for column in spec.columns]
            pairs.append((row.not_answered, theirs.get("", 0)))
            if any(our != their for our, their in pairs):
                return f"{spec.code}, {row.code}: {pairs}"
        if spec is not SECTOR and table.total.total != sum(sum(row.values()) for row in by_letter.values()):
            return f"{spec.code}: totals differ"
    return ""
