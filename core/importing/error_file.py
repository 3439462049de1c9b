"""The rows that were not taken, as a file: their columns as they came, and what is wrong beside them.

It comes in again as it is: *Masalah* is a column nobody maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.utils.module_loading import import_string

from core.csv_cells import unquoted
from core.importing.cells import text_of
from core.importing.importers import Problem
from core.models import ImportBatch, ImportRow

COLUMN = "Masalah"
CHUNK = 500


def write(batch: ImportBatch, out: IO[bytes], kind: str) -> int:
    """Write the file, "xlsx" or "csv"; how many rows it has."""
    written = 0

    def lines() -> Iterator[list[Any]]:
        nonlocal written
        width = len(batch.headers)
        yield [*batch.headers, COLUMN]
        for row in batch.rows.bad().in_order().iterator(chunk_size=CHUNK):
            written += 1
            # without the apostrophes of an export: whoever writes the file puts them there again
            cells = [unquoted(text_of(cell)) for cell in (row.raw_cells + [""] * width)[:width]]
            yield [*cells, problems_in_words(row)]

    import_string(settings.TABLE_WRITERS[kind])().write(out, lines())
    return written


def problems_in_words(row: ImportRow) -> str:
    found = row.found
    words = [
        f"{problem.column}: {problem.reason}" if problem.column else problem.reason
        for problem in (Problem(*values) for values in found.get("problems", []))
    ]
    for label, reason, *_ in found.get("candidates", []):
        words.append(f"Mungkin sama dengan {label}: {reason}" if reason else f"{label}.")
    return " ".join(words)
