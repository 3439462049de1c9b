"""How much an import writes in one transaction, so that other people can write beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

MOST = 500  # rows in one transaction
FEWEST = 50
HELD = 0.1  # seconds for which a chunk is to keep others from writing
FREE = 0.03  # seconds in which they then can


class Pace:
    """Of the transactions of one import.

    On SQLite nobody else writes while a chunk is written. So a chunk has as many rows as lately were written in `HELD`
    seconds, and the next one begins `FREE` seconds later at the earliest: SQLite lets those who wait look again after at
    most 25 ms, until they have waited for an eighth of a second. On PostgreSQL nobody waits for the rows of a chunk.
    """

    def __init__(self) -> None:
        self.is_alone = connection.vendor == "sqlite"
        self.rows = min(FEWEST, MOST) if self.is_alone else MOST
        self.free_since = float("-inf")

    @contextmanager
    def transaction(self, rows: int) -> Iterator[None]:
        """The transaction that writes so many rows."""
        if self.is_alone:
            time.sleep(max(0.0, self.free_since + FREE - time.monotonic()))
        with transaction.atomic():
            started = time.monotonic()  # now that the others write no more
            look_up_by_index()
            yield
        self.free_since = time.monotonic()
        if self.is_alone and (took := self.free_since - started):
            self.rows = min(MOST, max(FEWEST, int(rows * HELD / took)))


def look_up_by_index() -> None:
    """Until the transaction ends: the statistics say that a register is empty which is being filled."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
