"""Interviews as the rules of `surveys/quality.py` look at them, read from the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from core.models import User
from surveys.models import Assignment, Door, Response, Wave
from surveys.models.responses import ResponseQuerySet
from surveys.quality import Interview
from surveys.questionnaire import DECLINED, Definition, Kind, Values
from surveys.questionnaire.definition import NUMBER_KINDS
from surveys.questionnaire.storing import Chosen, values_of

BY_PHONE = frozenset({Door.PHONE.value, Door.ODK.value})
Areas = Mapping[int | None, frozenset[int]]
Amounts = dict[str, int]  # by label
READ_AT_A_TIME = 1_000


def areas_of(wave: Wave, enumerators: Iterable[int | None]) -> Areas:
    """Where each works: the kecamatan of what they were given in the wave, else of their own area.

    Who is not in it may be anywhere.
    """
    wanted = {pk for pk in enumerators if pk is not None}
    areas: dict[int | None, set[int]] = defaultdict(set)
    given = Assignment.objects.filter(wave=wave, enumerator__in=wanted, withdrawn_at__isnull=True)
    for pk, district in given.order_by().values_list("enumerator_id", "business__district_id").distinct():
        areas[pk].add(district)
    if others := wanted - set(areas):
        local = User.objects.filter(pk__in=others, whole_city=False, districts__isnull=False)
        for pk, district in local.values_list("pk", "districts"):
            areas[pk].add(district)
    return {pk: frozenset(districts) for pk, districts in areas.items()}


def area_of(wave: Wave, enumerator: User | None) -> Areas:
    """`areas_of` one of whom the own area is known already."""
    if enumerator is None:
        return {}
    given = Assignment.objects.filter(wave=wave, enumerator=enumerator, withdrawn_at__isnull=True)
    districts = given.order_by().values_list("business__district_id", flat=True).distinct()
    area = frozenset(districts) or frozenset(enumerator.district_ids() or ())
    return {enumerator.pk: area} if area else {}


def seen(
    response: Response,
    definition: Definition,
    areas: Areas,
    before: Amounts | None = None,
    chosen: Chosen | None = None,
) -> Interview:
    """`response` with its business at hand; `before`: the numbers of the business's last wave."""
    values = values_of(response, definition, chosen)
    asked, declined = _declined(definition, values)
    area, business = areas.get(response.enumerator_id), response.business
    return Interview(
        key=response.pk,
        enumerator=response.enumerator_id,
        is_by_phone=response.door in BY_PHONE,
        began_at=response.started_at or response.interviewed_at,
        duration_seconds=response.duration_seconds,
        skew_seconds=response.clock_skew_seconds,
        point=_point(response),
        accuracy_m=response.accuracy_m,
        place=_point(business),
        is_outside_area=area is not None and response.district_id not in area,
        is_other_sector=response.sector_id != business.sector_id,
        asked=asked,
        declined=declined,
        answers=tuple(
            sorted((code, given) for code, given in values.items() if _is_compared(definition, code))
        ),
        amounts=_amounts(definition, values),
        before=before or {},
    )


def of_wave(wave: Wave) -> Iterator[tuple[Response, Interview]]:
    """All interviews of a wave, in the order of their keys; a few queries a thousand of them."""
    enumerators = Response.objects.filter(wave=wave).order_by().values_list("enumerator", flat=True)
    areas = areas_of(wave, enumerators.distinct())
    definitions = {version.pk: version.definition for version in wave.questionnaires.all()}
    before = _last_amounts(wave) if any(_has_numbers(one) for one in definitions.values()) else {}
    for response in _read(Response.objects.interviews().filter(wave=wave)):
        definition = definitions[response.questionnaire_id]
        yield response, seen(response, definition, areas, before.get(response.business_id))


def _read(responses: ResponseQuerySet) -> Iterator[Response]:
    rows = responses.select_related("business").prefetch_related("choices").order_by("pk")
    return rows.iterator(chunk_size=READ_AT_A_TIME)


def _last_amounts(wave: Wave) -> dict[int, Amounts]:
    """The numbers each business gave in the newest earlier wave that asked it any."""
    earlier = Response.objects.interviews().filter(wave__period_start__lt=wave.period_start).exclude(extra={})
    definitions: dict[int, Definition] = {}
    found: dict[int, Amounts] = {}
    rows = earlier.select_related("questionnaire").order_by("wave__period_start", "pk")
    for response in rows.iterator(chunk_size=READ_AT_A_TIME):
        version = response.questionnaire
        definition = definitions.setdefault(version.pk, version.definition)
        if amounts := _amounts(definition, response.extra):
            found[response.business_id] = amounts
    return found


def _has_numbers(definition: Definition) -> bool:
    return any(item.kind in NUMBER_KINDS for item in definition.local)


def _amounts(definition: Definition, values: Values) -> Amounts:
    """Those above 0: the rules compare by ratio."""
    given = ((item.label, values.get(item.code)) for item in definition.local if item.kind in NUMBER_KINDS)
    return {
        label: int(text)
        for label, text in given
        if isinstance(text, str) and text.lstrip("-").isdecimal() and int(text) > 0
    }


def _declined(definition: Definition, values: Values) -> tuple[int, int]:
    """How many questions that may be declined were put, and how many were."""
    put = [values[item.code] for item in definition if item.may_decline and item.code in values]
    return len(put), sum(given in (DECLINED, (DECLINED,)) for given in put)


def _is_compared(definition: Definition, code: str) -> bool:
    return definition[code].kind is not Kind.TEXT


def _point(row: object) -> tuple[float, float] | None:
    latitude, longitude = getattr(row, "latitude", None), getattr(row, "longitude", None)
    return None if latitude is None or longitude is None else (float(latitude), float(longitude))
