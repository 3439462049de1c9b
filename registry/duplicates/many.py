"""Likely doubles of many businesses at once, against the register and among themselves, with few queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db.models import Q

from core.models import User
from registry.duplicates.candidates import Sought
from registry.match_keys import match_keys_for
from registry.matching import Features, threshold_for
from registry.models import Business
from registry.pairing import Businesses

COLUMNS = ("pk", "name", "owner__name", "ward_id", "owner__phone_index", "owner__national_id_index", "nib")
WHOLE_REGISTER_UP_TO = 20  # times the rows sought: a larger register is asked by keys
KEYS_A_QUERY = 500


@dataclass(frozen=True)
class Hint:
    """Row `ref` is probably one business with another row of the list, or with one of the register.

    Of a business outside the user's area `is_visible` is false and `pk` is None.
    """

    ref: int
    score: int
    evidence: tuple[str, ...]
    other_ref: int | None = None
    pk: int | None = None
    is_visible: bool = True


def candidates_for_many(rows: Sequence[Sought], user: User) -> list[Hint]:
    """By `ref`, the likeliest first; two rows of the list that are one give a hint to the later one.

    Only what scores is told: another business of an owner who is known is nothing to stop at in a list.
    """
    if not rows:
        return []
    stored, districts = list(_stored(rows)), _districts(user)
    needed = threshold_for(Business.objects.count() + len(rows))
    places = {features.id: district for features, district in stored}
    own = {row.pk for row in rows if row.pk is not None}
    # The rows sought get ids below zero, so that they are not taken for stored ones.
    numbers = {-number: row for number, row in zip(count(1), rows, strict=False)}
    features = [
        *(features for features, _ in stored if features.id not in own),
        *(row.features._replace(id=number) for number, row in numbers.items()),
    ]
    hints = []
    for match in Businesses(features).pairs(needed):
        if match.a >= 0:
            continue  # two of the register
        score = round(match.score)
        if match.b < 0:
            later, earlier = numbers[match.a], numbers[match.b]
            hints.append(Hint(later.ref, score, match.evidence, other_ref=earlier.ref))
        elif districts is None or places[match.b] in districts:
            hints.append(Hint(numbers[match.a].ref, score, match.evidence, pk=match.b))
        else:
            hints.append(Hint(numbers[match.a].ref, 0, (), is_visible=False))
    return sorted(set(hints), key=lambda hint: (hint.ref, -hint.score, hint.pk or 0, hint.other_ref or 0))


def _districts(user: User) -> frozenset[int] | None:
    districts = user.district_ids()
    return None if districts is None else frozenset(districts)


def stored_features(businesses: Any = None) -> Iterator[tuple[Features, int | None]]:
    """Every business of the register (or those of a queryset) with its kecamatan."""
    rows = Business.objects.real() if businesses is None else businesses
    for row in rows.order_by("pk").values_list(*COLUMNS, "district_id").iterator(chunk_size=10_000):
        pk, name, owner, ward, phone, nik, nib, district = row
        yield Features(pk, name, owner or "", ward, phone, nik, nib or None), district


def _stored(rows: Sequence[Sought]) -> Iterable[tuple[Features, int | None]]:
    """The whole register where it is small beside the list; else what shares a key with a row of it."""
    if Business.objects.order_by().count() <= WHOLE_REGISTER_UP_TO * len(rows):
        return stored_features()
    found: dict[int, tuple[Features, int | None]] = {}
    for first in range(0, len(rows), KEYS_A_QUERY):
        chunk = rows[first : first + KEYS_A_QUERY]
        for condition in _conditions(chunk):
            for features, district in stored_features(Business.objects.real().filter(condition)):
                found[features.id] = features, district
    return found.values()


def _conditions(rows: Sequence[Sought]) -> list[Q]:
    features = [row.features for row in rows]
    keys = list(match_keys_for((row.name, row.owner) for row in features))
    wards = {row.ward for row in features if row.ward}
    initials = [key.initials for key in keys if key.initials is not None]
    owners = {key.owner for key in keys if key.owner is not None}
    same_place_or_initials = Q(ward_id__in=wards) | Q(initials_key__in=initials)
    return [
        Q(name_key__in={key.name for key in keys if key.name is not None}),
        Q(initials_key__in=initials, ward_id__in=wards),
        Q(owner__name_key__in=owners) & same_place_or_initials,
        Q(nib__in={row.nib for row in features if row.nib}) & ~Q(nib=""),
        Q(owner__national_id_index__in={row.nik for row in features if row.nik}),
        Q(owner__phone_index__in={row.phone for row in features if row.phone}),
    ]
