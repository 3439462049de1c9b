"""One text that is wrong in many rows of a list, put right in all of them at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from core.importing.batches import WrongBatchState, count_again, expect, problems_of
from core.importing.importers import ERROR, Problem, importer_of
from core.importing.rejudging import rejudge
from core.importing.staging import CHUNK, as_json
from core.models import ImportBatch, ImportRow, ImportState, User, Verdict

LOOKED_AT = 2_000  # bad rows that a page looks through
MOST = 500  # rows put right at once: as many as somebody waits for
AT_ONCE = 50  # rows judged together; what they may clash with is asked for in one condition each
TOLD = 5
WHOLE = 60  # a longer text stands shortened in what is told of it, and is not found again
_HINT = re.compile(r"Mungkin maksudnya “([^”]+)”")


@dataclass(frozen=True)
class Repeated:
    """A text that is refused in many rows, and what may stand there instead."""

    place: int
    header: str
    text: str
    rows: int
    reason: str
    suggestion: str
    offered: Sequence[str]

    @property
    def at_once(self) -> int:
        return min(self.rows, MOST)


@dataclass(frozen=True)
class Replaced:
    rows: int
    still_refused: int
    is_all: bool


def places_to_replace(batch: ImportBatch) -> dict[int, str]:
    """Columns in use by their place, but those of numbers of persons: no two rows share one."""
    personal = {column.name for column in importer_of(batch).columns() if column.personal}
    return {int(place): name for place, name in batch.mapping.items() if name not in personal}


def repeated_mistakes(batch: ImportBatch, *, reader: User) -> list[Repeated]:
    """The most frequent first; of the first `LOOKED_AT` bad rows."""
    names = places_to_replace(batch)
    places = {batch.headers[place]: place for place in names}
    counts: Counter[tuple[int, str]] = Counter()
    reasons: dict[tuple[int, str], str] = {}
    bad = batch.rows.filter(verdict=Verdict.ERROR).only("batch_id", "findings").in_order()
    for row in bad[:LOOKED_AT]:
        for problem in problems_of(row):
            if problem.level == ERROR and 0 < len(problem.value) < WHOLE and problem.column in places:
                key = places[problem.column], problem.value
                counts[key] += 1
                reasons.setdefault(key, problem.reason)
    often = [(key, count) for key, count in counts.most_common(TOLD) if count > 1]
    of_kind = importer_of(batch)
    offered = {
        place: of_kind.offered(names[place], user=reader) for place in {place for (place, _), _ in often}
    }
    return [
        Repeated(
            place,
            batch.headers[place],
            text,
            count,
            reasons[place, text],
            hint[1] if (hint := _HINT.search(reasons[place, text])) else "",
            offered[place],
        )
        for (place, text), count in often
    ]


@transaction.atomic
def replace_everywhere(
    batch: ImportBatch, place: int, old: str, new: str, *, by: User, at: datetime
) -> Replaced:
    """Put `new` where `old` stands in that column of bad rows, `MOST` at once, and judge them anew."""
    expect(batch, ImportState.STAGED)
    if place not in places_to_replace(batch):
        raise WrongBatchState("Kolom ini tidak dapat diganti sekaligus.")
    bad = batch.rows.filter(verdict=Verdict.ERROR).in_order().iterator(chunk_size=CHUNK)
    found = list(islice((row for row in bad if _text(row, place) == old), MOST + 1))
    rows = found[:MOST]
    for row in rows:
        row.corrections = as_json({**row.corrected, place: new})
        row.decision = ""
        row.save(update_fields=["corrections", "decision"])
    for start in range(0, len(rows), AT_ONCE):
        rejudge(batch, rows[start : start + AT_ONCE], at=at, with_neighbours=True)
    count_again(batch)
    header = batch.headers[place]
    refused = sum(any(one.column == header for one in _errors(row)) for row in rows)
    return Replaced(len(rows), refused, is_all=len(found) <= MOST)


def _text(row: ImportRow, place: int) -> str:
    cells = row.cells
    return cells[place] if place < len(cells) else ""


def _errors(row: ImportRow) -> list[Problem]:
    return [problem for problem in problems_of(row) if problem.level == ERROR]
