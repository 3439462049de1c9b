"""The stored keys under which doubles of a business are found, kept in step with the names by the database layer.

Every save, `bulk_create`, `bulk_update` and `update` writes them with the name. What writes rows by SQL of its own takes
them from `match_keys_for`; `manage.py match_keys --check` finds rows left without, or with old ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import models

from core.fields import DerivedField
from registry.matching import business_keys, owner_key

BATCH = 2_000


class MatchKeys(NamedTuple):
    """Columns `name_key` and `initials_key` of a business, and `name_key` of its owner."""

    name: int | None
    initials: int | None
    owner: int | None


def match_keys_for(rows: Iterable[tuple[str, str]]) -> Iterator[MatchKeys]:
    """Of (name of the business, name of the owner or ""), in their order."""
    for name, owner in rows:
        yield MatchKeys(*business_keys(name), owner_key(owner))


class MatchKeyField(DerivedField, models.BigIntegerField):  # type: ignore[type-arg]  # generic only in the stubs
    """`kind`: "name" or "initials" of a business, or "owner"."""

    def __init__(self, source: str, kind: str, **options: Any) -> None:
        self.source, self.kind = source, kind
        options.update(null=True, editable=False)
        options.setdefault("blank", True)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for implied in ("null", "editable", "blank"):
            options.pop(implied, None)
        return name, path, [self.source, self.kind, *args], options

    def derive(self, model: type[models.Model], value: Any) -> int | None:
        return key_of(self.kind, str(value or ""))


def key_of(kind: str, name: str) -> int | None:
    if kind == "owner":
        return owner_key(name)
    by_name, by_initials = business_keys(name)
    return by_name if kind == "name" else by_initials


def stale_rows(model: type[models.Model]) -> Iterator[models.Model]:
    """Rows whose keys are missing or not those of their name, with the right keys set on the instance."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, MatchKeyField)]
    rows: models.QuerySet[Any] = model._base_manager.order_by("pk").only(
        "pk", *{field.source for field in fields}, *(field.name for field in fields)
    )
    for row in rows.iterator(chunk_size=BATCH):
        before = [getattr(row, field.attname) for field in fields]
        if before != [field.pre_save(row, add=False) for field in fields]:
            yield row
