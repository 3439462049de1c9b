"""What is held until the transaction ends, where no constraint can keep two writers apart.

Held before any row is locked, so that nobody waits for it while others wait for his rows. SQLite lets one
transaction write anyway.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

NEW_BUSINESSES = "businesses of a list"


def hold_nibs(nibs: Iterable[str]) -> None:
    """Let one transaction at a time write these NIB, from before the check until its commit.

    No constraint can do it, as one owner may use a NIB twice.
    """
    _hold(f"nib:{nib}" for nib in nibs if nib)


def hold_new_businesses() -> None:
    """Let one list at a time bring in businesses: of two that hold the same, the second must see the first's."""
    _hold([NEW_BUSINESSES])


def _hold(words: Iterable[str]) -> None:
    """In one order for everybody."""
    wanted = sorted(set(words))
    if wanted and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(pg_advisory_xact_lock(hashtextextended(word, 0))) FROM unnest(%s) AS word",
                [wanted],
            )
