"""The counts behind the progress of the field: one query each, whatever the size of the wave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from core.models import Region, User
from surveys.models import (
    Assignment,
    DeviceKind,
    FieldDevice,
    Outcome,
    Response,
    SampleEntry,
    Submission,
    SubmissionState,
    Visit,
    Wave,
)
from surveys.targets import targets_of, unassigned

Rows = Iterable[dict[str, Any]]


@dataclass(frozen=True)
class DeviceRow:
    """`sent` and `waiting` as the telephone told at `seen_at`; `stored` is what this server has of it."""

    name: str
    seen_at: datetime | None
    sent: int | None
    waiting: int | None
    stored: int

    @property
    def is_missing(self) -> bool:
        """The telephone says it delivered more than has come in."""
        return self.sent is not None and self.sent > self.stored


@dataclass(frozen=True)
class FieldCounts:
    """Of one wave in the area of one user; `place` is the key of a kecamatan."""

    wave: Wave
    user: User

    def districts(self) -> QuerySet[Region]:
        return Region.objects.for_user(self.user).districts().order_by("code")

    def targets(self) -> Rows:
        """count by place."""
        rows = self._here(targets_of(self.wave), "district_id").order_by()
        return list(rows.values(place=F("district_id")).annotate(count=Count("pk")))

    def free(self) -> Rows:
        """count of those nobody was sent to, by place."""
        rows = self._here(unassigned(self.wave), "district_id").order_by()
        return list(rows.values(place=F("district_id")).annotate(count=Count("pk")))

    def assignments(self) -> Rows:
        """count and settled by enumerator_id, place, assigned_at and due_on."""
        rows = Assignment.objects.standing().filter(wave=self.wave)
        here = self._here(rows.with_settled(), "business__district_id")
        keys = here.order_by().values(
            "enumerator_id", "assigned_at", "due_on", place=F("business__district_id")
        )
        settled = Count("pk", filter=Q(is_settled=True))
        return list(keys.annotate(count=Count("pk"), settled=settled))

    def responses(self) -> Rows:
        """count and newest by enumerator_id, place and state."""
        rows = self._here(Response.objects.interviews().in_wave(self.wave), "business__district_id")
        keys = rows.order_by().values("enumerator_id", "state", place=F("business__district_id"))
        return list(keys.annotate(count=Count("pk"), newest=Max("received_at")))

    def last_visits(self) -> Rows:
        """count of businesses without an interview by enumerator_id, place, replaced and the outcome of the last visit."""
        later = self._visits().filter(
            Q(visited_at__gt=OuterRef("visited_at"))
            | Q(visited_at=OuterRef("visited_at"), pk__gt=OuterRef("pk"))
        )
        rows = Visit.objects.filter(wave=self.wave).exclude(outcome=Outcome.RESERVE_USED)
        here = self._here(rows, "business__district_id").exclude(self._interview()).exclude(Exists(later))
        keys = (
            here.annotate(replaced=self._replaced())
            .order_by()
            .values("enumerator_id", "outcome", "replaced", place=F("business__district_id"))
        )
        return list(keys.annotate(count=Count("pk")))

    def newest_visits(self) -> Rows:
        """newest by enumerator_id."""
        rows = self._here(Visit.objects.filter(wave=self.wave), "business__district_id")
        return list(rows.order_by().values("enumerator_id").annotate(newest=Max("received_at")))

    def entries(self) -> Rows:
        """count of sample entries in use by stratum, is_reserve, interviewed and the outcome of the last visit."""
        rows: Any = SampleEntry.objects.for_user(self.user).targets(self.wave)
        keys = (
            rows.annotate(interviewed=self._interview(), last=self._last_outcome())
            .order_by()
            .values("stratum", "is_reserve", "interviewed", "last")
        )
        return list(keys.annotate(count=Count("pk")))

    def outside(self) -> int:
        """Interviews of businesses that are no target, such as those found in the field."""
        rows = self._here(Response.objects.interviews().in_wave(self.wave), "business__district_id")
        outside: int = rows.exclude(business__in=targets_of(self.wave).values("pk")).count()
        return outside

    def held(self) -> dict[int, int]:
        """How many submissions of the wave wait for the office, by enumerator."""
        rows = Submission.objects.filter(wave=self.wave, state=SubmissionState.HELD)
        districts = self.user.district_ids()
        if districts is not None:
            around = User.objects.filter(Q(whole_city=True) | Q(districts__in=districts))
            rows = rows.filter(user__in=around.values("pk"))
        counted = rows.order_by().values_list("user").annotate(Count("pk"))
        return dict(counted)

    def _visits(self) -> QuerySet[Visit]:
        """Visits to the business of the row around them that tell how it went."""
        rows = Visit.objects.filter(wave=self.wave, business=OuterRef("business"))
        return rows.exclude(outcome=Outcome.RESERVE_USED)

    def _last_outcome(self) -> Subquery:
        return Subquery(self._visits().order_by("-visited_at", "-pk").values("outcome")[:1])

    def _replaced(self) -> Exists:
        rows = Visit.objects.filter(wave=self.wave, business=OuterRef("business"))
        return Exists(rows.filter(outcome=Outcome.RESERVE_USED))

    def _interview(self) -> Exists:
        rows = Response.objects.interviews().filter(wave=self.wave, business=OuterRef("business"))
        return Exists(rows)

    def _here(self, rows: Any, path: str) -> Any:
        districts = self.user.district_ids()
        return rows if districts is None else rows.filter(**{f"{path}__in": districts})


def devices_of(users: Iterable[int]) -> dict[int, list[DeviceRow]]:
    """The telephones of each that are in use; ODK Collect tells no counts of its own."""
    devices: dict[int, list[DeviceRow]] = defaultdict(list)
    in_use: Any = FieldDevice.objects.filter(user__in=users, kind=DeviceKind.PHONE, revoked_at__isnull=True)
    for device in in_use.annotate(stored=Count("submissions")).order_by("pk"):
        devices[device.user_id].append(
            DeviceRow(
                device.name, device.last_seen_at, device.sent_count, device.waiting_count, device.stored
            )
        )
    return devices
