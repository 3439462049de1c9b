"""What the page of one import shows: what the file looks like, how its rows stand, one row with what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.importing import batches, storage
from core.importing.batches import problems_of
from core.importing.cells import text_of
from core.importing.importers import ERROR, Candidate, Importer, Problem, effective_differences, importer_of
from core.importing.reading import Meta
from core.importing.replacing import Repeated, repeated_mistakes
from core.models import ImportBatch, ImportRow, ImportState, RowOutcome, User, Verdict
from core.models.imports import ImportRowQuerySet

PAGE_SIZE = 25
PREVIEWED = 5
BAD = "bad"
TABS = (
    (BAD, "Bermasalah"),
    (Verdict.NEW, "Baru"),
    (Verdict.CHANGED, "Berubah"),
    (Verdict.CONFLICT, "Berbeda dari yang tersimpan"),
    (Verdict.POSSIBLE_DUPLICATE, "Mungkin duplikat"),
    ("warning", "Dengan peringatan"),
    (Verdict.UNCHANGED, "Tidak berubah"),
    (Verdict.IGNORED, "Diabaikan"),
)


@dataclass(frozen=True)
class Preview:
    """The first rows below the headings, texts only, and what there is to say of the file."""

    meta: Meta
    rows: list[tuple[int, list[str]]]
    warnings: list[str]


def preview_of(batch: ImportBatch) -> Preview:
    """Reads the file; raises UnreadableFile."""
    with storage.open_rows(batch) as table:
        rows = [(number, [text_of(cell) for cell in cells]) for number, cells in islice(table, PREVIEWED)]
        return Preview(table.meta, rows, list(table.warnings))


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class CellLine:
    """A cell to look at or to correct. `hidden`: a personal number of somebody else's file, not shown."""

    place: int
    header: str
    text: str
    hidden: bool
    problems: list[Problem]

    @property
    def has_error(self) -> bool:
        return any(problem.level == ERROR for problem in self.problems)


@dataclass(frozen=True)
class CandidateLine:
    candidate: Candidate
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class RowLine:
    row: ImportRow
    title: str
    rest: str  # the other cells, without numbers of persons
    cells: list[CellLine]
    problems: list[Problem]  # of the row as a whole
    differences: list[tuple[str, str, str]]
    candidates: list[CandidateLine]


@dataclass(frozen=True)
class RowPage:
    tabs: list[Tab]
    lines: list[RowLine]
    tab: str
    next_after: int | None
    after: int
    repeated: list[Repeated]

    @property
    def is_first(self) -> bool:
        return not self.after


def counts_to_decide(batch: ImportBatch) -> tuple[int, int]:
    """Rows that would be written now, and rows somebody has to look at first."""
    return batch.rows.to_commit().count(), batch.rows.bad().count()


def row_page(batch: ImportBatch, *, reader: User, tab: str, after: int) -> RowPage:
    """A page of rows of one kind; an unknown `tab` shows the first that has any."""
    counts = {BAD: batch.rows.bad().count()} | {key: batch.count(key) for key, _ in TABS[1:]}
    known = [key for key, _ in TABS]
    current = tab if tab in known else next((key for key in known if counts[key]), known[0])
    tabs = [Tab(key, label, counts[key], key == current) for key, label in TABS if counts[key]]
    rows = list(_rows_of(batch, current).filter(number__gt=after).in_order()[: PAGE_SIZE + 1])
    lines = row_lines(batch, rows[:PAGE_SIZE], reader=reader)
    last = rows[PAGE_SIZE - 1].number if len(rows) > PAGE_SIZE else None
    repeats = current == BAD and not after and batch.is_waiting
    repeated = repeated_mistakes(batch, reader=reader) if repeats else []
    return RowPage(tabs, lines, current, last, after, repeated)


def _rows_of(batch: ImportBatch, tab: str) -> ImportRowQuerySet:
    rows: ImportRowQuerySet = ImportRow.objects.filter(batch=batch)
    if tab == BAD:
        return rows.bad()
    return rows.filter(has_warnings=True) if tab == "warning" else rows.filter(verdict=tab)


def row_lines(
    batch: ImportBatch, rows: Sequence[ImportRow], *, reader: User, all_cells: bool = False
) -> list[RowLine]:
    """`all_cells`: every cell a column takes, not only those with something to say."""
    of_kind = importer_of(batch)
    columns = {column.name: column for column in of_kind.columns()}
    places = sorted(place for place in map(int, batch.mapping) if batch.mapping[str(place)] in columns)
    named = sorted(places, key=lambda place: columns[batch.mapping[str(place)]].rank)
    secret = {place for place in places if columns[batch.mapping[str(place)]].personal}
    hidden = secret if batch.uploaded_by_id != reader.pk else set()
    telling = [place for place in named if place not in secret]
    shown = _Shown(batch, of_kind, places, telling, hidden, all_cells)
    return [_row_line(row, shown) for row in rows]


@dataclass(frozen=True)
class _Shown:
    """What is the same for all rows of a page: the columns, and which of them this reader does not see."""

    batch: ImportBatch
    of_kind: Importer
    places: list[int]
    telling: list[int]  # what a row is called by, then what else it says that anybody may read
    hidden: set[int]
    all_cells: bool


def _row_line(row: ImportRow, shown: _Shown) -> RowLine:
    batch = shown.batch
    problems = problems_of(row)
    by_header: dict[str, list[Problem]] = {}
    for problem in problems:
        by_header.setdefault(problem.column, []).append(problem)
    texts = row.cells
    cells = [
        _cell(batch, place, texts, by_header, hidden=place in shown.hidden)
        for place in shown.places
        if shown.all_cells or batch.headers[place] in by_header
    ]
    told = {cell.header for cell in cells}
    found = row.found
    differences = found.get("differences", {})
    if shown.of_kind.updates:
        differences = effective_differences(differences, batch.policy)
    title, *rest = [texts[place] for place in shown.telling if place < len(texts) and texts[place]] or [""]
    return RowLine(
        row=row,
        title=title,
        rest=" · ".join(rest),
        cells=cells,
        problems=[problem for problem in problems if problem.column not in told],
        differences=shown.of_kind.in_words(differences),
        candidates=[_candidate(row, shown.of_kind, values) for values in found.get("candidates", [])],
    )


def _cell(
    batch: ImportBatch,
    place: int,
    texts: Sequence[str],
    by_header: dict[str, list[Problem]],
    *,
    hidden: bool,
) -> CellLine:
    header = batch.headers[place]
    text = texts[place] if place < len(texts) and not hidden else ""
    return CellLine(place, header, text, hidden, by_header.get(header, []))


def _candidate(row: ImportRow, of_kind: Importer, values: Sequence[Any]) -> CandidateLine:
    candidate = Candidate(*values)
    return CandidateLine(
        candidate, of_kind.record_url(candidate), candidate.pk is not None and candidate.pk == row.target
    )


WRITTEN = (RowOutcome.CREATED, RowOutcome.CHANGED, RowOutcome.PROPOSED)
OUTCOMES = (
    (RowOutcome.CREATED, "dibuat"),
    (RowOutcome.CHANGED, "diubah"),
    (RowOutcome.PROPOSED, "diusulkan, menunggu persetujuan"),
    (RowOutcome.FAILED, "gagal disimpan"),
    (RowOutcome.UNDONE, "diurungkan"),
)


def outcomes_of(batch: ImportBatch) -> list[tuple[str, int]]:
    """What became of the rows, in words."""
    counted = ((label, batch.count(f"outcome_{outcome}")) for outcome, label in OUTCOMES)
    return [(label, count) for label, count in counted if count]


def records_url(batch: ImportBatch) -> str:
    """Where what the batch wrote can be looked at; "" while there is nothing, or no such list."""
    stands = batch.state == ImportState.COMMITTED and any(batch.count(f"outcome_{one}") for one in WRITTEN)
    return importer_of(batch).records_url(batch) if stands else ""


def ways_on(batch: ImportBatch, *, reader: User) -> dict[str, bool]:
    """What the page offers beside the rows; nothing at all where the import has come to its end."""
    is_own = batch.uploaded_by_id == reader.pk
    kind = batches.next_try(batch)
    ways = {
        "can_be_checked_again": kind == batches.STAGE and is_own,
        "uploader_can_go_on": kind == batches.STAGE and not is_own,
        "can_be_stored_on": kind == batches.COMMIT,
        "can_be_undone": can_be_undone(batch),
        "can_be_given_up": batches.can_be_given_up(batch),
        "may_reopen": batch.is_waiting and is_own and bool(batch.stored_as),
    }
    return ways | {"has_ended": not any(ways.values())}


def can_be_undone(batch: ImportBatch) -> bool:
    ended = batch.state in (ImportState.COMMITTED, *batches.ENDED_EARLY) or batch.is_stopped
    return ended and batch.erased_at is None and any(batch.count(f"outcome_{one}") for one in WRITTEN)
