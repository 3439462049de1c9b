"""Case 30: a visitor's line breaks in the middle of an upload. Nothing of it stays, and nobody is alarmed."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.urls import reverse

from core.models import ImportBatch, Job
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)
LIST = reverse("core:import-list")
TOKEN, EDGE = "a" * 32, "----halves"
ROWS = "".join(f"Warung {number};Pemilik {number};I\r\n" for number in range(400))
FILE = f"Nama usaha;Nama pelaku usaha;Jenis usaha\r\n{ROWS}".encode()


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(params=[True, False], ids=["small", "on the disk"])
def in_memory(request: Any, settings: Any, tmp_path: Path) -> bool:
    """Django keeps small uploads in memory and larger ones in a file."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    settings.IMPORT_DIR = tmp_path / "imports"
    (tmp_path / "uploads").mkdir()
    if not request.param:
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    return bool(request.param)


@pytest.fixture
def port(settings: Any) -> Iterator[int]:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = False  # closing the server waits for the answers
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()
    connections.close_all()


def body() -> bytes:
    fields = {"csrfmiddlewaretoken": TOKEN, "kind": "businesses"}
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="daftar.csv"\r\n\r\n'.encode()
    return b"".join([*parts, head, FILE, f"\r\n--{EDGE}--\r\n".encode()])


def send(port: int, client: Client, sent: bytes, *, header: bool = False) -> bytes:
    """The head of the whole request and `sent` of its body, then our end of the line is closed."""
    cookies = "; ".join(
        [
            f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
            *(f"{key}={one.value}" for key, one in client.cookies.items()),
        ]
    )
    head = [
        f"POST {LIST} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Cookie: {cookies}",
        f"Content-Type: multipart/form-data; boundary={EDGE}",
        f"Content-Length: {len(body())}",
        "Connection: close",
        *([f"X-CSRFToken: {TOKEN}"] if header else []),
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + sent)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


@pytest.fixture
def registrar(people: People) -> Client:
    call_command("load_sectors", stdout=StringIO())
    client = Client()
    client.force_login(people.registrar_a)
    return client


@pytest.mark.parametrize("header", [False, True])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_of_half_an_upload_nothing_stays(
    port: int,
    registrar: Client,
    in_memory: bool,
    tmp_path: Path,
    share: float,
    header: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = body()
    answer = send(port, registrar, whole[: int(len(whole) * share)], header=header)
    assert answer.split()[1] in (b"200", b"403")  # the form once more; nobody reads it
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert (ImportBatch.objects.count(), Job.objects.count()) == (0, 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_control_the_whole_upload_is_taken(port: int, registrar: Client, in_memory: bool) -> None:
    assert send(port, registrar, body()).split()[1] == b"302"
    assert ImportBatch.objects.get().file_name == "daftar.csv"
