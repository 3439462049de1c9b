"""The line between a telephone and the server, which a test may cut, make forgetful, or give to a hotel's portal."""

from __future__ import annotations

import http.client
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

SEND = "/lapangan/api/kirim/"
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass
class Line:
    """`mode`: "up", "down", "portal" (a page of its own for everything, 200) or "login" (sends everybody there).

    `forget_every=2`: of what is sent to be stored, each second answer is lost after the server has given it.
    """

    upstream: str
    mode: str = "up"
    forget_every: int = 0
    sends: int = 0  # requests to store something that reached the server
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self.server
        return f"http://localhost:{self.server.server_address[1]}"

    def open(self) -> None:
        line = self

        class Handler(_Handler):
            pass

        Handler.line = line
        self.server = _Server(("localhost", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        assert self.server
        self.server.shutdown()
        self.server.server_close()

    def forgets_this(self, method: str, path: str) -> bool:
        if (method, path) != ("POST", SEND):
            return False
        with self.lock:
            self.sends += 1
            return bool(self.forget_every) and self.sends % self.forget_every == 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that is killed breaks its connections; that is the test."""


class _Handler(BaseHTTPRequestHandler):
    line: Line

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.line.mode == "down":
            self.close_connection = True
            return
        if self.line.mode == "portal":
            self._answer(200, [("Content-Type", "text/html")], b"<h1>Selamat datang di WiFi Hotel</h1>")
        elif self.line.mode == "login":
            self._answer(302, [("Location", "/masuk/")], b"")
        else:
            status, headers, content = self._ask(body)
            if self.line.forgets_this(self.command, self.path):
                self.close_connection = True
                return
            self._answer(status, headers, content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        address = urlsplit(self.line.upstream)
        assert address.hostname
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        try:
            connection.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = connection.getresponse()
            content = answer.read()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            return answer.status, headers, content
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = _pass_on
