"""A database of its own, gone afterwards: an SQLite file, or one made on the server of DATABASE_URL.

To be entered before Django is set up: it sets the environment that the settings read.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """Yields the name of the engine; the environment names an empty database and fresh keys."""
    directory = Path(tempfile.mkdtemp(prefix="bench-"))
    url = os.environ.get("DATABASE_URL", "")
    os.environ["KEYS_DIR"] = str(directory / "keys")
    os.environ["IMPORT_DIR"] = str(directory / "imports")
    os.environ["DEBUG"] = "false"
    os.environ["ALLOWED_HOSTS"] = "localhost"
    os.environ.setdefault("SECRET_KEY", "measures on a database that is thrown away")
    os.environ["LOG_LEVEL"] = "WARNING"
    try:
        if url.startswith(("postgres:", "postgresql:")):
            with _postgresql(url) as own_url:
                os.environ["DATABASE_URL"] = own_url
                yield "PostgreSQL"
        else:
            os.environ["DATABASE_URL"] = f"sqlite:///{directory / 'bench.sqlite3'}"
            yield "SQLite"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def _postgresql(url: str) -> Iterator[str]:
    name = f"bench_{os.getpid()}"
    _execute(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        _close_connections()
        _execute(url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(url: str, statement: sql.Composed) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
