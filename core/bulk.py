"""Many rows at once without an instance each: COPY on PostgreSQL, executemany on SQLite.

    bulk.insert(Owner, ("id", "name", "national_id", "national_id_index"), rows)

A row is a tuple of plain Python values in the order of the columns named, which are attribute names
(`owner_id`). Personal numbers are given in plain text and encrypted here; their blind index is a column of its
own, to be given too (`core.fields.index_of`, or `keys.indexer` for many), and so is every derived column.
Columns left out get the default of their field. Validators, `save()` and signals do not run: constraints and the action that
calls this carry the rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from io import StringIO
from typing import Any
from uuid import UUID

from django.db import connection, models

from core import keys
from core.fields import EncryptedTextField

Row = Sequence[Any]
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert the rows; a broken constraint raises IntegrityError and nothing of the call is kept."""
    fields = [_field(model, name) for name in columns]
    if left_out := [field for field in _insertable(model) if field not in fields and _has_value(field)]:
        fields += left_out
        rows = ((*row, *(field.get_default() for field in left_out)) for row in rows)
    ready = _encrypted(fields, rows)
    names = ", ".join(f'"{field.column}"' for field in fields)
    if connection.vendor == "postgresql":
        _copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', fields, ready)
        return
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})',  # noqa: S608 - names of the model
            list(_adapted(fields, ready)),
        )


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Set the columns of rows by their primary key, which comes last in each tuple; nothing when there are none.

    Of one statement for all on PostgreSQL, where the rows are taken in the order given.
    """
    fields = [*(_field(model, name) for name in columns), model._meta.pk]
    ready = _adapted(fields, _encrypted(fields, rows))
    table, key = model._meta.db_table, fields[-1].column
    if connection.vendor == "postgresql":
        _update_from_values(table, fields, ready)
        return
    setting = ", ".join(f'"{field.column}" = %s' for field in fields[:-1])
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET {setting} WHERE "{key}" = %s', list(ready))  # noqa: S608


def take_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys for `count` new rows; call it inside the transaction that writes them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', model._meta.pk.column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last: int = found[0] if found else 0
        return range(last + 1, last + 1 + count)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if name in (field.attname, field.name))


def _insertable(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.generated and not isinstance(field, models.AutoField)]


def _has_value(field: models.Field[Any, Any]) -> bool:
    """Whether it is something else than NULL when nothing is said."""
    return field.has_default() or not field.null


def _encrypted(fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> Iterable[Row]:
    sealers = {
        place: keys.sealer(context=field.context)
        for place, field in enumerate(fields)
        if isinstance(field, EncryptedTextField)
    }
    if not sealers:
        yield from rows
        return
    for row in rows:
        sealed = list(row)
        for place, seal in sealers.items():
            value = sealed[place]
            sealed[place] = seal(value) if value not in (None, "") else None
        yield sealed


def _adapted(fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """As the driver takes them."""
    wanted = {place: to for place, field in enumerate(fields) if (to := _adapter(field)) is not None}
    for row in rows:
        adapted = list(row)
        for place, to in wanted.items():
            if adapted[place] is not None:
                adapted[place] = to(adapted[place])
        yield tuple(adapted)


def _adapter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return str if isinstance(field, models.UUIDField) else None
    if isinstance(field, models.UUIDField):
        return _hex
    if isinstance(field, models.DateTimeField):
        return _sqlite_time
    if isinstance(field, models.DateField):
        return _iso
    if isinstance(field, models.DecimalField):
        return str
    return None


_json = json.JSONEncoder(ensure_ascii=False).encode


def _iso(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _hex(value: UUID | str) -> str:
    return value.hex if isinstance(value, UUID) else value.replace("-", "")


@lru_cache(maxsize=1_000)
def _sqlite_time(value: datetime) -> str:
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _copy(statement: str, fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> None:
    json_places = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    lines = StringIO()
    for row in rows:
        if json_places:
            row = list(row)
            for place in json_places:
                row[place] = _json(row[place])
        lines.write("\t".join(map(copy_text, row)))
        lines.write("\n")
    lines.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, lines)


def copy_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if type(value) is str:
        return value.translate(_ESCAPED) if "\\" in value or not value.isprintable() else value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is True:
        return "t"
    if value is False:
        return "f"
    return str(value) if isinstance(value, (int, Decimal, UUID)) else str(value).translate(_ESCAPED)


def _update_from_values(table: str, fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row]) -> None:
    from psycopg2.extras import execute_values

    kinds = [field.cast_db_type(connection) for field in fields]
    names = ", ".join(f"c{place}" for place in range(len(fields)))
    setting = ", ".join(
        f'"{field.column}" = v.c{place}::{kinds[place]}' for place, field in enumerate(fields[:-1])
    )
    key = f'"{table}"."{fields[-1].column}" = v.c{len(fields) - 1}::{kinds[-1]}'
    with connection.cursor() as cursor, connection.wrap_database_errors:
        execute_values(
            cursor.cursor,
            f'UPDATE "{table}" SET {setting} FROM (VALUES %s) AS v ({names}) WHERE {key}',  # noqa: S608
            rows,
            page_size=1_000,
        )
