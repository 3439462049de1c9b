"""Likely doubles of one business, cheap enough for every form: one statement over indexed keys, then the score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from core.models import User
from registry.duplicates.candidates import Candidate, Sought, is_told
from registry.matching import Features, Match, business_keys, fold, owner_key, threshold_for, weigh_folded

MOST_MET = 300  # rows weighed; more under the keys of one business are names that tell nothing
MOST_TOLD = 10

# The arms of the union are written by hand: each is one walk down one index. The ORM takes several times as long to
# put them together as the database to answer.
_BY_NAME = "SELECT id FROM registry_business WHERE name_key = %s"
_BY_INITIALS = "SELECT id FROM registry_business WHERE initials_key = %s AND ward_id = %s"
_BY_NIB = "SELECT id FROM registry_business WHERE nib = %s AND NOT (nib = '')"  # as its partial index says it
# CROSS JOIN keeps SQLite from starting with all businesses of a kelurahan.
_OF_OWNER = "SELECT b.id FROM registry_owner o CROSS JOIN registry_business b WHERE b.owner_id = o.id AND"
_BY_NIK = f"{_OF_OWNER} o.national_id_index = %s"
_BY_PHONE = f"{_OF_OWNER} o.phone_index = %s"
_BY_OWNER = f"{_OF_OWNER} o.name_key = %s AND (b.ward_id = %s OR b.initials_key = %s)"
_MET = (
    "SELECT b.id, b.name, COALESCE(o.name, ''), b.ward_id, o.phone_index, o.national_id_index, b.nib,"
    " b.public_id, b.district_id, w.name, (SELECT MAX(id) FROM registry_business)"
    " FROM ({arms}) met JOIN registry_business b ON b.id = met.id"
    " LEFT JOIN registry_owner o ON o.id = b.owner_id LEFT JOIN core_region w ON w.id = b.ward_id"
    " WHERE NOT b.is_reconstruction AND b.merged_into_id IS NULL AND b.id <> %s"
    " LIMIT %s"
)


class Met(NamedTuple):
    """A stored business under one of the keys; `rows` is about how many the register has."""

    features: Features
    public_id: UUID
    district: int | None
    ward_name: str
    rows: int


def candidates_for(wanted: Sought, user: User) -> list[Candidate]:
    """The likely doubles of one business, the likeliest first; one unnamed hint for all outside the user's area."""
    districts = user.district_ids()
    found: list[Candidate] = []
    is_elsewhere = False
    for met, match in _told(wanted):
        if districts is not None and met.district not in districts:
            is_elsewhere = True
            continue
        features, score = met.features, round(match.score)
        found.append(
            Candidate(
                True,
                score,
                match.evidence,
                features.id,
                met.public_id,
                features.name,
                features.owner,
                met.ward_name,
            )
        )
    found.sort(key=lambda candidate: (-candidate.score, candidate.pk))
    return found[:MOST_TOLD] + ([Candidate(False)] if is_elsewhere else [])


def matches_for(wanted: Sought) -> list[Match]:
    """The same for a stored business and for nobody's eyes: every double, wherever it lies."""
    return [match for _, match in _told(wanted)]


def _told(wanted: Sought) -> Iterator[tuple[Met, Match]]:
    folded = fold(wanted.features.name, wanted.features.owner)
    for met in _met(wanted):
        other = fold(met.features.name, met.features.owner)
        match = weigh_folded(wanted.features, folded, met.features, other)
        if is_told(match, folded, other, threshold_for(met.rows)):
            yield met, match


def _met(wanted: Sought) -> list[Met]:
    arms, values = _arms(wanted.features)
    if not arms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_MET.format(arms=" UNION ".join(arms)), [*values, wanted.pk or 0, MOST_MET])
        rows = cursor.fetchall()
    return [Met(Features(*row[:7]), _uuid(row[7]), row[8], row[9] or "", row[10]) for row in rows]


def _arms(features: Features) -> tuple[list[str], list[Any]]:
    name, initials = business_keys(features.name)
    owner = owner_key(features.owner)
    chosen: list[tuple[str, tuple[Any, ...]]] = []
    if name is not None:
        chosen.append((_BY_NAME, (name,)))
    if initials is not None and features.ward is not None:
        chosen.append((_BY_INITIALS, (initials, features.ward)))
    if owner is not None:
        chosen.append((_BY_OWNER, (owner, features.ward, initials)))
    if features.nib:
        chosen.append((_BY_NIB, (features.nib,)))
    if features.nik:
        chosen.append((_BY_NIK, (features.nik,)))
    if features.phone:
        chosen.append((_BY_PHONE, (features.phone,)))
    return [arm for arm, _ in chosen], [value for _, values in chosen for value in values]


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(hex=value)
