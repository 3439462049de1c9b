"""Through a real gunicorn: bodies in chunks arrive whole and bounded, and no log line tells a token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from surveys.models import Response, Submission
from tests.people import People
from tests.surveys.fieldwork.people import businesses, census
from tests.surveys.openrosa.collect import Collect, collect_of, instance
from tests.web_server import WebServer

pytestmark = pytest.mark.django_db(transaction=True)
EDGE = b"----collect"


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[WebServer]:
    settings.MEDIA_DIR = tmp_path / "media"
    server = WebServer(tmp_path)
    server.wait()
    yield server
    server.end()
    connections.close_all()


@pytest.fixture
def collect(people: People) -> Collect:
    return collect_of(people.enumerator_a)


@pytest.fixture
def filled(people: People) -> bytes:
    today = timezone.localdate()
    wave = census(period_start=today - timedelta(days=1), period_end=today + timedelta(days=1))
    (business,) = businesses(people.a, "Warung A")
    return instance(wave, business)


def body(xml: bytes) -> bytes:
    head = b'Content-Disposition: form-data; name="xml_submission_file"; filename="a.xml"'
    return b"--" + EDGE + b"\r\n" + head + b"\r\n\r\n" + xml + b"\r\n--" + EDGE + b"--\r\n"


def request(path: str, *headers: str, content: bytes = b"") -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        f"Content-Type: multipart/form-data; boundary={EDGE.decode()}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def in_chunks(content: bytes, size: int) -> bytes:
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


CHUNKED = "Transfer-Encoding: chunked"


def test_a_send_in_chunks_arrives_whole(server: WebServer, collect: Collect, filled: bytes) -> None:
    sent = request(f"{collect.server}/submission", CHUNKED, content=in_chunks(body(filled), 100))
    assert server.send_raw(sent).startswith(b"HTTP/1.1 201")
    assert Submission.objects.get().payload == filled.decode()
    assert Response.objects.count() == 1
    assert server.send_raw(sent).startswith(b"HTTP/1.1 202")


def test_a_send_without_end_is_cut_off(server: WebServer, collect: Collect) -> None:
    content = in_chunks(body(b"x" * (settings.LARGEST_BODY + 1)), 1024 * 1024)
    answer = server.send_raw(request(f"{collect.server}/submission", CHUNKED, content=content))
    assert answer.startswith(b"HTTP/1.1 413")


def test_elsewhere_a_body_in_chunks_is_still_read_as_empty(server: WebServer) -> None:
    answer = server.send_raw(request("/masuk/", CHUNKED, content=in_chunks(b"a=b", 3)))
    assert answer.split()[1] in {b"403", b"404"}


def test_broken_chunks_are_no_error_of_the_program(server: WebServer, collect: Collect) -> None:
    answer = server.send_raw(request(f"{collect.server}/submission", CHUNKED, content=b"zz\r\nabc"))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


def test_no_log_line_tells_a_token(server: WebServer, collect: Collect, filled: bytes) -> None:
    for path in (f"{collect.server}/formList", f"{collect.server}/tidak-ada", f"{collect.server}x/formList"):
        server.send_raw(f"GET {path}?a=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    for content in (body(filled), b"bukan multipart", body(b"bukan xml")):
        length = f"Content-Length: {len(content)}"
        server.send_raw(request(f"{collect.server}/submission", length, content=content))
    server.end()
    said = server.said()
    assert "/odk/••••/formList" in said  # the access log does tell the address
    assert "Not Found: /odk/••••/tidak-ada" in said
    assert collect.token not in said
