"""The production server as a process of its own, on the database of this test run."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tests.architecture import sources
from tests.child_database import database_url

PATIENCE = 60  # seconds; only a test that fails takes as long


class WebServer:
    """gunicorn with the configuration of production, and an access log."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "gunicorn.log"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "true",  # production wants TLS and collected files
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": database_url(),
            "KEYS_DIR": str(settings.KEYS_DIR),
            "IMPORT_DIR": str(settings.IMPORT_DIR),
            "MEDIA_DIR": str(settings.MEDIA_DIR),
            "BIND": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_WORKERS": "1",
        }
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--access-logfile", "-", "config.wsgi"],
                cwd=sources.ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.process.poll() is None, self.said()
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.05)
            else:
                return

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def send_raw(self, sent: bytes) -> bytes:
        """What comes back until the server closes the line, which it may do before all is sent."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            with suppress(OSError):
                line.sendall(sent)
            with suppress(OSError):
                while chunk := line.recv(65_536):
                    received += chunk
        return received

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
