"""Writes of core that must leave a trace: users, passwords, regions, signing in and out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from core.audit import Event, field_changes, record, record_many
from core.logs import mask_long_numbers
from core.models import Office, Region, User, Verb
from core.region_file import CityRegions
from core.roles import Role

# What the user page may change; the password and the time of the last login have their own ways.
USER_FIELDS = ("username", "email", "full_name", "role", "whole_city", "is_active", "is_demo")


class OwnAccount(Exception):
    """Nobody may take away their own way in."""

    def __str__(self) -> str:
        return "Anda tidak dapat menonaktifkan akun sendiri atau mengganti peran sendiri."


class LastAdministrator(Exception):
    """Without an administrator nobody could make another one."""

    def __str__(self) -> str:
        return "Ini administrator aktif yang terakhir. Angkat administrator lain lebih dahulu."


@transaction.atomic
def save_user(
    *, user: User, districts: Iterable[Region], by: User | None, at: datetime, reason: str = ""
) -> User:
    """Create or change a user and their area; raises OwnAccount or LastAdministrator."""
    old = check_user(user=user, by=by)
    wanted = [] if user.whole_city else sorted(districts, key=lambda district: district.code)
    had = list(old.districts.order_by("code")) if old is not None else []
    changes: dict[str, list[Any]] = {
        name: change for name, change in field_changes(old, user).items() if name in USER_FIELDS
    }
    if had != wanted:
        changes["districts"] = [_names(had), _names(wanted)]
    if old is None:
        user.save()
    elif changes:
        user.save(update_fields=USER_FIELDS)
    user.districts.set(wanted)
    if changes or old is None:
        verb = Verb.CREATED if old is None else Verb.CHANGED
        record(verb, by=by, at=at, subject=user, changes=changes, reason=reason)
    return user


@transaction.atomic
def check_user(*, user: User, by: User | None) -> User | None:
    """The user as stored; raises OwnAccount or LastAdministrator where the change may not be."""
    # Locked in one order, so that two administrators cannot take each other out at the same moment.
    active = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    administrators = list(active.order_by("pk").values_list("pk", flat=True))
    old = User.objects.filter(pk=user.pk).first() if user.pk else None
    if old is not None:
        loses = user.role != Role.ADMINISTRATOR or not user.is_active
        if by is not None and old.pk == by.pk and (user.role != old.role or not user.is_active):
            raise OwnAccount
        if loses and administrators == [old.pk]:
            raise LastAdministrator
    return old


def _names(districts: list[Region]) -> str | None:
    return ", ".join(district.name for district in districts) or None


@transaction.atomic
def set_password(*, user: User, password: str, by: User | None, at: datetime) -> None:
    """Give a user a new password; every other session of theirs ends with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(Verb.PASSWORD_CHANGED, by=by, at=at, subject=user)


@transaction.atomic
def save_region(*, region: Region, by: User | None, at: datetime) -> Region:
    old = Region.objects.filter(pk=region.pk).first() if region.pk else None
    changes = field_changes(old, region)
    if old is None or changes:
        region.save()
        verb = Verb.CREATED if old is None else Verb.CHANGED
        record(verb, by=by, at=at, subject=region, changes=changes)
    return region


@transaction.atomic
def save_office(*, office: Office, by: User | None, at: datetime) -> Office:
    old = Office.objects.select_for_update().filter(pk=office.pk).first()
    changes = field_changes(old, office)
    if (bytes(old.logo or b"") if old else b"") != bytes(office.logo or b""):
        changes["lambang"] = ["ada" if old and old.logo else None, "ada" if office.logo else None]
    if old is None or changes:
        office.save()
        verb = Verb.CREATED if old is None else Verb.CHANGED
        record(verb, by=by, at=at, subject=office, changes=changes)
    return office


@transaction.atomic
def load_regions(*, regions: CityRegions, city_name: str, by: User | None, at: datetime) -> tuple[int, int]:
    """Bring in a city; what is there keeps its row and gets the name of the file. (new, changed)"""
    existing = {region.code: region for region in Region.objects.filter(code__startswith=regions.code)}
    events: list[Event] = []

    def put(code: str, name: str, level: Region.Level, parent: Region | None) -> Region:
        old = existing.get(code)
        if old is not None and (old.name, old.level, old.parent_id) == (name, level, parent and parent.pk):
            return old
        region = Region(pk=old.pk if old else None, code=code, name=name, level=level, parent=parent)
        changes = field_changes(old, region)
        region.save()
        events.append(Event(Verb.CHANGED if old else Verb.CREATED, region, changes=changes))
        return region

    city = put(regions.code, city_name, Region.Level.CITY, None)
    districts = {
        code: put(code, name, Region.Level.DISTRICT, city) for code, name in regions.districts.items()
    }
    for code, name in regions.wards.items():
        put(code, name, Region.Level.WARD, districts[code.rpartition(".")[0]])
    if events:
        record_many(events, by=by, at=at, batch=uuid.uuid4())
    new = sum(event.verb == Verb.CREATED for event in events)
    return new, len(events) - new


def note_audit_export(*, count: int, filters: list[str], by: User, at: datetime) -> None:
    """Reading out the trail leaves its own event: how many events, and which were asked for."""
    reason = mask_long_numbers("; ".join(filters)) or "Tanpa filter"
    record(Verb.EXPORTED, by=by, at=at, label=f"Jejak audit: {count} peristiwa", reason=reason)
