"""Likely doubles: the whole register beside splink on the same typing errors, and one new business beside a NIK.

Each contender runs in a process of its own, in turn, and reads and writes files. Every pair it gives is held against the
pairs that were made; splink's threshold is the one with its best F1, ours the one the register uses.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection

from bench.memory import run_and_watch
from bench.report import say
from bench.timing import Measured, side_by_side
from bench.typos import Typed, register_with_doubles
from core.models import Region, User
from core.roles import Role
from registry.duplicates import candidates_for, sought
from registry.models import Business, Owner
from surveys.city import people

Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Size:
    suffix: str
    rows: int
    seed: int
    turns: int
    most_time: float  # of splink's
    most_memory: float | None  # of splink's


SMALL = Size("33k", 33_391, 33, 5, 0.4, None)
LARGE = Size("1m", 1_000_000, 1_000, 1, 1.0, 0.5)
PARTS = ("time", "missed", "missed-by-splink", "false")
ONE = "duplicates-one"
NAMES = (*(f"duplicates-33k-{part}" for part in PARTS), ONE)
LARGE_NAMES = tuple(f"duplicates-1m-{part}" for part in (*PARTS, "memory"))
MOST_MISSED, MOST_FALSE, MOST_FOR_ONE = 0.05, 0.02, 3.0
ONE_TURNS, ONE_ROWS, ASKED = 9, 33_391, 100


@dataclass(frozen=True)
class Run:
    seconds: float
    processor: float  # seconds of it, of all threads and children
    mebibytes: float
    missed: float  # share of the pairs that were made
    false: float  # share of the pairs that were given


def measures(names: set[str]) -> Iterator[Measured]:
    if names - {ONE}:
        yield from (line for line in _beside_splink(SMALL) if line.name in names)
    if ONE in names:
        yield _one_new()


def large_measures(names: set[str]) -> Iterator[Measured]:
    yield from (line for line in _beside_splink(LARGE) if line.name in names)


def _beside_splink(size: Size) -> list[Measured]:
    rows, made = register_with_doubles(size.rows, size.seed)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        source = Path(folder) / "rows.csv"
        _write(rows, source)
        del rows
        runs: dict[str, list[Run]] = {"ours": [], "splink": []}
        for _ in range(size.turns):
            for who, done in runs.items():
                done.append(_run(who, source, made))
                say(f"duplicates-{size.suffix}: {who} {done[-1]}")
    our, their = (
        {part: median(getattr(run, part) for run in runs[who]) for part in Run.__annotations__}
        for who in runs
    )
    name = f"duplicates-{size.suffix}"
    lines = [
        Measured(f"{name}-time", our["seconds"], their["seconds"], size.most_time),
        Measured(f"{name}-missed", our["missed"], 1.0, MOST_MISSED),
        Measured(f"{name}-missed-by-splink", our["missed"], their["missed"], 1.0),
        Measured(f"{name}-false", our["false"], 1.0, MOST_FALSE),
    ]
    if size.most_memory is not None:
        lines.append(Measured(f"{name}-memory", our["mebibytes"], their["mebibytes"], size.most_memory))
    return lines


def _write(rows: list[Typed], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Typed._fields)
        writer.writerows(rows)


def _run(who: str, source: Path, made: Pairs) -> Run:
    target = source.with_name(f"{who}.csv")
    command = [sys.executable, "-m", "bench.finding_doubles", who, str(source), str(target)]
    told, mebibytes = run_and_watch(command)
    spent = json.loads(told.strip().rsplit("\n", 1)[-1])
    spent["mebibytes"] = max(spent["mebibytes"], mebibytes)
    with target.open(encoding="utf-8", newline="") as file:
        given = [(int(a), int(b), float(score)) for a, b, score in csv.reader(file)]
    thresholds = [-1.0] if who == "ours" else [float(weight) for weight in range(-4, 31)]
    missed, false = min((errors(given, made, threshold) for threshold in thresholds), key=_f1, default=(1, 1))
    return Run(**spent, missed=missed, false=false)


def errors(given: list[tuple[int, int, float]], made: Pairs, threshold: float) -> tuple[float, float]:
    """The share of the pairs made that is missed, and of those given that is false."""
    found = {(min(a, b), max(a, b)) for a, b, score in given if score >= threshold}
    right = len(found & made)
    return 1 - right / len(made), 1 - right / len(found) if found else 1.0


def _f1(missed_and_false: tuple[float, float]) -> float:
    recall, precision = (1 - error for error in missed_and_false)
    return -2 * recall * precision / (recall + precision) if recall + precision else 0.0


def _one_new() -> Measured:
    """Asked of a city for businesses that another city has: what a form asks before it stores."""
    _make_city()
    user, _ = User.objects.get_or_create(
        username="bench", defaults={"role": Role.REGISTRAR, "whole_city": True, "full_name": "Bench"}
    )
    wards = list(Region.objects.wards().order_by("code"))
    drawn = [
        people.draw(seed=77, index=index, wards=len(wards), year=2026, with_coordinates=False)
        for index in range(ASKED)
    ]
    asked = [(row.business, row.owner or {}, wards[row.ward]) for row in drawn]

    def doubles() -> None:
        for business, owner, ward in asked:
            wanted = sought(
                name=business["name"],
                owner_name=owner.get("name", ""),
                ward=ward,
                national_id=owner.get("national_id"),
                phone=owner.get("phone"),
                nib=business["nib"],
            )
            candidates_for(wanted, user)

    def by_nik() -> None:
        for number in range(len(asked)):
            Owner.objects.with_national_id(f"99{number:014d}").first()

    ours, theirs = side_by_side(doubles, by_nik, turns=ONE_TURNS)
    say(
        f"{ONE}: {ours * 1000 / ASKED:.2f} ms a new business, {theirs * 1000 / ASKED:.2f} ms a look-up by NIK"
    )
    return Measured(ONE, ours, theirs, MOST_FOR_ONE)


def _make_city() -> None:
    if connection.vendor == "sqlite":  # nothing here is worth waiting for the disk
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    if Business.objects.count() < ONE_ROWS:
        call_command(
            "generate_city",
            businesses=ONE_ROWS,
            seed=7_777,
            year=2026,
            no_responses=True,
            yes_in_production=True,
            stdout=sys.stderr,
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
