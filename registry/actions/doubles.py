"""What was decided about two records that look like one business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User, Verb
from registry.actions.errors import Incomplete, WrongState
from registry.actions.personal import MIN_REASON_LENGTH
from registry.duplicates.candidates import sought_of
from registry.duplicates.finder import matches_for
from registry.duplicates.pairs import dismissed_with, fingerprint_of, fingerprints
from registry.matching import Match
from registry.models import Business, DuplicatePair, PairState

AT_ONCE = 2_000


@transaction.atomic
def dismiss_pair(*, one: Business, other: Business, by: User, at: datetime, reason: str) -> DuplicatePair:
    """Say that the two are two businesses. The pair comes back when one of the names changes."""
    if len(reason.strip()) < MIN_REASON_LENGTH:
        raise Incomplete(f"Alasan paling sedikit {MIN_REASON_LENGTH} huruf.")
    if one.pk == other.pk:
        raise WrongState("Pilih dua UMKM yang berbeda.")
    held = Business.objects.select_for_update(of=("self",)).filter(pk__in={one.pk, other.pk}).order_by("pk")
    first, second = list(held)
    if first.merged_into_id is not None or second.merged_into_id is not None:
        raise WrongState("Salah satu UMKM ini sudah digabung.")
    if second.pk in dismissed_with(first):
        raise WrongState("Pasangan ini sudah dinyatakan bukan duplikat.")
    reason = reason.strip()
    events = [audit.Event(Verb.DISMISSED, one, str(one), {}, reason) for one in (first, second)]
    audit.record_many(events, by=by, at=at)
    return pair_of(first, second, PairState.NOT_DUPLICATE, by=by, at=at, reason=reason)


def pair_of(
    one: Business, other: Business, state: PairState, *, by: User, at: datetime, reason: str
) -> DuplicatePair:
    """Write what was decided; inside the transaction of the decision, which writes the event."""
    first, second = sorted((one, other), key=lambda business: business.pk)
    is_open = state == PairState.OPEN
    decision = {
        "state": state,
        "fingerprint": fingerprint_of(first, second),
        "decided_at": None if is_open else at,
        "decided_by": None if is_open else by,
        "reason": reason,
    }
    found = {"score": 0, "evidence": "", "found_at": at}
    pair, _ = DuplicatePair.objects.update_or_create(
        first=first, second=second, defaults=decision, create_defaults=decision | found
    )
    return pair


@transaction.atomic
def note_pairs(matches: Iterable[Match], *, at: datetime) -> int:
    """Put matches of stored businesses on the worklist; how many are new there, or are back.

    A pair that was dismissed stays so while the names are those it was dismissed with.
    """
    wanted = {(match.a, match.b): match for match in matches}
    keys = sorted(wanted)
    return sum(_note(keys[start : start + AT_ONCE], wanted, at) for start in range(0, len(keys), AT_ONCE))


def _note(keys: list[tuple[int, int]], wanted: dict[tuple[int, int], Match], at: datetime) -> int:
    seals = fingerprints({pk for key in keys for pk in key})
    known = {
        (pair.first_id, pair.second_id): pair
        for pair in DuplicatePair.objects.select_for_update()
        .filter(first__in={first for first, _ in keys}, second__in={second for _, second in keys})
        .order_by("pk")
    }
    new: list[DuplicatePair] = []
    changed: list[DuplicatePair] = []
    back = 0
    for first, second in keys:
        match, pair = wanted[first, second], known.get((first, second))
        if first not in seals or second not in seals:
            continue  # gone since
        row = pair or DuplicatePair(first_id=first, second_id=second, found_at=at)
        seal = f"{seals[first]}{seals[second]}"
        returns = row.state == PairState.NOT_DUPLICATE and row.fingerprint != seal
        if returns:
            row.state, row.found_at = PairState.OPEN, at
            row.decided_at = row.decided_by = None
        elif pair is not None and row.state != PairState.OPEN:
            continue
        row.score, row.evidence, row.fingerprint = round(match.score), " ".join(match.evidence), seal
        (new if pair is None else changed).append(row)
        back += returns
    DuplicatePair.objects.bulk_create(new, ignore_conflicts=True)
    columns = ["score", "evidence", "fingerprint", "state", "found_at", "decided_at", "decided_by"]
    DuplicatePair.objects.bulk_update(changed, columns, batch_size=500)
    return len(new) + back


def note_doubles(*, business: Business, at: datetime) -> int:
    """Put a business that was stored in spite of its likely doubles on the worklist with each of them."""
    return note_pairs(matches_for(sought_of(business)), at=at)


@transaction.atomic
def forget_open_pairs(kept: set[tuple[int, int]]) -> int:
    """Take open pairs that a search of the whole register no longer finds off the list; how many."""
    gone = [
        pk
        for pk, first, second in DuplicatePair.objects.open()
        .order_by("pk")
        .values_list("pk", "first_id", "second_id")
        if (first, second) not in kept
    ]
    for start in range(0, len(gone), AT_ONCE):
        DuplicatePair.objects.open().filter(pk__in=gone[start : start + AT_ONCE]).delete()
    return len(gone)
