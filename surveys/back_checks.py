"""Back-checks beside the first interviews: question by question, and by enumerator; and whom to check, by a seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from core.formats import format_integer, format_share
from core.models import User
from surveys.models import Response, Wave
from surveys.models.responses import ResponseQuerySet
from surveys.questionnaire import Definition, Kind, Value, values_of
from surveys.questionnaire.wording import answer_text
from surveys.questions import METHODS, MODE
from surveys.sampling.drawing import random_number

FEW = 5  # back-checks: fewer say little about an enumerator
# How the answers were obtained may well differ the second time.
NOT_COMPARED = frozenset({MODE.code, METHODS.code})


@dataclass(frozen=True)
class ComparedAnswer:
    label: str
    first: str
    second: str
    is_same: bool


@dataclass(frozen=True)
class Comparison:
    first: Response
    second: Response
    answers: list[ComparedAnswer]

    @property
    def different(self) -> int:
        return sum(not answer.is_same for answer in self.answers)


@dataclass(frozen=True)
class Mismatch:
    """Of one enumerator: over how many back-checks, and how many of the compared answers differ."""

    enumerator: User | None
    back_checks: int
    compared: int
    different: int

    @property
    def is_small(self) -> bool:
        return self.back_checks < FEW

    @property
    def text(self) -> str:
        """ "3 dari 44 jawaban (6,8 %)"; no percentage of a few."""
        fraction = f"{format_integer(self.different)} dari {format_integer(self.compared)} jawaban"
        return fraction if self.is_small else f"{fraction} ({format_share(self.different, self.compared)})"


def back_checks_of(wave: Wave, user: User) -> ResponseQuerySet:
    """With the first interviews at hand, the newest first."""
    rows = Response.objects.for_user(user).filter(wave=wave, back_check_of__isnull=False)
    related = rows.select_related(
        "questionnaire",
        "enumerator",
        "business__ward",
        "back_check_of__enumerator",
        "back_check_of__questionnaire",
    )
    return related.prefetch_related("choices", "back_check_of__choices").order_by("-received_at", "-pk")


def comparison(again: Response, definitions: dict[int, Definition] | None = None) -> Comparison:
    """What was asked both times and is no free text; the first answers as they stand now."""
    first = again.back_check_of
    assert first is not None
    read = {} if definitions is None else definitions
    definition = read.setdefault(first.questionnaire_id, first.questionnaire.definition)
    before, after = values_of(first, definition), values_of(again, definition)
    answers = [
        ComparedAnswer(
            item.label,
            answer_text(item, before[item.code]),
            answer_text(item, after[item.code]),
            _same(before[item.code], after[item.code]),
        )
        for item in definition
        if item.kind is not Kind.TEXT
        and item.code not in NOT_COMPARED
        and item.code in before
        and item.code in after
    ]
    return Comparison(first, again, answers)


def mismatches(comparisons: Iterable[Comparison]) -> list[Mismatch]:
    """By the enumerator of the first interview, the one with the largest share of differences on top."""
    by_enumerator: dict[int | None, list[Comparison]] = defaultdict(list)
    for one in comparisons:
        by_enumerator[one.first.enumerator_id].append(one)
    found = [
        Mismatch(
            theirs[0].first.enumerator,
            len(theirs),
            sum(len(one.answers) for one in theirs),
            sum(one.different for one in theirs),
        )
        for theirs in by_enumerator.values()
    ]
    return sorted(found, key=lambda one: (-one.different / max(one.compared, 1), str(one.enumerator)))


def drawn(
    wave: Wave, user: User, *, seed: int, until: datetime, count: int = 0, percent: int = 0
) -> list[Response]:
    """The interviews received before `until` that the seed picks, `count` of them or `percent` of all, in its order.

    Those that were checked since stay among them, so that the same seed always shows the same list.
    """
    rows = Response.objects.for_user(user).interviews().filter(wave=wave, received_at__lt=until)
    numbered = sorted(
        (random_number(seed, str(public_id)), pk) for pk, public_id in rows.values_list("pk", "public_id")
    )
    wanted = count or ceil(percent * len(numbered) / 100)
    places = {pk: place for place, (_, pk) in enumerate(numbered[:wanted])}
    picked = Response.objects.filter(pk__in=places).select_related("business__ward", "enumerator", "wave")
    return sorted(picked.prefetch_related("back_checks"), key=lambda response: places[response.pk])


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(one) == set(other)
    return one == other
