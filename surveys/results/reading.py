"""The interviews of a wave that a file holds, each with its answers as they were given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F

from core.models import Region, User
from registry.models import Sector
from surveys.models import Response, Wave
from surveys.models.responses import ResponseQuerySet
from surveys.questionnaire import Definition, Item, Kind, Values
from surveys.questionnaire.codebook import Variable, variables
from surveys.questionnaire.storing import values_of

UNKNOWN_PLACE = "tidak diketahui"
CHUNK = 1_000  # interviews in memory at a time
CHOICES = (Kind.SINGLE, Kind.MULTIPLE)


@dataclass(frozen=True)
class Wanted:
    """Which interviews, and whether with what people wrote freely."""

    all_states: bool = False
    with_text: bool = False


class Results:
    """Of one wave, for one user; the questions are those of all versions that were published."""

    def __init__(self, wave: Wave, by: User, wanted: Wanted) -> None:
        self.wave, self.by, self.wanted = wave, by, wanted
        published = wave.questionnaires.order_by("number")
        self.numbers = {version.pk: version.number for version in published}
        self.versions: dict[int, Definition] = {version.number: version.definition for version in published}

    @cached_property
    def variables(self) -> list[Variable]:
        return [one for one in variables(self.versions) if one.kind is not Kind.TEXT or self.wanted.with_text]

    @cached_property
    def sectors(self) -> dict[int, Sector]:
        return {sector.pk: sector for sector in Sector.objects.all()}

    @cached_property
    def places(self) -> dict[int, str]:
        """Names of kecamatan and kelurahan."""
        return dict(Region.objects.values_list("pk", "name"))

    def place_of(self, pk: int | None) -> str:
        return self.places[pk] if pk is not None else UNKNOWN_PLACE

    @staticmethod
    def business_of(response: Response) -> str:
        """Its public id; the business itself is not read."""
        return str(response.business_code)  # type: ignore[attr-defined]  # as `rows` annotates it

    @property
    def interviews(self) -> ResponseQuerySet:
        """Without back-checks, which are second interviews; the accepted ones unless all were asked for."""
        seen = Response.objects.for_user(self.by).in_wave(self.wave).interviews()
        return seen if self.wanted.all_states else seen.counted()

    @property
    def awaiting(self) -> int:
        """How many are left out because nobody has accepted them yet."""
        return Response.objects.for_user(self.by).in_wave(self.wave).awaiting().count()

    def rows(self) -> Iterator[tuple[Response, Values]]:
        """In few queries for each chunk; nothing of the business is read but its public id."""
        found = self.interviews.annotate(business_code=F("business__public_id"))
        for response in found.prefetch_related("choices").order_by("pk").iterator(chunk_size=CHUNK):
            number = self.numbers[response.questionnaire_id]
            yield response, values_of(response, self.versions[number])

    def number_of(self, response: Response) -> int:
        return self.numbers[response.questionnaire_id]


def labels_of(question: Variable) -> dict[str, str]:
    """The codes of a question in their order, each with its newest label."""
    labels: dict[str, str] = {}
    for choice in question.choices:
        labels.setdefault(choice.code, choice.label)
    return labels


def coded(versions: dict[int, Definition]) -> dict[str, dict[str, int]]:
    """The number of every choice of every question in a file of statistics: 1 for the one published first.

    A choice that a later version adds gets the next number, so that files of different days agree.
    """
    numbers: dict[str, dict[str, int]] = {}
    for _, definition in sorted(versions.items()):
        for item in _with_choices(definition):
            known = numbers.setdefault(item.code, {})
            for code, _ in item.choices:
                known.setdefault(code, len(known) + 1)
    return numbers


def _with_choices(definition: Definition) -> Iterator[Item]:
    return (item for item in definition if item.kind in CHOICES)
