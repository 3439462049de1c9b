"""Who goes where: businesses given to an enumerator, moved to another one, taken back. One event a group and kecamatan."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.audit import Event, record_many
from core.formats import format_date, format_integer
from core.models import Region, User, Verb
from core.permissions import Permission
from core.roles import PERMISSIONS
from registry.actions import ActionError
from registry.models import Business
from surveys.models import Assignment, FormerAssignment, Wave
from surveys.models.fieldwork import AssignmentQuerySet
from surveys.targets import unassigned

Told = Callable[[list[Assignment]], list[Any]]
AT_ONCE = 2_000  # rows of one statement
FIELD_ROLES = [role for role, permissions in PERMISSIONS.items() if Permission.ENTER_RESPONSES in permissions]


class FieldworkRefused(ActionError):
    """An assignment that can't be made or changed; the text says why, in Indonesian.

    `field` names what of the wish is wrong, where it is one thing.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class NotEnough(FieldworkRefused):
    """Fewer businesses are free than were asked for."""


def enumerators_around(user: User) -> QuerySet[User]:
    """Who can be sent into the user's area, or a part of it."""
    active = User.objects.filter(is_active=True, role__in=FIELD_ROLES).prefetch_related("districts")
    districts = user.district_ids()
    if districts is not None:
        here = User.objects.filter(Q(whole_city=True) | Q(districts__in=districts))
        active = active.filter(pk__in=here.values("pk"))
    return active.order_by("full_name", "pk")


@transaction.atomic
def assign(
    *,
    wave: Wave,
    district: Region,
    enumerator: User,
    quantity: int,
    due_on: date,
    by: User,
    at: datetime,
    ward: Region | None = None,
) -> int:
    """Give the next free targets, in the order of kelurahan, name and key, to the enumerator; how many.

    Two who assign in one wave take turns, so that each takes what the other left.
    """
    _check_may(by, district)
    _lock(wave)
    _check_due(wave, due_on, at)
    _check_works_in(enumerator, [district])
    chosen = _next_free(wave, district, ward, quantity)
    _give(wave, chosen, enumerator, due_on, by, at)
    changes: dict[str, list[Any]] = {
        "assignments": [None, quantity],
        "enumerator": [None, str(enumerator)],
        "due_on": [None, format_date(due_on)],
    }
    label = f"{format_integer(quantity)} UMKM di {ward or district} – {wave.title}"
    event = Event(Verb.ASSIGNED, wave, label=label, changes=changes, district_id=district.pk)
    record_many([event], by=by, at=at)
    return quantity


def _next_free(wave: Wave, district: Region, ward: Region | None, quantity: int) -> list[int]:
    if ward is not None and ward.parent_id != district.pk:
        raise FieldworkRefused(f"Kelurahan {ward} tidak ada di Kecamatan {district}.", "ward")
    free = unassigned(wave).filter(district=district)
    if ward is not None:
        free = free.filter(ward=ward)
    chosen = list(free.order_by("ward__name", "name", "pk").values_list("pk", flat=True)[: max(quantity, 0)])
    if not chosen or len(chosen) < quantity:
        place = f"Kelurahan {ward}" if ward else f"Kecamatan {district}"
        count = format_integer(free.count())
        raise NotEnough(f"Tersedia {count} UMKM yang belum ditugaskan di {place}.", "quantity")
    return chosen


def _give(
    wave: Wave, businesses: Sequence[int], enumerator: User, due_on: date, by: User, at: datetime
) -> None:
    given = {"enumerator": enumerator, "due_on": due_on, "assigned_at": at, "assigned_by": by}
    withdrawn = Assignment.objects.filter(wave=wave, withdrawn_at__isnull=False)
    again: set[int] = set()
    for start in range(0, len(businesses), AT_ONCE):
        part = withdrawn.filter(business__in=businesses[start : start + AT_ONCE])
        again |= set(part.values_list("business_id", flat=True))
        _keep_former(part.exclude(enumerator=enumerator))
        part.update(withdrawn_at=None, **given)
    new = [Assignment(wave=wave, business_id=pk, **given) for pk in businesses if pk not in again]
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(new, batch_size=AT_ONCE)
    except IntegrityError:
        raise FieldworkRefused(
            "Sebagian UMKM ini baru saja ditugaskan orang lain. Muat ulang halaman, lalu bagi lagi."
        ) from None


@transaction.atomic
def assign_found(*, wave: Wave, business: Business, by: User, at: datetime) -> Assignment:
    """A business found in the field goes to who found it, until the end of the wave; once, however often sent."""
    _lock(wave)
    _check_open(wave, at)
    given = {"enumerator": by, "due_on": wave.period_end, "assigned_at": at, "assigned_by": by}
    assignment, is_new = Assignment.objects.get_or_create(wave=wave, business=business, defaults=given)
    if is_new:
        _record(Verb.ASSIGNED, wave, [assignment], by, at, enumerator=lambda rows: [None, _names(rows)])
    return assignment


@transaction.atomic
def hand_over(*, wave: Wave, business: Business, like: Assignment, by: User, at: datetime) -> bool:
    """Give a reserve to the enumerator of the business it stands in for, with its due date.

    False where that enumerator does not work there: the reserve stays free.
    """
    try:
        _check_works_in(like.enumerator, [business.district])
    except FieldworkRefused:
        return False
    _give(wave, [business.pk], like.enumerator, like.due_on, by, at)
    rows = Assignment.objects.filter(wave=wave, business=business).select_related(
        "enumerator", "business__district"
    )
    _record(Verb.ASSIGNED, wave, rows, by, at, enumerator=lambda rows: [None, _names(rows)])
    return True


@transaction.atomic
def reassign(*, wave: Wave, assignments: AssignmentQuerySet, to: User, by: User, at: datetime) -> int:
    """Move open assignments of the wave to another enumerator, who works where they are; how many."""
    moved = [row for row in _open_rows(wave, assignments, by, at) if row.enumerator_id != to.pk]
    if not moved:
        raise FieldworkRefused(f"Tidak ada penugasan terbuka yang dapat dialihkan kepada {to}.")
    _check_works_in(to, {row.business.district for row in moved})
    _keep_former(moved)
    _update(moved, enumerator=to, assigned_at=at, assigned_by=by)
    _record(Verb.ASSIGNED, wave, moved, by, at, enumerator=lambda rows: [_names(rows), str(to)])
    return len(moved)


@transaction.atomic
def change_due(*, wave: Wave, assignments: AssignmentQuerySet, due_on: date, by: User, at: datetime) -> int:
    """Give open assignments of the wave another due date; how many."""
    _check_due(wave, due_on, at)
    changed = [row for row in _open_rows(wave, assignments, by, at) if row.due_on != due_on]
    if not changed:
        raise FieldworkRefused("Tidak ada penugasan terbuka yang tenggatnya berubah.")
    _update(changed, due_on=due_on)
    _record(Verb.CHANGED, wave, changed, by, at, due_on=lambda rows: [_days(rows), format_date(due_on)])
    return len(changed)


@transaction.atomic
def withdraw(*, wave: Wave, assignments: AssignmentQuerySet, by: User, at: datetime) -> int:
    """Take open assignments of the wave back; the rows stay, so that a telephone can mark them. How many."""
    rows = _open_rows(wave, assignments, by, at)
    if not rows:
        raise FieldworkRefused("Tidak ada penugasan terbuka yang dapat ditarik.")
    _update(rows, withdrawn_at=at)
    _record(Verb.WITHDRAWN, wave, rows, by, at, enumerator=lambda rows: [_names(rows), None])
    return len(rows)


def _open_rows(wave: Wave, assignments: AssignmentQuerySet, by: User, at: datetime) -> list[Assignment]:
    """Those of them in the reach of `by` that are open, held until the end of the transaction."""
    if not by.can(Permission.MANAGE_FIELDWORK):
        raise PermissionDenied
    _lock(wave)
    _check_open(wave, at)
    reach = Assignment.objects.for_user(by).filter(wave=wave, pk__in=assignments.values("pk")).open()
    return list(reach.select_related("business__district", "enumerator").order_by("pk"))


def _keep_former(rows: Iterable[Assignment]) -> None:
    """Remember whose they were before they go to somebody else."""
    FormerAssignment.objects.bulk_create(
        [
            FormerAssignment(
                wave_id=row.wave_id, business_id=row.business_id, enumerator_id=row.enumerator_id
            )
            for row in rows
        ],
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


def _update(rows: Sequence[Assignment], **values: Any) -> None:
    keys = [row.pk for row in rows]
    for start in range(0, len(keys), AT_ONCE):
        Assignment.objects.filter(pk__in=keys[start : start + AT_ONCE]).update(**values)


def _record(verb: Verb, wave: Wave, rows: Iterable[Assignment], by: User, at: datetime, **told: Told) -> None:
    """One event a kecamatan, as who reads the trail sees the events of an area."""
    groups: dict[Region | None, list[Assignment]] = defaultdict(list)
    for row in rows:
        groups[row.business.district].append(row)
    events = []
    for district, part in groups.items():
        changes = {name: tell(part) for name, tell in told.items()} | {"assignments": [None, len(part)]}
        label = f"{format_integer(len(part))} UMKM di {district} – {wave.title}"
        events.append(
            Event(verb, wave, label=label, changes=changes, district_id=district.pk if district else None)
        )
    record_many(events, by=by, at=at, batch=uuid.uuid4())


def _names(rows: Iterable[Assignment]) -> str:
    return ", ".join(sorted({str(row.enumerator) for row in rows}))


def _days(rows: Iterable[Assignment]) -> str:
    first, last = min(row.due_on for row in rows), max(row.due_on for row in rows)
    return format_date(first) if first == last else f"{format_date(first)} – {format_date(last)}"


def _lock(wave: Wave) -> None:
    """Two who assign in one wave take turns; interviews, which only refer to the wave, go on."""
    Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)


def _check_may(by: User, district: Region) -> None:
    if not by.can(Permission.MANAGE_FIELDWORK):
        raise PermissionDenied
    districts = by.district_ids()
    if districts is not None and district.pk not in districts:
        raise FieldworkRefused(f"Kecamatan {district} di luar wilayah kerja Anda.")


def _check_open(wave: Wave, at: datetime) -> None:
    if not wave.is_open_on(timezone.localdate(at)):
        raise FieldworkRefused(
            "Gelombang ini tidak menerima wawancara, sehingga tugasnya tidak dapat dibagi."
        )


def _check_due(wave: Wave, due_on: date, at: datetime) -> None:
    _check_open(wave, at)
    today = timezone.localdate(at)
    if not today <= due_on <= wave.period_end:
        raise FieldworkRefused(
            f"Tenggat harus antara {format_date(today)} dan {format_date(wave.period_end)}.", "due_on"
        )


def _check_works_in(enumerator: User, districts: Iterable[Region | None]) -> None:
    """Raises where an enumerator is not active, or does not work in one of the kecamatan."""
    if not (enumerator.is_active and enumerator.can(Permission.ENTER_RESPONSES)):
        raise FieldworkRefused(f"{enumerator} bukan enumerator yang aktif.", "enumerator")
    own = enumerator.district_ids()
    outside = sorted({str(d) for d in districts if own is not None and (d is None or d.pk not in own)})
    if outside:
        raise FieldworkRefused(
            f"{enumerator} tidak bertugas di Kecamatan {', '.join(outside)}.", "enumerator"
        )
