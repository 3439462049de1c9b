"""Workers as real processes, for tests that kill and freeze them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from tests.architecture import sources
from tests.child_database import database_url

PATIENCE = 60  # seconds; only a test that fails takes as long


class Workers:
    """`settings_module` names the kinds of jobs they know and how long a lease is."""

    def __init__(self, folder: Path, *, settings_module: str) -> None:
        self.log = (folder / "workers.log").open("w+")
        self.started: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": settings_module,
            "DATABASE_URL": database_url(),
            "KEYS_DIR": str(settings.KEYS_DIR),
            "IMPORT_DIR": str(settings.IMPORT_DIR),
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker", "--poll", "0.1", *words]
        process = subprocess.Popen(
            command, cwd=sources.ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )
        self.started.append(process)
        return process

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def until(self, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.log.close()
