"""What became of each assignment, for lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from surveys.models import Assignment, Outcome, Response, Visit, Wave

OPEN, REPLACED, WITHDRAWN = "Belum", "Diganti cadangan", "Ditarik"


@dataclass(frozen=True)
class AssignmentLine:
    """`visits` are the newest first; `is_overdue` on the day the lines were asked for."""

    assignment: Assignment
    response: Response | None
    visits: list[Visit]
    is_overdue: bool

    @property
    def is_replaced(self) -> bool:
        return any(visit.outcome == Outcome.RESERVE_USED for visit in self.visits)

    @property
    def is_open(self) -> bool:
        return not (self.assignment.withdrawn_at or self.response or self.is_replaced)

    @property
    def state(self) -> str:
        """One word, in Indonesian."""
        if self.response is not None:
            return self.response.get_state_display()
        if self.is_replaced:
            return REPLACED
        return WITHDRAWN if self.assignment.withdrawn_at else OPEN


def assignment_lines(wave: Wave, assignments: Iterable[Assignment], day: date) -> list[AssignmentLine]:
    """Two queries for any number of assignments of the wave."""
    listed = list(assignments)
    businesses = [assignment.business_id for assignment in listed]
    interviews = Response.objects.interviews().filter(wave=wave, business__in=businesses)
    responses = {response.business_id: response for response in interviews}
    visits: dict[int, list[Visit]] = {business: [] for business in businesses}
    for visit in Visit.objects.filter(wave=wave, business__in=businesses).order_by("-visited_at", "-pk"):
        visits[visit.business_id].append(visit)
    return [
        AssignmentLine(row, responses.get(row.business_id), visits[row.business_id], row.due_on < day)
        for row in listed
    ]
