"""Run a command with DATABASE_URL naming a PostgreSQL >= 15, and leave nothing behind.

In this order: the DATABASE_URL of the environment; a server that answers on the usual socket or
port and lets us make databases; a private cluster in a temporary folder, reached by its socket only.

    python scripts/with_postgres.py COMMAND [ARGUMENT ...]
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import psycopg2

OLDEST = 15
PORT = 5432
BINARIES = Path("/usr/lib/postgresql")
SOCKETS = ("/var/run/postgresql", "/tmp", "127.0.0.1")  # noqa: S108 - where servers listen by default
UNDURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class Trouble(Exception):
    """One line that tells the reader what to do."""


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def address(user: str, host: str, port: int, database: str) -> str:
    return f"postgres://{quote(user, safe='')}@{quote(host, safe='')}:{port}/{database}"


def major_version(url: str) -> int:
    with contextlib.closing(psycopg2.connect(url, connect_timeout=3)) as connection:
        return int(connection.server_version) // 10_000


def execute(url: str, statement: str) -> None:
    with contextlib.closing(psycopg2.connect(url, connect_timeout=3)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def may_create_databases(url: str) -> bool:
    connecting = contextlib.closing(psycopg2.connect(url, connect_timeout=3))
    with connecting as connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    return bool(row and row[0])


def running_server() -> str | None:
    """The maintenance database of a server that is there already, new enough, and lets us in."""
    users = dict.fromkeys([os.environ.get("PGUSER") or getpass.getuser(), "postgres"])
    port = int(os.environ.get("PGPORT") or PORT)
    for host in SOCKETS:
        for user in users:
            url = address(user, host, port, "postgres")
            with contextlib.suppress(psycopg2.Error):
                if major_version(url) >= OLDEST and may_create_databases(url):
                    return url
    return None


def newest_binaries() -> Path | None:
    versions = [path for path in BINARIES.glob("*/bin") if (path / "initdb").exists()]
    numbered = sorted((int(path.parent.name), path) for path in versions if path.parent.name.isdecimal())
    if numbered and numbered[-1][0] >= OLDEST:
        return numbered[-1][1]
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def find_binaries() -> Path:
    found = newest_binaries()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing PostgreSQL through apt-get …")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "-qq", *words], env=quiet, check=False, stdin=subprocess.DEVNULL)
        found = newest_binaries()
    if found is None:
        raise Trouble(f"No PostgreSQL >= {OLDEST} found: install it, or set DATABASE_URL.")
    return found


def account() -> pwd.struct_passwd:
    """Who owns the private cluster: we ourselves, but never root, which the server refuses."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Trouble("Neither an account postgres nor nobody exists to run a private PostgreSQL.")


def run_as(owner: pwd.struct_passwd, command: Sequence[str | Path], folder: Path) -> None:
    changes = os.geteuid() != owner.pw_uid
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        user=owner.pw_uid if changes else None,
        group=owner.pw_gid if changes else None,
        extra_groups=[] if changes else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


@contextlib.contextmanager
def private_cluster() -> Iterator[str]:
    """The maintenance database of a cluster that lives as long as the block."""
    binaries, owner = find_binaries(), account()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data = folder / "data"
    options = " ".join(["-k", str(folder), "-c listen_addresses=''", *(f"-c {word}" for word in UNDURABLE)])
    try:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        made = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        run_as(owner, [binaries / "initdb", "-D", data, *made], folder)
        # stderr to a file: a pipe would stay open in the server and never end
        start: list[str | Path] = [
            binaries / "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            folder / "log",
            "-o",
            options,
            "start",
        ]
        run_as(owner, start, folder)
        try:
            yield address("postgres", str(folder), PORT, "postgres")
        finally:
            run_as(owner, [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def scratch_database(maintenance: str) -> Iterator[str]:
    name = f"umkm_{os.getpid()}"
    execute(maintenance, f'CREATE DATABASE "{name}"')
    try:
        yield maintenance.rpartition("/")[0] + f"/{name}"
    finally:
        execute(maintenance, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A DATABASE_URL, good for the length of the block."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        if major_version(given) < OLDEST:
            raise Trouble(f"DATABASE_URL names a PostgreSQL older than {OLDEST}.")
        yield given
        return
    found = running_server()
    with contextlib.ExitStack() as stack:
        maintenance = found or stack.enter_context(private_cluster())
        say(
            f"PostgreSQL {major_version(maintenance)}: "
            + ("the running server" if found else "a private cluster")
        )
        yield stack.enter_context(scratch_database(maintenance))


def stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def run_child(command: Sequence[str], url: str) -> int:
    """The child hears Ctrl+C by itself; we wait for it, so that its own clean-up comes first."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    except SystemExit:
        child.terminate()
        child.wait()
        raise


def main(command: Sequence[str]) -> int:
    if not command:
        say(__doc__ or "")
        return 2
    signal.signal(signal.SIGTERM, stop)
    try:
        with postgres() as url:
            return run_child(command, url)
    except (Trouble, psycopg2.OperationalError) as trouble:
        say(str(trouble).strip())
    except KeyboardInterrupt:
        say("Interrupted.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
