"""The server as it runs in production, and somebody who kills its workers."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from deploy.start import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60


@contextlib.contextmanager
def serving(workers: int) -> Iterator[Server]:
    """gunicorn with the configuration of production, on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "WEB_WORKERS": str(workers), "INSECURE_HTTP": "true"}
    with Path(os.environ["FAULTS_LOG"]).open("ab") as log:
        process = subprocess.Popen(COMMANDS["web"][-1], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        server = Server(process, port)
        server.wait_until_up()
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


class Server:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def wait_until_up(self) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/healthz", headers={"Host": "localhost"}
        )
        for _ in range(PATIENCE * 10):
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5):
                return
            time.sleep(0.1)
        raise SystemExit("the server does not start")

    def worker_pids(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    @contextlib.contextmanager
    def losing_workers(self, every: float) -> Iterator[list[int]]:
        """One of its workers is killed, without warning, again and again; yields those that were."""
        killed: list[int] = []
        enough = threading.Event()

        def kill() -> None:
            while not enough.wait(every):
                if pids := self.worker_pids():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(random.choice(pids), signal.SIGKILL)
                        killed.append(1)

        thread = threading.Thread(target=kill)
        thread.start()
        try:
            yield killed
        finally:
            enough.set()
            thread.join()
