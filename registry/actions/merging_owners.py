"""Two owner records of one person, found when two of their businesses are merged: the other businesses move along.

The record left behind keeps its data and its merged business, so that the merge can be undone; it has no other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import models

from core import audit
from core.models import AuditEvent, User, Verb
from registry.actions.errors import SamePerson, StaleRecord, WrongState
from registry.models import Business, ChangeProposal, Owner, Registration

OUT_OF_STEP = "UMKM milik pelaku usaha ini baru saja bertambah atau berkurang. Muat ulang halaman ini."
Journal = dict[str, Any]  # whose businesses went to whom, and which


def others_of(owner_id: int | None, *but: Business) -> models.QuerySet[Business]:
    """The businesses of an owner besides these; without those merged into another one."""
    rows = Business.objects.none() if owner_id is None else Business.objects.standing().filter(owner=owner_id)
    return rows.exclude(pk__in=[business.pk for business in but]).order_by("pk")


def left_behind(winner: Business, loser: Business, take: Collection[str]) -> int | None:
    """The owner whose record is not the one chosen; None where both have the same, or one has none."""
    owners = (loser, winner) if "owner" in take else (winner, loser)
    kept, left = (business.owner_id for business in owners)
    return left if kept is not None and left != kept else None


def move_others(
    left: int | None,
    winner: Business,
    loser: Business,
    *,
    held: Collection[int],
    by: User,
    at: datetime,
    reason: str,
) -> Journal:
    """Give the other businesses of the owner `left` to that of the winner; `held` are those that are locked."""
    kept = winner.owner_id
    if left is None or kept is None:
        return {}
    locked = Owner.objects.select_for_update(of=("self",)).filter(pk__in=(left, kept)).order_by("pk")
    owners = {row.pk: row for row in locked}
    rows = list(others_of(left, winner, loser))
    if {row.pk for row in rows} != set(held):
        raise StaleRecord(OUT_OF_STEP)
    _refuse(owners[left], owners[kept], rows, by)
    _give(rows, kept, Verb.MERGED, at=at, by=by, reason=reason)
    return {"from": left, "to": kept, "businesses": [row.pk for row in rows]}


def move_back(journal: Mapping[str, Any], *, by: User, at: datetime, reason: str) -> list[Business]:
    """Those that the owner still has go back to the other."""
    if not journal:
        return []
    rows = list(Business.objects.filter(pk__in=journal["businesses"], owner=journal["to"]).order_by("pk"))
    _give(rows, journal["from"], Verb.UNMERGED, at=at, by=by, reason=reason)
    return rows


def _refuse(left: Owner, kept: Owner, moved: Sequence[Business], by: User) -> None:
    if left.national_id and kept.national_id:
        raise WrongState("NIK kedua pelaku usaha ini berbeda: mereka dua orang.")
    if left.national_id:
        raise WrongState(f"{left} yang ber-NIK: pilih pelaku usaha itu yang dipertahankan.")
    if ChangeProposal.objects.of(left).pending().exists():
        raise WrongState(f"Usulan perubahan {left} masih menunggu keputusan. Putuskan itu dahulu.")
    pks = [business.pk for business in moved]
    if Business.objects.for_user(by).filter(pk__in=pks).count() < len(pks):
        raise WrongState(f"Sebagian UMKM {left} di luar wilayah kerja Anda. Minta administrator.")
    if Registration.objects.numbered().filter(business__in=pks).exists():
        _refuse_own(kept, by)


def _refuse_own(kept: Owner, by: User) -> None:
    """Four eyes: nobody puts registered businesses under a name that is their own work alone."""
    verbs = (Verb.CREATED, Verb.CHANGED, Verb.IMPORTED)
    if AuditEvent.objects.about(kept).filter(actor_id=by.pk, verb__in=verbs).exists():
        raise SamePerson(f"Data {kept} Anda isi sendiri: minta orang lain menggabungkan.")


def _give(rows: Sequence[Business], owner: int, verb: Verb, *, by: User, at: datetime, reason: str) -> None:
    events = []
    for row in rows:
        before = copy(row)
        row.owner_id, row.version, row.updated_at = owner, row.version + 1, at
        row.save(update_fields=["owner", "version", "updated_at"])
        events.append(audit.Event(verb, row, str(row), audit.field_changes(before, row), reason))
    audit.record_many(events, by=by, at=at)
