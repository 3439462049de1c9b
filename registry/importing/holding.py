"""Many NIB held at once, until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection


def hold_nibs(nibs: Iterable[str]) -> None:
    """As `save_business` does for one, in the order of the numbers: no constraint knows another's NIB."""
    wanted = sorted({f"nib:{nib}" for nib in nibs})
    if wanted and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(pg_advisory_xact_lock(hashtextextended(word, 0))) FROM unnest(%s) AS word",
                [wanted],
            )
