"""What a supervisor or enumerator tells of a visit without an interview, and the reserve that may follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.models import User
from core.permissions import Permission
from registry.models import Business
from surveys.actions.fieldwork import FieldworkRefused, hand_over
from surveys.actions.interviews import why_not_interviewable
from surveys.actions.sampling import activate_reserve
from surveys.actions.visits import record_visit
from surveys.models import Assignment, Outcome, Response, SampleEntry, Visit, Wave, WaveDesign

# How many visits with this outcome allow a reserve: who refuses once is not asked again, who is out may come home.
VISITS_BEFORE_RESERVE = {Outcome.REFUSED: 1, Outcome.MOVED: 1, Outcome.CLOSED: 2, Outcome.NOT_FOUND: 3}
RESERVE_RULE = (
    "Cadangan dapat dipakai setelah satu kunjungan dengan hasil menolak atau pindah, dua kunjungan dengan hasil tutup,"
    " atau tiga kunjungan dengan hasil tidak ditemukan."
)


@dataclass(frozen=True)
class ReserveUsed:
    """`reserve` stands in from now on; `is_assigned` unless the enumerator does not work there."""

    reserve: SampleEntry
    is_assigned: bool


@transaction.atomic
def tell_visit(
    *,
    wave: Wave,
    business: Business,
    outcome: Outcome,
    visited_at: datetime,
    note: str,
    by: User,
    at: datetime,
) -> tuple[Visit, bool]:
    """Store a visit without an interview, and whether it is new: the same told twice is stored once."""
    Business.objects.select_for_update(no_key=True, of=("self",)).get(pk=business.pk)  # a second click waits
    told = Visit.objects.filter(
        wave=wave, business=business, enumerator=by, outcome=outcome, visited_at=visited_at
    ).first()
    if told is not None:
        return told, False
    if reason := why_not_visitable(wave, business, at):
        raise FieldworkRefused(reason)
    visit = record_visit(
        wave=wave,
        business=business,
        enumerator=by,
        outcome=outcome,
        visited_at=visited_at,
        note=note,
        by=by,
        at=at,
    )
    return visit, True


def why_not_visitable(wave: Wave, business: Business, at: datetime) -> str:
    """Why no visit can be told now; empty when one can."""
    if Response.objects.interviews().filter(wave=wave, business=business).exists():
        return "UMKM ini sudah diwawancarai pada gelombang ini."
    return why_not_interviewable(wave, business, at)


def why_no_reserve(visits: Sequence[Visit]) -> str:
    """Why the visits to a drawn business, the newest first, allow no reserve; empty when they do."""
    if any(visit.outcome == Outcome.RESERVE_USED for visit in visits):
        return "UMKM ini sudah diganti cadangan."
    counts = {outcome: sum(visit.outcome == outcome for visit in visits) for outcome in VISITS_BEFORE_RESERVE}
    if any(counts[outcome] >= needed for outcome, needed in VISITS_BEFORE_RESERVE.items()):
        return ""
    return RESERVE_RULE


@transaction.atomic
def use_reserve(*, wave: Wave, business: Business, by: User, at: datetime) -> ReserveUsed:
    """Let the next reserve of the stratum stand in for a drawn business that can't be interviewed.

    Raises FieldworkRefused where the visits do not allow it, or what `activate_reserve` raises.
    """
    if not by.can(Permission.MANAGE_FIELDWORK):
        raise PermissionDenied
    Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if reason := why_not_visitable(wave, business, at):
        raise FieldworkRefused(reason)
    entry = SampleEntry.objects.targets(wave).filter(business=business).first()
    if wave.design != WaveDesign.SAMPLE or entry is None:
        raise FieldworkRefused("UMKM ini bukan baris sampel gelombang ini.")
    visits = list(Visit.objects.filter(wave=wave, business=business).select_related("enumerator"))
    if reason := why_no_reserve(visits):
        raise FieldworkRefused(reason)
    reserve = activate_reserve(entry=entry, by=by, at=at)
    given = Assignment.objects.standing().filter(wave=wave, business=business)
    assignment = given.select_related("enumerator").first()
    record_visit(
        wave=wave,
        business=business,
        enumerator=assignment.enumerator if assignment else visits[0].enumerator,
        outcome=Outcome.RESERVE_USED,
        visited_at=at,
        note=f"Diganti {reserve.business.name}",
        by=by,
        at=at,
    )
    is_assigned = assignment is not None and hand_over(
        wave=wave, business=reserve.business, like=assignment, by=by, at=at
    )
    return ReserveUsed(reserve, is_assigned)
