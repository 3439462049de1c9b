"""Telephones on a bad network: each send may lose its answer, and is sent again until one arrives."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.field import Enumerator

PATH = "/lapangan/api/kirim/"
MOST_TRIES = 400  # of one interview; only a server that is down takes as many
PAUSE = 0.05


@dataclass
class Tally:
    """What all telephones together met; `seconds` are those of answers that arrived."""

    acknowledged: set[str] = field(default_factory=set)
    given_up: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    cut: int = 0
    broken: int = 0
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * share)] if self.seconds else 0.0


class Phone:
    def __init__(self, port: int, enumerator: Enumerator, tally: Tally, *, lost: float) -> None:
        """`lost` is the share of answers nobody waits for."""
        self.port, self.enumerator, self.tally, self.lost = port, enumerator, tally, lost
        self.headers = {
            "Host": "localhost",
            "Authorization": f"Bearer {enumerator.token}",
            "Content-Type": "application/json",
        }
        self.connection: http.client.HTTPConnection | None = None

    def send_all(self, *, pause: float = 0.0, until: threading.Event | None = None) -> None:
        for instance_id, body in self.enumerator.bodies.items():
            if until is not None and until.is_set():
                return
            self.send(instance_id, body)
            time.sleep(pause * random.uniform(0.5, 1.5))

    def send(self, instance_id: str, body: bytes) -> None:
        for _ in range(MOST_TRIES):
            try:
                if self._is_acknowledged(instance_id, body):
                    with self.tally.lock:
                        self.tally.acknowledged.add(instance_id)
                    return
            except (OSError, http.client.HTTPException):
                self._hang_up()
                with self.tally.lock:
                    self.tally.broken += 1
            time.sleep(PAUSE)
        with self.tally.lock:
            self.tally.given_up.append(instance_id)

    def _is_acknowledged(self, instance_id: str, body: bytes) -> bool:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        self.connection.request("POST", PATH, body, self.headers)
        if random.random() < self.lost:
            time.sleep(random.uniform(0, 0.1))  # the server may be before, in or after its work
            self._hang_up()
            with self.tally.lock:
                self.tally.cut += 1
            return False
        answer = self.connection.getresponse()
        answer.read()
        with self.tally.lock:
            self.tally.seconds.append(time.perf_counter() - started)
            self.tally.statuses[answer.status] = self.tally.statuses.get(answer.status, 0) + 1
        return answer.status in (200, 201) and answer.headers.get("X-Receipt-For") == instance_id

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def all_send(
    port: int,
    enumerators: Iterable[Enumerator],
    *,
    lost: float,
    pause: float = 0.0,
    until: threading.Event | None = None,
) -> Tally:
    """Everybody at the same time, until all is acknowledged or `until` says that it is enough."""
    tally = Tally()
    phones = [Phone(port, enumerator, tally, lost=lost) for enumerator in enumerators]
    threads = [
        threading.Thread(target=phone.send_all, kwargs={"pause": pause, "until": until}) for phone in phones
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally
