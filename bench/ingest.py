"""Interviews sent by telephones, against a bare Django view that saves one row, by the same clients over HTTP.

Ours is the real view: token, JSON, questionnaire, visit, choices, marks of quality, audit, the encrypted payload. The
yardstick parses JSON and inserts the row of the interview alone. Both stand in one gunicorn, asked in turn.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

from bench import field
from bench.report import say
from bench.timing import Measured, seconds
from core.models import Region
from deploy.start import COMMANDS, ROOT
from registry.models import Business, Sector
from surveys.models import QuestionnaireVersion

SEND = "ingest-send"
NAMES = (SEND,)
GOAL = 2.0  # twice the time: half the requests a second
TURNS, CLIENTS, SENDS = 5, 8, 25  # each client sends that many a turn
Request = tuple[str, bytes, dict[str, str]]


def measures(names: set[str]) -> Iterator[Measured]:
    turns = TURNS + 1  # the first does not count
    people = field.enumerators(CLIENTS, SENDS * turns)
    ours = [
        [
            ("/lapangan/api/kirim/", body, {"Authorization": f"Bearer {person.token}"})
            for body in person.bodies.values()
        ]
        for person in people
    ]
    rows = iter(_rows(CLIENTS * SENDS * turns))
    bare: list[list[Request]] = [
        [("/bare/", json.dumps(next(rows)).encode(), {}) for _ in range(SENDS * turns)] for _ in people
    ]
    with _serving() as port:
        taken = _in_turn(port, ours, bare, turns)
    told = [CLIENTS * SENDS / part for part in taken]
    say(f"interviews {told[0]:.0f}/s, bare rows {told[1]:.0f}/s")
    yield Measured(SEND, *taken, GOAL)


def _in_turn(
    port: int, ours: Sequence[list[Request]], bare: Sequence[list[Request]], turns: int
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns):
        part = slice(turn * SENDS, (turn + 1) * SENDS)
        for way, queues in zip(times, (ours, bare), strict=True):
            way.append(seconds(partial(_all_send, port, [queue[part] for queue in queues])))
    return median(times[0][1:]), median(times[1][1:])


def _all_send(port: int, queues: Sequence[list[Request]]) -> None:
    wrong: list[int] = []
    threads = [threading.Thread(target=_send, args=(port, queue, wrong)) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"answered {sorted(set(wrong))} instead of 201")


def _send(port: int, queue: list[Request], wrong: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for path, body, headers in queue:
        connection.request(
            "POST", path, body, {"Host": "localhost", "Content-Type": "application/json"} | headers
        )
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            wrong.append(answer.status)
    connection.close()


@contextlib.contextmanager
def _serving() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"PORT": str(port), "INSECURE_HTTP": "true", "DJANGO_SETTINGS_MODULE": "bench.bare_settings"}
    process = subprocess.Popen(COMMANDS["web"][-1], cwd=ROOT, env=os.environ | own, stderr=subprocess.DEVNULL)
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": "localhost"})
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _rows(count: int) -> list[dict[str, Any]]:
    """As many interviews as columns of one table, of businesses and a version of their own."""
    now = datetime.now(UTC)
    wave = field.make_wave(now)
    version = QuestionnaireVersion.objects.get(wave=wave)
    field.make_businesses(count, now)
    newest = Business.objects.order_by("-pk")[:count]
    ward, sector = Region.objects.wards().first(), Sector.objects.offered().first()
    single = {code: value for code, value in field.ANSWERS.items() if isinstance(value, str)}
    told = now.isoformat()
    if ward is None or sector is None:
        raise SystemExit("no regions or sectors")
    return [
        {
            "wave_id": wave.pk,
            "business_id": pk,
            "questionnaire_id": version.pk,
            "door": "phone",
            "interviewed_at": told,
            "received_at": told,
            "started_at": told,
            "finished_at": told,
            "duration_seconds": 900,
            "sector_id": sector.pk,
            "ward_id": ward.pk,
            "district_id": ward.parent_id,
            "scale_uu20": "unclassified",
            "scale_pp7": "unclassified",
            **single,
        }
        for pk in newest.values_list("pk", flat=True)
    ]
