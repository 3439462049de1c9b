"""Every change is audited: what was written is compared with the events that tell of it.

    with audit_guard(User):
        actions.save_user(...)

Fails when more rows of a model were inserted, updated or deleted than there are new events about that
model. A many-to-many table counts as one change of its model. Give the columns a write may touch
untold, such as the time of the last login, as `untold={"last_login"}`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from core.models import AuditEvent

WRITE = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"(.*)', re.IGNORECASE | re.DOTALL)
SET_COLUMNS = re.compile(r'"(\w+)" = ')


@contextmanager
def audit_guard(
    *guarded: type[models.Model], untold: frozenset[str] | set[str] = frozenset()
) -> Iterator[None]:
    tables = {model._meta.db_table: model for model in guarded}
    links = {
        field.remote_field.through._meta.db_table: model
        for model in guarded
        for field in model._meta.local_many_to_many
    }
    inserted: Counter[Any] = Counter()
    largest: Counter[Any] = Counter()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        match = WRITE.match(sql)
        if match:
            verb, table, rest = match[1].upper(), match[2], match[3]
            rows = max(context["cursor"].rowcount, 0)
            told_of = set(SET_COLUMNS.findall(rest.partition(" WHERE ")[0])) - untold
            if table in tables and verb.startswith("INSERT"):
                inserted[tables[table]] += max(rows, 1)
            elif table in tables and (not verb.startswith("UPDATE") or told_of):
                largest[tables[table]] = max(largest[tables[table]], rows)
            elif table in links and rows:
                largest[links[table]] = max(largest[links[table]], 1)
        return result

    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with connection.execute_wrapper(watch):
        yield
    for model in guarded:
        changed = max(inserted[model], largest[model])
        told = AuditEvent.objects.filter(pk__gt=last, object_type=model._meta.label_lower).count()
        assert told >= changed, f"{changed} rows of {model.__name__} were written, {told} events tell of it"
