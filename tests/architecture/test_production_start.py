"""The commands of the containers, started without a container: production settings, secret files."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
import pytest
from django.conf import settings

from scripts.make_secrets import write_all
from tests.architecture import sources

START = [sys.executable, str(sources.ROOT / "deploy" / "start.py")]
HOST = "register.example"
SECONDS = 180  # patience, on a machine with much else to do
CARRIED = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """An empty database on the engine of this run, as a DATABASE_URL."""
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        yield f"sqlite:///{folder}/production.sqlite3"
        return
    name = f"production_{os.getpid()}"
    keys = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    server = {word: database[key] for key, word in keys.items() if database.get(key)}
    with contextlib.closing(psycopg2.connect(dbname="postgres", **server)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            parts = urlsplit(settings.DATABASE_URL)
            yield f"{parts.scheme}://{parts.netloc}/{quote(name)}"
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def production(folder: Path, database_url: str) -> dict[str, str]:
    """The environment docker-compose.yml gives, with the files of scripts/make_secrets.py."""
    write_all(folder / "secrets")
    (folder / "secrets" / "database_url").write_text(f"{database_url}\n", encoding="utf-8")
    carried = {name: os.environ[name] for name in CARRIED if name in os.environ}
    return carried | {
        "DEBUG": "false",
        "ALLOWED_HOSTS": HOST,
        "BEHIND_TLS_PROXY": "true",
        "SECRET_KEY_FILE": str(folder / "secrets" / "secret_key"),
        "DATABASE_URL_FILE": str(folder / "secrets" / "database_url"),
        "KEYS_DIR": str(folder / "secrets" / "keys"),
        "STATIC_ROOT": str(folder / "static"),
        "PORT": str(free_port()),
    }


def start(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*START, name], env=environment, cwd="/", capture_output=True, text=True, timeout=SECONDS, check=False
    )


def fetch(environment: dict[str, str], path: str, **headers: str) -> tuple[int, Message, str]:
    """As the proxy asks that ends TLS before the server."""
    url = f"http://127.0.0.1:{environment['PORT']}{path}"
    request = urllib.request.Request(url, headers={"Host": HOST, "X-Forwarded-Proto": "https"} | headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        return answer.status, answer.headers, answer.read().decode()


@contextlib.contextmanager
def running(environment: dict[str, str]) -> Iterator[None]:
    log = Path(environment["STATIC_ROOT"]).parent / "web.log"
    with log.open("w") as output:
        server = subprocess.Popen([*START, "web"], env=environment, cwd="/", stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + SECONDS
        while start("health", environment).returncode:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        assert server.wait(timeout=SECONDS) == 0, log.read_text()


def test_the_container_commands_bring_up_the_register(tmp_path: Path) -> None:
    with own_database(tmp_path) as database_url:
        environment = production(tmp_path, database_url)
        for command in ("collectstatic", "migrate"):
            result = start(command, environment)
            assert result.returncode == 0, result.stderr
        with running(environment):
            status, _, body = fetch(environment, "/healthz")
            assert (status, body) == (200, '{"status": "ok"}')
            status, headers, page = fetch(environment, "/masuk/")
            assert status == 200
            policy = headers["Content-Security-Policy"]
            assert {"default-src 'none'", "script-src 'self'"} <= set(policy.split("; "))
            assert "unsafe" not in policy
            assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
            assert "__Host-csrf=" in headers["Set-Cookie"]
            stylesheet = page.split('rel="stylesheet" href="')[1].partition('"')[0]
            status, headers, _ = fetch(environment, stylesheet)
            assert status == 200
            assert "immutable" in headers["Cache-Control"]
            with pytest.raises(urllib.error.HTTPError, match="400"):
                fetch(environment, "/masuk/", Host="elsewhere.example")


@pytest.mark.parametrize("name", ["SECRET_KEY", "KEYS_DIR", "ALLOWED_HOSTS"])
def test_a_missing_setting_stops_the_start_and_is_named(tmp_path: Path, name: str) -> None:
    environment = production(tmp_path, f"sqlite:///{tmp_path}/production.sqlite3")
    (copy := tmp_path / "copy").mkdir()
    for part in ("config", "core", "deploy", "manage.py"):
        source = sources.ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
    environment.pop(f"{name}_FILE", None)
    environment.pop(name, None)
    result = subprocess.run(
        [sys.executable, str(copy / "manage.py"), "check"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert result.returncode != 0
    assert f"{name} is missing" in result.stderr


def test_a_secret_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    environment = production(tmp_path, f"sqlite:///{tmp_path}/production.sqlite3")
    (tmp_path / "secrets" / "secret_key").unlink()
    result = start("migrate", environment)
    assert result.returncode != 0
    assert "SECRET_KEY_FILE" in result.stderr


def test_secrets_are_written_once_and_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = {path: path.read_text() for path in write_all(folder)}
    assert len(first) == 7
    assert {oct(path.stat().st_mode & 0o777) for path in first} == {"0o600"}
    assert write_all(folder) == []
    assert {path: path.read_text() for path in first} == first
    password = (folder / "database_password").read_text().strip()
    assert f":{password}@db:5432" in (folder / "database_url").read_text()
