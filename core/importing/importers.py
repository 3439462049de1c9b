"""What an importer is: the columns of one kind of data, how a row is judged, written and taken back.

The importers of the rooms stand in `settings.IMPORTERS` as {kind: dotted path of a class}; this room imports
none of them. A batch of a kind may be `about` one thing, such as a wave of interviews: its importer is made for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from core.importing.headers import Form
from core.models import ImportBatch, ImportPolicy, ImportRow, User, Verdict
from core.permissions import Permission

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell (galat), or to be looked at (peringatan); `value` is masked where personal."""

    level: str
    column: str
    value: str
    reason: str

    def as_list(self) -> list[str]:
        return [self.level, self.column, self.value, self.reason]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a row may be a duplicate of: a record, or another row of the file (`row`, then no `pk`)."""

    label: str
    reason: str
    pk: int | None = None
    public_id: str = ""
    score: float | None = None
    row: int | None = None

    def as_list(self) -> list[Any]:
        return [self.label, self.reason, self.pk, self.public_id, self.score, self.row]


@dataclass(slots=True)
class Draft:
    """A row on its way to a verdict. `values` is JSON, in an order only its importer knows.

    `tokens` are what two rows of one file must not share: a letter, a short keyed hash, and a tag after a colon
    (`n1a2b3c4d5e:9f8e`), all without personal data in plain.
    """

    number: int
    cells: list[str]
    values: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    verdict: str = Verdict.NEW
    differences: dict[str, list[Any]] = field(default_factory=dict)
    candidates: list[Candidate] = field(default_factory=list)
    target: int | None = None
    target_version: int | None = None
    masked: dict[str, str] = field(default_factory=dict)  # numbers that came in as our mask of them
    raw: dict[int, Any] = field(default_factory=dict)  # cells no column can take, as they were read
    forced: int | None = None  # somebody said which record it is; 0: none

    @property
    def has_errors(self) -> bool:
        return any(problem.level == ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column of an importer, as pages show it; `personal` ones hold numbers that are shown masked.

    Columns of the lowest `rank` say what a row is called by.
    """

    name: str
    header: str
    aliases: tuple[str, ...] = ()
    personal: bool = False
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """A choice made once for all rows of a batch, on the page of the columns."""

    name: str
    label: str
    help_text: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a batch of a kind may be about; `template_url` is a file to be filled in."""

    about: str
    label: str
    template_url: str = ""


@dataclass(slots=True)
class Written:
    """What became of one row of a chunk: an outcome, or the reason it was refused."""

    row: ImportRow
    outcome: str = ""
    refused: Problem | None = None
    target: int | None = None
    written: list[list[Any]] = field(default_factory=list)
    journal: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record of the batch that was touched since, and so cannot be taken back."""

    number: int
    record: str
    url: str
    who: str
    at: datetime | None
    what: str


class Session(Protocol):
    """An importer at work on one batch, for one user at one time; holds the look-up dictionaries."""

    def clean(self, number: int, cells: list[str]) -> Draft:
        """Read the cells: values, every problem of the row, and its tokens. Asks the database nothing."""

    def judge(self, drafts: Sequence[Draft]) -> None:
        """Verdict, target, differences and candidates of rows without errors, in few queries."""

    def clash(self, token: str, other: str, number: int) -> Problem | Candidate | None:
        """What it means that row `number` of the same file has the token `other` of the same letter and hash."""

    def doubles(self) -> Iterator[tuple[int, Candidate]]:
        """Of the rows judged so far: numbers of new ones, and what each may be a double of."""

    def styles(self) -> Mapping[str, str]:
        """Headers of columns whose amounts were read in a style that had to be decided, with that style."""

    def look_ahead(self, rows: Sequence[Sequence[str]]) -> None:
        """See the first rows before any is cleaned, to decide the styles."""

    def prepare(self, rows: Sequence[ImportRow]) -> Callable[[], list[Written]]:
        """All that can be done without the database, and what then writes the rows with their audit events.

        That is called inside the transaction, if need be again in another one. It raises Lost when a race was lost
        after something was written: the transaction rolls back. May be called in a thread of its own.
        """


class Importer(Protocol):
    """One kind of data; made with what a batch is `about`, which is "" where a kind knows only one thing."""

    label: str
    permission: Permission
    options: Sequence[Option]
    updates: bool  # whether records that exist may be changed, by a policy people choose
    keeps_touched: bool  # whether an undo leaves what was touched since, instead of being refused
    records_label: str  # of the link to what a batch wrote

    def __init__(self, about: str = "") -> None: ...

    @classmethod
    def targets(cls, *, day: date) -> Sequence[Target]:
        """What somebody can begin an import for on that day."""

    def columns(self) -> Sequence[ColumnInfo]: ...

    def forms(self) -> Sequence[Form]: ...

    def missing(self, columns: set[str]) -> str:
        """What the file lacks, in Indonesian, or nothing."""

    def session(self, batch: ImportBatch, *, by: User, at: datetime) -> Session: ...

    def in_words(self, differences: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
        """Label, old and new value of what differs, as a page shows it."""

    def offered(self, column: str, *, user: User) -> Sequence[str]:
        """What may stand in a column that takes only certain words, as this user may choose them."""

    def record_url(self, candidate: Candidate) -> str:
        """Where a record can be looked at; "" for a row of the same file."""

    def records_url(self, batch: ImportBatch) -> str:
        """The list of what a committed batch wrote; "" for kinds without such a list."""

    def conflicts(self, rows: Sequence[ImportRow]) -> Iterator[Conflict]:
        """What keeps the rows from being taken back."""

    def undo(self, rows: Sequence[ImportRow], *, batch: ImportBatch, by: User, at: datetime) -> set[int]:
        """Take rows back inside the caller's transaction; the primary keys of those that could not be."""


class Lost(Exception):
    """Rows whose number another transaction took first, by the primary key of the row."""

    def __init__(self, rows: dict[int, Problem]) -> None:
        super().__init__(f"{len(rows)} rows lost")
        self.rows = rows


def effective_differences(differences: dict[str, list[Any]], policy: str) -> dict[str, list[Any]]:
    """Those that the policy lets through."""
    if policy == ImportPolicy.SKIP:
        return {}
    if policy == ImportPolicy.FILL_EMPTY:
        return {field: pair for field, pair in differences.items() if pair[0] in (None, "")}
    return differences


def kind_of(name: str) -> type[Importer]:
    """Raises KeyError for a kind nobody has."""
    kind: type[Importer] = import_string(settings.IMPORTERS[name])
    return kind


def importer_of(batch: ImportBatch) -> Importer:
    return kind_of(batch.kind)(batch.about)


def kinds_for(user: User) -> dict[str, type[Importer]]:
    """What the user may import."""
    kinds = {name: kind_of(name) for name in settings.IMPORTERS}
    return {name: kind for name, kind in kinds.items() if user.can(kind.permission)}
