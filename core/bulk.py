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
Adapt = Callable[["models.Field[Any, Any]", Sequence[Any]], Iterable[Any]]
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_ESCAPED = str.maketrans(_ESCAPES)


class JSONText(str):
    """What stands in a JSON column, written already."""


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert the rows; a broken constraint raises IntegrityError and nothing of the call is kept."""
    loader = Loader(model, columns)
    loader.insert(loader.ready(rows))


class Loader:
    """`insert` in two steps: what needs no database, and the statement.

    Columns of which the value is known only inside the transaction are `late`. Rows that are made ready belong to
    the transaction that comes next: a key may change.
    """

    def __init__(
        self, model: type[models.Model], columns: Sequence[str], *, late: Sequence[str] = ()
    ) -> None:
        self.table = model._meta.db_table
        self.late = [_field(model, name) for name in late]
        self.fields = [_field(model, name) for name in columns]
        given = {*self.late, *self.fields}
        left_out = [field for field in _insertable(model) if field not in given and _has_value(field)]
        self.defaults = [field.get_default for field in left_out]
        self.fields += left_out

    def ready(self, rows: Iterable[Row]) -> list[Any]:
        """Encrypted, and as the driver takes it: a tuple each, for PostgreSQL the text of a line."""
        if self.defaults:
            rows = ((*row, *(default() for default in self.defaults)) for row in rows)
        if connection.vendor == "postgresql":
            return ["\t".join(texts) for texts in _by_column(self.fields, rows, _copy_texts)]
        return list(_by_column(self.fields, rows, _driver_values))

    def insert(self, ready: Sequence[Any], late: Iterable[Row] = ()) -> None:
        """Rows that are ready, each with its late values."""
        if not ready:
            return
        fields = [*self.late, *self.fields]
        names = ", ".join(f'"{field.column}"' for field in fields)
        if connection.vendor == "postgresql":
            if self.late:
                first = ["\t".join(texts) for texts in _by_column(self.late, late, _copy_texts)]
                ready = [f"{texts}\t{line}" for texts, line in zip(first, ready, strict=True)]
            _copy(f'COPY "{self.table}" ({names}) FROM STDIN', ready)
            return
        if self.late:
            values = _by_column(self.late, late, _driver_values)
            ready = [(*first, *row) for first, row in zip(values, ready, strict=True)]
        marks = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{self.table}" ({names}) VALUES ({marks})', ready)  # noqa: S608 - names of the model


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Set the columns of rows by their primary key, which comes last in each tuple; nothing when there are none.

    Of one statement for all on PostgreSQL, where the rows are taken in the order given.
    """
    fields = [*(_field(model, name) for name in columns), model._meta.pk]
    ready = list(_by_column(fields, rows, _driver_values))
    table, key = model._meta.db_table, fields[-1].column
    if connection.vendor == "postgresql":
        _update_from_arrays(table, fields, ready)
        return
    setting = ", ".join(f'"{field.column}" = %s' for field in fields[:-1])
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET {setting} WHERE "{key}" = %s', ready)  # noqa: S608


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


def _by_column(
    fields: Sequence[models.Field[Any, Any]], rows: Iterable[Row], adapt: Adapt
) -> Iterator[tuple[Any, ...]]:
    """The rows again, every column adapted as a whole: how is decided once, not for each value."""
    columns = zip(*rows, strict=True)
    return zip(*(adapt(field, values) for field, values in zip(fields, columns, strict=False)), strict=True)


def _driver_values(field: models.Field[Any, Any], values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(field, EncryptedTextField):
        return _sealed(field, values)
    to = _adapter(field)
    return values if to is None else [None if value is None else to(value) for value in values]


def _sealed(field: EncryptedTextField, values: Sequence[str | None]) -> list[str | None]:
    seal = keys.sealer(context=field.context)
    return [seal(value) if value else None for value in values]


def _adapter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _json_text
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


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json_text(value: Any) -> str:
    return value if isinstance(value, JSONText) else _encode(value)


def _iso(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _hex(value: UUID | str) -> str:
    return value.hex if isinstance(value, UUID) else value.replace("-", "")


@lru_cache(maxsize=1_000)
def _sqlite_time(value: datetime) -> str:
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _copy(statement: str, lines: Iterable[str]) -> None:
    text = StringIO("\n".join(lines) + "\n")
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, text, 1 << 20)  # read at once, as another thread may keep us from it


def _copy_texts(field: models.Field[Any, Any], values: Sequence[Any]) -> Iterable[str]:
    if isinstance(field, EncryptedTextField):  # base64 needs no escapes
        return ["\\N" if value is None else value for value in _sealed(field, values)]
    if isinstance(field, models.JSONField):
        values = [_json_text(value) for value in values]
    elif isinstance(field, models.DateTimeField):
        return map(_copy_time, values)
    elif not isinstance(field, (models.CharField, models.TextField)):
        return map(copy_text, values)
    together = "".join(value for value in values if value is not None)
    if any(letter in together for letter in _ESCAPES):
        return map(copy_text, values)
    return ["\\N" if value is None else value for value in values]


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


_copy_time = lru_cache(maxsize=1_000)(copy_text)


def _update_from_arrays(table: str, fields: Sequence[models.Field[Any, Any]], rows: Sequence[Row]) -> None:
    if not rows:
        return
    kinds = [field.cast_db_type(connection) for field in fields]
    names = ", ".join(f"c{place}" for place in range(len(fields)))
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    setting = ", ".join(f'"{field.column}" = v.c{place}' for place, field in enumerate(fields[:-1]))
    key = f'"{table}"."{fields[-1].column}" = v.c{len(fields) - 1}'
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {setting} FROM unnest({arrays}) AS v ({names}) WHERE {key}',  # noqa: S608
            [list(values) for values in zip(*rows, strict=True)],
        )
