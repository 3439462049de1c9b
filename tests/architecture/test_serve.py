"""`make run` serves with a worker beside the server: one that dies is started again, Ctrl+C ends both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.architecture import sources
from tests.architecture.test_production_start import free_port, own_database

SECONDS = 60  # patience, on a machine with much else to do


def until(met: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def workers(log: Path) -> list[int]:
    lines = [line for line in log.read_text().splitlines() if line.endswith(" started")]
    return [int(line.rpartition(":")[2].split()[0]) for line in lines]


def test_a_dead_worker_is_started_again_and_one_signal_ends_both(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    with own_database(tmp_path) as database_url, log.open("w") as output:
        environment = os.environ | {"DEBUG": "true", "SECRET_KEY": "x" * 50, "DATABASE_URL": database_url}
        environment["KEYS_DIR"] = str(tmp_path / "keys")
        manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(manage, cwd=sources.ROOT, env=environment, check=True)
        command = [sys.executable, "scripts/serve.py", str(port)]
        serving = subprocess.Popen(command, cwd=sources.ROOT, env=environment, stdout=output, stderr=output)
        try:
            until(lambda: answers(port) and len(workers(log)) == 1, log)
            os.kill(workers(log)[0], signal.SIGKILL)
            until(lambda: len(workers(log)) == 2, log)
        finally:
            serving.send_signal(signal.SIGINT)
            assert serving.wait(SECONDS) == 0
    assert "Pekerja latar berhenti (kode -9); dijalankan lagi" in log.read_text()
    assert f":{workers(log)[1]} ended" in log.read_text()
    assert not answers(port)
