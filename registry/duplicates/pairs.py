"""Pairs of the register: all of them for the worklist, and which of them were dismissed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from hashlib import blake2b

from django.db.models import Q

from registry.duplicates.many import stored_features
from registry.folding import fold_business_name, fold_person_name
from registry.matching import Features, Match
from registry.models import Business, DuplicatePair, PairState
from registry.pairing import find_pairs

BEAT_EVERY = 10_000


def all_pairs(beat: Callable[[], None] = lambda: None) -> list[Match]:
    """Every pair of the register that is probably one business, whoever may see it.

    `beat` is called now and then, for a job to say that it lives.
    """

    def rows() -> Iterator[Features]:
        for number, (features, _) in enumerate(stored_features()):
            if number % BEAT_EVERY == 0:
                beat()
            yield features

    matches: list[Match] = []
    for match in find_pairs(rows()):
        beat()
        matches.append(match)
    return matches


def dismissed_with(business: Business) -> set[int]:
    """Pks of the businesses that this one was said not to be, under the names both have now."""
    decided = DuplicatePair.objects.filter(Q(first=business) | Q(second=business))
    pairs = decided.filter(state=PairState.NOT_DUPLICATE).values_list("first_id", "second_id", "fingerprint")
    seals = fingerprints({pk for first, second, _ in pairs for pk in (first, second)}) if pairs else {}
    return {
        second if first == business.pk else first
        for first, second, fingerprint in pairs
        if fingerprint == f"{seals.get(first)}{seals.get(second)}"
    }


def fingerprint_of(first: Business, second: Business) -> str:
    seals = fingerprints({first.pk, second.pk})
    return f"{seals[first.pk]}{seals[second.pk]}"


def fingerprints(keys: Collection[int]) -> dict[int, str]:
    """By pk, of the names a business and its owner have, as they are compared."""
    rows = Business.objects.filter(pk__in=keys).values_list("pk", "name", "owner__name")
    return {pk: _seal(name, owner or "") for pk, name, owner in rows}


def _seal(name: str, owner: str) -> str:
    folded = f"{fold_business_name(name).whole}|{fold_person_name(owner)}"
    return blake2b(folded.encode(), digest_size=8).hexdigest()
