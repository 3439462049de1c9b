"""The triggers that keep `SearchEntry` and its index exact, whoever writes and however many rows at once.

SQLite: triggers a row; the trigrams stand in an FTS5 table that reads its text from `registry_searchentry`.
PostgreSQL: triggers a statement with transition tables; the trigrams are a GIN index of the table itself.

SQLite refuses to rename a table while a trigger elsewhere speaks of one that is gone, which is what Django
does to alter a table. So the triggers go before migrations are applied and come back after them
(`registry.apps`), and whatever was written in between is read anew.
"""

import re
from functools import cache
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

ENTRIES = "registry_searchentry"
_DATA = Path(__file__).with_name("data")
_REBUILD = """
    INSERT INTO registry_searchentry (business_id, own, owner_name, number)
    SELECT b.id, UPPER((b.name || CHR(10) || b.products || CHR(10) || b.nib) COLLATE "C"),
      COALESCE(UPPER(o.name COLLATE "C"), ''), COALESCE(UPPER(r.number COLLATE "C"), '')
    FROM registry_business b LEFT JOIN registry_owner o ON o.id = b.owner_id
      LEFT JOIN registry_registration r ON r.business_id = b.id
    ORDER BY b.id
"""


@cache
def _statements(vendor: str) -> list[str]:
    text = (_DATA / f"search_{vendor}.sql").read_text(encoding="utf-8")
    return [part for part in text.split("\n\n") if part.startswith("CREATE")]


def _names(vendor: str) -> list[str]:
    return re.findall(r"^CREATE TRIGGER (\w+)", "\n".join(_statements(vendor)), re.MULTILINE)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, those of an earlier version replaced."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name in _names(connection.vendor):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def are_complete(connection: BaseDatabaseWrapper) -> bool:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(_names(connection.vendor)) <= {name for (name,) in cursor.fetchall()}


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Read everything anew, set by set; the triggers are in place afterwards."""
    remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_searchentry")
        if connection.vendor == "sqlite":
            cursor.execute(_REBUILD.replace("CHR(", "CHAR(").replace(' COLLATE "C"', ""))
            cursor.execute(
                "INSERT INTO registry_search_trigrams (registry_search_trigrams) VALUES ('rebuild')"
            )
        else:
            cursor.execute(_REBUILD)
    install(connection)
