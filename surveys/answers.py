"""What an owner answered, and the rules that hold between answers. Pure: imports no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from surveys.questions import CAPITAL_SOURCE, CREDIT_REFUSAL, METHODS, MODE, MULTIPLE, NONE, SINGLE

OWN_CAPITAL = "own_capital"
REASONS_APPLY_NOTE = "Diisi bila sumber modalnya Modal pribadi."


@dataclass(frozen=True)
class Answers:
    """One interview. `single` and `multiple` map a question's code to the codes answered.

    What is left out, blank or empty was not answered.
    """

    interviewed_at: datetime
    mode: str
    single: Mapping[str, str]
    multiple: Mapping[str, frozenset[str]]
    potential_note: str = ""
    note: str = ""
    # To the questions of the wave itself, by code: text, or codes in the order of the question.
    extra: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    def settled(self) -> Answers:
        """The same answers, complete and without contradiction, as they are stored.

        Reasons for refusing credit stay only with own capital, and "tidak ada" leaves nothing beside it.
        Raises ValueError for a code no question has, and for an interview without mode or method.
        """
        single = {question.code: self.single.get(question.code, "") for question in SINGLE}
        multiple = {question.code: self.multiple.get(question.code, frozenset()) for question in MULTIPLE}
        self._refuse_unknown_codes(single, multiple)
        if single[CAPITAL_SOURCE.code] != OWN_CAPITAL:
            multiple[CREDIT_REFUSAL.code] = frozenset()
        for code, values in multiple.items():
            if NONE in values:
                multiple[code] = frozenset({NONE})
        return replace(self, single=single, multiple=multiple)

    def _refuse_unknown_codes(
        self, single: Mapping[str, str], multiple: Mapping[str, frozenset[str]]
    ) -> None:
        if self.mode not in MODE.codes or not multiple[METHODS.code]:
            raise ValueError("an interview has a mode and at least one method")
        unknown = set(self.single) - set(single) | set(self.multiple) - set(multiple)
        for question in SINGLE:
            unknown |= {single[question.code]} - {"", *question.codes}
        for question in MULTIPLE:
            unknown |= multiple[question.code] - set(question.codes)
        if unknown:
            raise ValueError(f"unknown codes: {sorted(unknown)}")


@dataclass(frozen=True)
class Circumstances:
    """What the telephone told about an interview; all of it may be missing, none of it is trusted.

    Times are the device's own; the skew is its clock minus ours at sending, in seconds, and stands apart.
    """

    consented_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    duration_seconds: int | None = None
    clock_skew_seconds: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy_m: int | None = None
