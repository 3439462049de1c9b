"""Finding businesses by a few words: each word stands in the name, the owner's name, the products, the
registration number or the NIB.

Words are what `str.split` makes of the text. A word is found where it stands letter by letter, capital or
not for A to Z; a word with other letters is found as typed, in small and in capital letters. That is what
`icontains` finds (on PostgreSQL under the collation "C"), the same on both databases.

The trigrams only say where to look; every hit is compared with the text itself. Words of one or two letters
have no trigrams: they are compared with the hits of the longer ones, or, alone, with the rows one by one.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from registry.models.businesses import BusinessQuerySet

_HITS = "SELECT rowid FROM registry_search_trigrams WHERE registry_search_trigrams MATCH %s"
_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def containing(
    businesses: BusinessQuerySet, text: str, *, by_index: bool = True, first: int | None = None
) -> BusinessQuerySet:
    """The businesses that have every word of `text`.

    `by_index=False` gives the same rows for a text that is found often: a list then walks its own order
    until a page is full, instead of collecting and sorting all hits. `first` looks no further than at so many
    hits of the index, for who only wants to know whether there are many.
    """
    words = _words(text)
    if by_index and (trigrams := _trigrams(words)):
        hits, values = (_HITS, [trigrams]) if first is None else (f"{_HITS} LIMIT %s", [trigrams, first])
        businesses = businesses.filter(search_entry__pk__in=RawSQL(hits, values))  # noqa: S611 - bound
    for word in words:
        found = Q()
        for spelling in _spellings(word):
            found |= _stands(spelling, by_index=by_index)
        businesses = businesses.filter(found)
    return businesses


def is_broad(text: str, beyond: int) -> bool:
    """Whether the index has more than so many hits, of which some may fail; PostgreSQL finds out by itself."""
    trigrams = _trigrams(_words(text))
    if not trigrams:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({_HITS} LIMIT %s)", [trigrams, beyond + 1])  # noqa: S608
        hits: int = cursor.fetchone()[0]
    return hits > beyond


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.translate(_CAPITALS) for word in text.split()))


def _stands(word: str, *, by_index: bool) -> Q:
    if by_index or connection.vendor == "sqlite":
        return Q(search_entry__text__contains=word)
    # No index of PostgreSQL serves this, which is the point.
    return Q(GreaterThan(StrIndex(F("search_entry__text"), Value(word)), 0))


def _spellings(word: str) -> set[str]:
    if word.isascii():
        return {word}
    others = (word.lower().translate(_CAPITALS), word.upper())
    return {word, *(other for other in others if len(other) == len(word))}


def _trigrams(words: list[str]) -> str:
    """What FTS5 looks for: all groups of three that do not change between small and capital letters."""
    if connection.vendor != "sqlite":
        return ""  # its index needs no help
    groups = {word[start : start + 3] for word in words for start in range(len(word) - 2)}
    kept = sorted(group for group in groups if group.isascii() or group.lower() == group.upper())
    return " ".join('"{}"'.format(group.replace('"', '""')) for group in kept)
