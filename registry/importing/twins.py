"""Businesses of the very same words that came in since a row was judged: by another list, or by a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.models import ImportBatch, ImportRow
from registry.importing.rows import AT, same_words
from registry.matching import business_keys
from registry.models import Business

_NAME, _OWNER, _WARD = AT["name"], AT["owner_name"], AT["ward_id"]
_CANDIDATE_PK = 2  # among the values of a `Candidate`
Words = tuple[str, str, int | None]


def rows_with_twins(
    rows: Sequence[ImportRow], values: Mapping[int, Sequence[Any]], batch: ImportBatch
) -> set[int]:
    """Pks of new rows whose name, owner and kelurahan a business has that was not there to be asked about.

    Without any number nothing else would keep two lists, judged side by side, from bringing in the same.
    """
    wanted: dict[Words, list[ImportRow]] = {}
    for row in rows:
        name, owner, ward = (values[row.pk][place] for place in (_NAME, _OWNER, _WARD))
        wanted.setdefault((same_words(name), same_words(owner or ""), ward), []).append(row)
    found = [
        (row.pk, business)
        for words, business in _stored(values.values())
        for row in wanted.get(words, ())
        if business not in {one[_CANDIDATE_PK] for one in row.found.get("candidates", ())}
    ]
    if not found:
        return set()
    own = set(batch.rows.filter(target__in={pk for _, pk in found}).values_list("target", flat=True))
    return {row for row, business in found if business not in own}


def _stored(values: Any) -> list[tuple[Words, int]]:
    keys = {key for cells in values if (key := business_keys(cells[_NAME])[0]) is not None}
    stored = Business.objects.real().filter(name_key__in=sorted(keys))
    return [
        ((same_words(name), same_words(owner or ""), ward), pk)
        for pk, name, owner, ward in stored.values_list("pk", "name", "owner__name", "ward_id")
    ]
