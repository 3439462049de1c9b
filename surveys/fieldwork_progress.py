"""How far the field is, kecamatan by kecamatan and enumerator by enumerator, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from core.models import Region, User
from surveys.fieldwork_counts import DeviceRow, FieldCounts, devices_of
from surveys.models import Outcome, ResponseState, Wave
from surveys.pace import Portion, days_behind, expected
from surveys.response_rates import ResponseRates, response_rates

ONE_DAY = timedelta(days=1)
OTHER = (Outcome.NOT_FOUND, Outcome.CLOSED, Outcome.MOVED)


@dataclass(frozen=True)
class Tally:
    """Businesses. `sent` is every interview that arrived: waiting, returned, passed and accepted together.

    `free` are targets nobody was sent to; `refused` and `others` (not found, closed, moved) are those without an interview, by their last visit;
    `settled` are the assigned ones nobody has to visit again.
    """

    target: int = 0
    free: int = 0
    assigned: int = 0
    settled: int = 0
    overdue: int = 0
    visited: int = 0
    sent: int = 0
    waiting: int = 0
    returned: int = 0
    passed: int = 0
    accepted: int = 0
    refused: int = 0
    others: int = 0
    replaced: int = 0

    def cells(self, columns: Sequence[tuple[str, str]]) -> list[int]:
        return [getattr(self, name) for name, _ in columns]

    def __add__(self, other: Tally) -> Tally:
        mine, theirs = asdict(self), asdict(other)
        return Tally(**{name: mine[name] + theirs[name] for name in mine})


COLUMNS = (
    ("target", "Target"),
    ("assigned", "Ditugaskan"),
    ("visited", "Dikunjungi"),
    ("sent", "Terkirim"),
    ("waiting", "Menunggu pemeriksaan"),
    ("returned", "Dikembalikan"),
    ("passed", "Lolos pemeriksaan"),
    ("accepted", "Diterima"),
    ("refused", "Menolak"),
    ("others", "Hasil lain"),
    ("replaced", "Diganti cadangan"),
    ("overdue", "Lewat tenggat"),
)
# An enumerator has no target but what was assigned.
OF_ENUMERATORS = COLUMNS[1:]


@dataclass(frozen=True)
class DistrictRow:
    district: Region
    tally: Tally

    @property
    def has_none(self) -> bool:
        """Something to do, and not one interview."""
        return self.tally.target > 0 and self.tally.sent == 0

    @property
    def cells(self) -> list[int]:
        return self.tally.cells(COLUMNS)


@dataclass(frozen=True)
class EnumeratorRow:
    """`expected`: how many of the assigned were to be settled by the end of yesterday; `next_due` is of the others."""

    enumerator: User
    tally: Tally
    expected: int
    days_behind: int
    next_due: date | None
    last_sent_at: datetime | None
    held: int
    devices: list[DeviceRow] = field(default_factory=list)

    @property
    def cells(self) -> list[int]:
        return self.tally.cells(OF_ENUMERATORS)

    @property
    def is_missing(self) -> bool:
        return any(device.is_missing for device in self.devices)


@dataclass(frozen=True)
class FieldProgress:
    """`districts` are all of the reader's area; `held` are submissions of the wave that wait for the office.

    `outside` are interviews of businesses that are no target, such as those found in the field.
    """

    wave: Wave
    day: date
    districts: list[DistrictRow]
    enumerators: list[EnumeratorRow]
    held: int
    outside: int
    rates: ResponseRates | None

    @property
    def total_cells(self) -> list[int]:
        return self.total.cells(COLUMNS)

    @property
    def total(self) -> Tally:
        return sum((row.tally for row in self.districts), Tally())

    @property
    def behind(self) -> int:
        return sum(row.days_behind > 0 for row in self.enumerators)


class _Tallies:
    """Numbers that grow, by kecamatan and by enumerator."""

    def __init__(self) -> None:
        self.districts: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.enumerators: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, row: dict[str, Any], count: int, *names: str) -> None:
        for name in names:
            self.districts[row["place"]][name] += count
            if "enumerator_id" in row:
                self.enumerators[row["enumerator_id"]][name] += count


def field_progress(wave: Wave, *, user: User, day: date) -> FieldProgress:
    """Of the user's area on that day."""
    counts, tallies = FieldCounts(wave, user), _Tallies()
    for row in counts.targets():
        tallies.add(row, row["count"], "target")
    for row in counts.free():
        tallies.add(row, row["count"], "free")
    given = _count_assignments(tallies, counts.assignments(), day)
    newest: dict[int | None, datetime] = {}
    for row in counts.responses():
        tallies.add(row, row["count"], "visited", "sent", _STATE_NAMES[row["state"]])
        _note_newest(newest, row)
    for row in counts.last_visits():
        tallies.add(row, row["count"], *_outcome_names(row))
    for row in counts.newest_visits():
        _note_newest(newest, row)
    held = counts.held()
    return FieldProgress(
        wave,
        day,
        [DistrictRow(district, Tally(**tallies.districts[district.pk])) for district in counts.districts()],
        _enumerator_rows(tallies, given, newest, held, day),
        sum(held.values()),
        counts.outside(),
        response_rates(counts),
    )


_STATE_NAMES = {
    ResponseState.SENT: "waiting",
    ResponseState.CORRECTED: "waiting",
    ResponseState.RETURNED: "returned",
    ResponseState.PASSED: "passed",
    ResponseState.ACCEPTED: "accepted",
}


def _outcome_names(row: dict[str, Any]) -> list[str]:
    """What a business without an interview counts as, by its last visit."""
    names = ["visited"]
    if row["replaced"]:
        names.append("replaced")
    if row["outcome"] == Outcome.REFUSED:
        names.append("refused")
    elif row["outcome"] in OTHER:
        names.append("others")
    return names


@dataclass
class _Given:
    """What an enumerator was given, and the earliest due date of what is not settled."""

    portions: list[Portion] = field(default_factory=list)
    next_due: date | None = None


def _count_assignments(tallies: _Tallies, rows: Iterable[dict[str, Any]], day: date) -> dict[int, _Given]:
    given: dict[int, _Given] = defaultdict(_Given)
    for row in rows:
        tallies.add(row, row["count"], "assigned")
        tallies.add(row, row["settled"], "settled")
        mine, rest, due = given[row["enumerator_id"]], row["count"] - row["settled"], row["due_on"]
        if due < day:
            tallies.add(row, rest, "overdue")
        if rest:
            mine.next_due = min(mine.next_due or due, due)
        mine.portions.append(Portion(row["count"], timezone.localdate(row["assigned_at"]), due))
    return given


def _note_newest(newest: dict[int | None, datetime], row: dict[str, Any]) -> None:
    before = newest.get(row["enumerator_id"])
    if before is None or row["newest"] > before:
        newest[row["enumerator_id"]] = row["newest"]


def _enumerator_rows(
    tallies: _Tallies,
    given: dict[int, _Given],
    newest: dict[int | None, datetime],
    held: dict[int, int],
    day: date,
) -> list[EnumeratorRow]:
    known = {pk for pk in {*tallies.enumerators, *newest, *held} if pk is not None}
    devices = devices_of(known)
    rows = []
    for enumerator in User.objects.filter(pk__in=known).order_by("full_name", "pk"):
        tally = Tally(**tallies.enumerators[enumerator.pk])
        mine = given.get(enumerator.pk, _Given())
        rows.append(
            EnumeratorRow(
                enumerator,
                tally,
                expected(mine.portions, day - ONE_DAY),
                days_behind(mine.portions, tally.settled, day),
                mine.next_due,
                newest.get(enumerator.pk),
                held.get(enumerator.pk, 0),
                devices.get(enumerator.pk, []),
            )
        )
    return rows
