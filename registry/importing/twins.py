"""Businesses of the very same words that came in since a row was judged: by another list, or by a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.models import ImportBatch, ImportRow
from registry.importing.rows import AT, same_words
from registry.models import Business, Owner

_NAME, _OWNER, _WARD = AT["name"], AT["owner_name"], AT["ward_id"]
_CANDIDATE_PK = 2  # among the values of a `Candidate`
Words = tuple[str, str, int | None]
Asked = tuple[ImportRow, Sequence[Any], int | None]  # with its values and the key of its name


def rows_with_twins(rows: Iterable[Asked], batch: ImportBatch) -> set[int]:
    """Pks of new rows whose name, owner and kelurahan a business has that was not there to be asked about.

    Without any number nothing else would keep two lists, judged side by side, from bringing in the same.
    """
    wanted: dict[int, list[tuple[ImportRow, Sequence[Any]]]] = {}
    for row, values, key in rows:
        if key is not None:
            wanted.setdefault(key, []).append((row, values))
    found = [
        (row.pk, business)
        for key, words, business in _stored(wanted)
        for row, values in wanted[key]
        if words == _words(values[_NAME], values[_OWNER], values[_WARD])
        and business not in {one[_CANDIDATE_PK] for one in row.found.get("candidates", ())}
    ]
    if not found:
        return set()
    own = set(batch.rows.filter(target__in={pk for _, pk in found}).values_list("target", flat=True))
    return {row for row, business in found if business not in own}


def _words(name: str, owner: str | None, ward: int | None) -> Words:
    return same_words(name), same_words(owner or ""), ward


def _stored(keys: Iterable[int]) -> Iterator[tuple[int, Words, int]]:
    """Of businesses whose name has such a key."""
    facts = ("pk", "name_key", "name", "owner_id", "ward_id", "merged_into_id", "is_reconstruction")
    found = list(Business.objects.filter(name_key__in=list(keys)).order_by().values_list(*facts))
    owners = dict(Owner.objects.filter(pk__in={row[3] for row in found}).order_by().values_list("pk", "name"))
    for pk, key, name, owner, ward, merged_into, is_reconstruction in found:
        if merged_into is None and not is_reconstruction and key is not None:
            yield key, _words(name, owners.get(owner or 0), ward), pk
