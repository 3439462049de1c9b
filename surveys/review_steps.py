"""The way of an interview from sent to accepted. Pure: imports no Django.

One table: the actions take no other step and the pages offer no other button. States are the values of
`ResponseState`; a correction by the enumerator, which is no review, leads from returned to corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.permissions import Permission


class Verdict(StrEnum):
    """What a reviewer decides; the value is the state the interview is in afterwards."""

    RETURNED = "returned"
    PASSED = "passed"
    ACCEPTED = "accepted"


VERDICT_LABELS = {
    Verdict.RETURNED: "Dikembalikan",
    Verdict.PASSED: "Lolos pemeriksaan",
    Verdict.ACCEPTED: "Diterima",
}


@dataclass(frozen=True)
class Step:
    """`permissions`: any one of them is enough."""

    source: str
    verdict: Verdict
    permissions: frozenset[Permission]


_REVIEWER = frozenset({Permission.REVIEW_RESPONSES})
_OFFICE = frozenset({Permission.ACCEPT_RESPONSES})
_BOTH = _REVIEWER | _OFFICE

STEPS = {
    (step.source, step.verdict): step
    for step in (
        Step("sent", Verdict.RETURNED, _BOTH),
        Step("sent", Verdict.PASSED, _REVIEWER),
        Step("sent", Verdict.ACCEPTED, _OFFICE),
        # Taken back, or its enumerator is there no more: else it would wait for ever.
        Step("returned", Verdict.PASSED, _REVIEWER),
        Step("corrected", Verdict.RETURNED, _BOTH),
        Step("corrected", Verdict.PASSED, _REVIEWER),
        Step("corrected", Verdict.ACCEPTED, _OFFICE),
        Step("passed", Verdict.RETURNED, _BOTH),
        Step("passed", Verdict.ACCEPTED, _OFFICE),
        # What was counted is no longer: only who may accept may reopen.
        Step("accepted", Verdict.RETURNED, _OFFICE),
    )
}


def verdicts_from(state: str) -> Iterator[Step]:
    """The steps out of a state, in the order of the buttons."""
    return (step for (source, _), step in STEPS.items() if source == state)


def sources_of(verdict: Verdict) -> frozenset[str]:
    return frozenset(source for source, target in STEPS if target == verdict)
