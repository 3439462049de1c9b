"""From the rows of a file to staged rows, each with its verdict. Nothing is in the register afterwards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.db import transaction

from core import bulk
from core.importing.cells import Cell, refusal, text_of
from core.importing.importers import (
    ERROR,
    WARNING,
    Candidate,
    Draft,
    Problem,
    Session,
    effective_differences,
    importer_of,
)
from core.models import Differs, ImportBatch, ImportPolicy, ImportRow, ImportState, User, Verdict

CHUNK = 500
LOOK_AHEAD = 1_000
COLUMNS = (
    "batch_id",
    "number",
    "content",
    "findings",
    "keys",
    "verdict",
    "has_warnings",
    "differs",
    "target",
    "target_version",
    "decision",
    "outcome",
    "written",
)
Rows = Iterable[tuple[int, Sequence[Cell]]]
Progress = Callable[[int], None]


def stage_rows(
    batch: ImportBatch, rows: Rows, *, by: User, at: datetime, progress: Progress = lambda done: None
) -> None:
    """Judge and store every row of the file; `progress` is called in the transaction of each chunk.

    Starts from nothing: rows staged by an earlier run that was broken off are removed first.
    """
    remove_rows(batch)
    session = importer_of(batch).session(batch, by=by, at=at)
    stager = _Stager(batch, session)
    lines = iter(rows)
    first = list(islice(lines, LOOK_AHEAD))
    session.look_ahead([[text_of(cell) for cell in cells] for _, cells in first])
    done = 0
    for part in _chunks(chain(first, lines)):
        ready = stager.judged(part)
        done += len(part)
        with transaction.atomic():
            stager.store(ready)
            progress(done)
    with transaction.atomic():
        stager.store_what_came_late()
        batch.styles = dict(session.styles())
        batch.state, batch.counts = ImportState.STAGED, count_verdicts(batch)
        batch.save(update_fields=["styles", "state", "counts"])
        progress(done)


def count_verdicts(batch: ImportBatch) -> dict[str, int]:
    """How many rows of each verdict there are; `warning`: of those with something to look at."""
    counts: Counter[str] = Counter()
    for verdict, warned in batch.rows.values_list("verdict", "has_warnings"):
        counts[verdict] += 1
        counts["warning"] += warned
    counts["total"] = sum(count for name, count in counts.items() if name != "warning")
    return dict(counts)


def remove_rows(batch: ImportBatch) -> int:
    """Bit by bit, so that others get in; how many."""
    removed = 0
    while pks := list(batch.rows.values_list("pk", flat=True)[:2_000]):
        ImportRow.objects.filter(pk__in=pks).delete()
        removed += len(pks)
    return removed


def _chunks(rows: Iterator[tuple[int, Sequence[Cell]]]) -> Iterator[list[tuple[int, Sequence[Cell]]]]:
    while part := list(islice(rows, CHUNK)):
        yield part


class _Stager:
    """Keeps what rows of one file must not share, and what was found too late for an earlier row."""

    def __init__(self, batch: ImportBatch, session: Session) -> None:
        self.batch, self.session = batch, session
        self.seen: dict[str, tuple[int, str]] = {}
        self.late: dict[int, list[tuple[str, str, int]]] = {}

    def judged(self, rows: Sequence[tuple[int, Sequence[Cell]]]) -> list[Draft]:
        drafts = [self._draft(number, cells) for number, cells in rows]
        self.session.judge([draft for draft in drafts if draft.verdict != Verdict.IGNORED])
        for draft in drafts:
            if draft.tokens:
                self._note_clashes(draft)
        return drafts

    def _draft(self, number: int, row: Sequence[Cell]) -> Draft:
        return draft_of_cells(self.session, self.batch, number, row)

    def _note_clashes(self, draft: Draft) -> None:
        for token in draft.tokens:
            key, _, tag = token.partition(":")
            first = self.seen.setdefault(key, (draft.number, tag))
            if first[0] == draft.number:
                continue
            number, other_tag = first
            other = f"{key}:{other_tag}"
            if add_clash(self.session, draft, token, other, number):
                self.late.setdefault(number, []).append((other, token, draft.number))

    def store(self, drafts: Sequence[Draft]) -> None:
        bulk.insert(ImportRow, COLUMNS, [_staged(self.batch.pk, draft) for draft in drafts])

    def store_what_came_late(self) -> None:
        """Rows learn of later ones they clash with, and what they may double."""
        doubles: dict[int, list[Candidate]] = {}
        for number, candidate in self.session.doubles():
            doubles.setdefault(number, []).append(candidate)
        numbers = sorted({*self.late, *doubles})
        for start in range(0, len(numbers), CHUNK):
            rows = self.batch.rows.filter(number__in=numbers[start : start + CHUNK]).in_order()
            changed = []
            for row in rows:
                draft = draft_of(row)
                add_doubles(draft, doubles.get(row.number, []))
                for token, other, number in self.late.get(row.number, []):
                    add_clash(self.session, draft, token, other, number)
                changed.append((findings_of(draft), draft.verdict, row.pk))
            bulk.update(ImportRow, ("findings", "verdict"), changed)


def add_doubles(draft: Draft, candidates: Sequence[Candidate]) -> None:
    """Those that are not known yet; a new row becomes one that somebody has to decide on."""
    known = {(candidate.pk, candidate.row) for candidate in draft.candidates}
    draft.candidates += [one for one in candidates if (one.pk, one.row) not in known]
    if draft.candidates and draft.verdict == Verdict.NEW:
        draft.verdict = Verdict.POSSIBLE_DUPLICATE


def draft_of_cells(session: Session, batch: ImportBatch, number: int, row: Sequence[Cell]) -> Draft:
    """What the cells of a row say, before the register is asked. Cells no column can take stay as they came."""
    refused: dict[int, str] = {}
    cells: list[str] = []
    if set(map(type, row)) == {str}:
        cells, row = list(row), ()  # type: ignore[arg-type]  # all of them are texts
    for place, cell in enumerate(row):
        if type(cell) is str:
            cells.append(cell)
        elif (reason := refusal(cell)) is not None:
            refused[place] = reason
            cells.append("")
        else:
            cells.append(cell[1])
    if not refused and not any(cell and not cell.isspace() for cell in cells):
        return Draft(number, cells, verdict=Verdict.IGNORED)
    draft = session.clean(number, cells)
    for place, reason in refused.items():
        if place < len(batch.headers) and str(place) in batch.mapping:
            draft.problems.append(Problem(ERROR, batch.headers[place], text_of(row[place]), reason))
        draft.raw[place] = row[place]
    return draft


def add_clash(session: Session, draft: Draft, token: str, other: str, number: int) -> bool:
    """Note at the row what its clash with row `number` means; whether it means anything."""
    found = session.clash(token, other, number)
    if found is None:
        return False
    if isinstance(found, Candidate):
        add_doubles(draft, [replace(found, row=number)])
    else:
        draft.problems.append(found)
        draft.verdict = Verdict.ERROR
    return True


def draft_of(row: ImportRow) -> Draft:
    """The draft that a stored row was."""
    cells, values = row.stored_content
    found = row.found
    return Draft(
        row.number,
        cells,
        values or [],
        problems=[Problem(*problem) for problem in found.get("problems", [])],
        tokens=row.keys.split(),
        verdict=row.verdict,
        differences=found.get("differences", {}),
        candidates=[Candidate(*candidate) for candidate in found.get("candidates", [])],
        target=row.target,
        target_version=row.target_version,
    )


def findings_of(draft: Draft) -> str | None:
    found: dict[str, Any] = {}
    if draft.problems:
        found["problems"] = [problem.as_list() for problem in draft.problems]
    if draft.differences:
        found["differences"] = draft.differences
    if draft.candidates:
        found["candidates"] = [candidate.as_list() for candidate in draft.candidates]
    return as_json(found) if found else None


def content_of(draft: Draft) -> str:
    cells: Sequence[Cell] = draft.cells
    if draft.raw:
        cells = [draft.raw.get(place, cell) for place, cell in enumerate(cells)]
    return as_json([cells, draft.values or None])


def as_json(value: Any) -> str:
    """Short; half a character, which no file can hold, stands in it as an escape."""
    text = _short_json(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return json.dumps(value)
    return text


_short_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def has_warnings(draft: Draft) -> bool:
    return any(problem.level == WARNING for problem in draft.problems)


def differs(draft: Draft) -> str:
    """What choosing another policy will ask, in the clear: whether, and not in what."""
    if not draft.differences:
        return ""
    fills = effective_differences(draft.differences, ImportPolicy.FILL_EMPTY)
    return str(Differs.FILLS if fills else Differs.ALTERS)


def _staged(batch_pk: int, draft: Draft) -> tuple[Any, ...]:
    return (
        batch_pk,
        draft.number,
        content_of(draft),
        findings_of(draft) if draft.problems or draft.differences or draft.candidates else None,
        " ".join(draft.tokens),
        str(draft.verdict),
        bool(draft.problems) and has_warnings(draft),
        differs(draft),
        draft.target,
        draft.target_version,
        "",
        "",
        [],
    )
