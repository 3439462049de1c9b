"""Finding businesses by a whole number that must not stand in an address: NIK, NIB, NPWP or telephone.

The number is looked up by its blind index (the NIB, which is no secret, by itself). It is never stored, and the
audit trail tells only which kind of number was looked for and how many businesses were found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from core import audit
from core.cleaning import CleaningError
from core.fields import index_of
from core.models import User, Verb
from core.permissions import Permission
from registry.identifiers import normalise_nib, normalise_nik, normalise_npwp, normalise_phone
from registry.models import Business, Owner
from registry.models.businesses import BusinessQuerySet

SHOWN = 50
NOT_A_NUMBER = "Nomor ini bukan NIK, NIB, NPWP, atau nomor telepon. Ketik nomornya saja, lengkap."
NOT_ALLOWED = "Mencari menurut NIK atau nomor telepon tidak termasuk wewenang Anda. Cari menurut nama."


@dataclass(frozen=True)
class Kind:
    label: str
    normalise: Callable[[str], str]
    path: str  # of the column that is compared
    source: str = ""  # of a blind index: the field it is of
    of_owner: bool = False

    def condition(self, number: str) -> Q:
        model = Owner if self.of_owner else Business
        return Q(**{self.path: index_of(model, self.source, number) if self.source else number})


KINDS = (
    Kind("NIK", normalise_nik, "owner__national_id_index", "national_id", of_owner=True),
    Kind("NIB", normalise_nib, "nib"),
    Kind("NPWP", normalise_npwp, "npwp_index", "npwp"),
    Kind("Telepon", lambda text: normalise_phone(text).number, "owner__phone_index", "phone", of_owner=True),
)


@dataclass(frozen=True)
class NumberAnswer:
    """`rows` lie in the area of who asked; `is_elsewhere`: the NIK is of an owner outside of it."""

    kinds: str
    rows: list[Business]
    owner: Owner | None
    is_elsewhere: bool


def read_number(text: str) -> dict[Kind, str]:
    """What the number may be, in its stored form; empty for a text that is none."""
    found = {}
    for kind in KINDS:
        try:
            found[kind] = kind.normalise(text)
        except CleaningError:
            continue
    return found


@transaction.atomic
def find_by_number(
    *, numbers: dict[Kind, str], by: User, at: datetime, reading: frozenset[str] = frozenset()
) -> NumberAnswer:
    """The businesses with one of `numbers`, noted as a search of personal data.

    Raises PermissionDenied for a user without the permission.
    """
    if not by.can(Permission.FIND_BY_NUMBER):
        raise PermissionDenied
    rows = list(_matching(by, numbers).for_list(reading).newest_first()[:SHOWN])
    kinds = " atau ".join(kind.label for kind in numbers)
    changes: dict[str, list[Any]] = {"jenis": [None, kinds], "hasil": [None, len(rows)]}
    audit.record(Verb.SEARCHED, by=by, at=at, label=f"Pencarian menurut {kinds}", changes=changes)
    nik = next((number for kind, number in numbers.items() if kind.label == "NIK"), None)
    owners = Owner.objects.with_national_id(nik) if nik and by.can(Permission.EDIT_BUSINESSES) else None
    owner = owners.filter(pk__in=Owner.objects.for_user(by)).first() if owners is not None else None
    is_elsewhere = owners is not None and owner is None and owners.exists()
    return NumberAnswer(kinds, rows, owner, is_elsewhere)


def _matching(user: User, numbers: dict[Kind, str]) -> BusinessQuerySet:
    condition = Q()
    for kind, number in numbers.items():
        condition |= kind.condition(number)
    return Business.objects.for_user(user).real().filter(condition)
