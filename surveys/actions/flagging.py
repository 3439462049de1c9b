"""Writing what the rules found. A flag never blocks, and leaves no event: it can be computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import jobs
from core.audit import field_changes, record
from core.models import Job, JobState, User, Verb
from core.permissions import Permission
from surveys.flagging import area_of, of_wave, seen
from surveys.models import QualityThresholds, Response, ResponseFlag, Wave, limits_of
from surveys.quality import ALONE, Flags, alone, together
from surveys.questionnaire.storing import Chosen

JOB = "flag-responses"
WRITTEN_AT_A_TIME = 1_000
DETAIL = 200


def flag_response(response: Response, *, chosen: Chosen, is_new: bool) -> None:
    """What the interview tells by itself, inside the caller's transaction; what needs the others stays.

    `chosen` are its ticked codes, which the caller has at hand.
    """
    areas = area_of(response.wave, response.enumerator)
    interview = seen(response, response.questionnaire.definition, areas, chosen=chosen)
    found = alone(interview, limits_of(response.wave_id))
    if not is_new:
        response.flags.filter(code__in=list(ALONE)).delete()
    ResponseFlag.objects.bulk_create(_rows(response.pk, found))


def flag_wave(wave: Wave, *, on_chunk: Callable[[int, int], None] = lambda done, total: None) -> int:
    """All flags of all interviews of a wave anew; how many interviews have any.

    Only what differs is written, some at a time; `on_chunk` is told, inside the transaction of each, how far it
    is. An interview that is corrected meanwhile keeps the flags its correction wrote.
    """
    limits = limits_of(wave.pk)
    interviews, versions, wanted = [], {}, {}
    for response, interview in of_wave(wave):
        interviews.append(interview)
        versions[response.pk] = response.version
        wanted[response.pk] = alone(interview, limits)
    for key, flags in together(interviews, limits).items():
        wanted[key] |= flags
    total, done = len(wanted), 0
    for keys in _parts(list(wanted)):
        with transaction.atomic():
            _write({key: wanted[key] for key in keys}, versions)
            done += len(keys)
            on_chunk(done, total)
    return sum(1 for flags in wanted.values() if flags)


@transaction.atomic
def set_thresholds(*, thresholds: QualityThresholds, by: User, at: datetime) -> Job | None:
    """Keep other thresholds for a wave and look at all its interviews again; None where nothing differs."""
    if not by.can(Permission.MANAGE_FIELDWORK):
        raise PermissionDenied
    wave = Wave.objects.select_for_update().get(pk=thresholds.wave_id)  # two who set them take turns
    before = QualityThresholds.objects.filter(wave=wave).first()
    thresholds.pk = before.pk if before else None
    if before is not None and before.limits == thresholds.limits:
        return None
    thresholds.changed_at, thresholds.changed_by = at, by
    thresholds.save()
    changes = field_changes(before, thresholds)
    changes.pop("changed_at", None)
    changes.pop("changed_by", None)
    verb = Verb.CREATED if before is None else Verb.CHANGED
    record(verb, by=by, at=at, subject=thresholds, label=f"Batas mutu {wave.title}", changes=changes)
    return ask_to_flag(wave=wave, by=by, at=at)


def ask_to_flag(*, wave: Wave, by: User, at: datetime) -> Job:
    """A job that looks at all interviews of the wave again; the one that waits already, where there is one."""
    waiting = Job.objects.filter(kind=JOB, state=JobState.QUEUED, payload={"wave": wave.code}).first()
    return waiting or jobs.enqueue(JOB, {"wave": wave.code}, by=by, at=at)


def _write(wanted: dict[int, Flags], versions: dict[int, int]) -> None:
    rows = Response.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    as_read = {pk for pk, version in rows.values_list("pk", "version") if version == versions[pk]}
    stored: dict[tuple[int, str], tuple[int, str]] = {
        (flag.response_id, flag.code): (flag.pk, flag.detail)
        for flag in ResponseFlag.objects.filter(response__in=as_read)
    }
    new = [row for pk in sorted(as_read) for row in _rows(pk, wanted[pk])]
    kept = {
        (row.response_id, row.code)
        for row in new
        if stored.get((row.response_id, row.code), (0, ""))[1] == row.detail
    }
    gone = [pk for key, (pk, _) in stored.items() if key not in kept]
    if gone:
        ResponseFlag.objects.filter(pk__in=gone).delete()
    ResponseFlag.objects.bulk_create(row for row in new if (row.response_id, row.code) not in kept)


def _rows(response_id: int, found: Flags) -> Iterator[ResponseFlag]:
    for code, detail in found.items():
        yield ResponseFlag(response_id=response_id, code=code.value, detail=_short(detail))


def _short(detail: str) -> str:
    return detail if len(detail) <= DETAIL else f"{detail[: DETAIL - 1]}…"


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), WRITTEN_AT_A_TIME):
        yield keys[start : start + WRITTEN_AT_A_TIME]
