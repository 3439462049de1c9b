"""Records a chunk of rows may be about, loaded in few queries as bare tuples; personal numbers stay ciphered.

Owners and businesses are asked for apart, each by an index: joined, a database that thinks little of its
statistics reads every owner for each chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from core.models import User
from registry.matching import business_keys
from registry.models import Business, Owner

# How a field of a row is called where it is stored; personal numbers are compared by their blind index.
STORED = {
    "name": "name",
    "owner_name": "owner__name",
    "owner_national_id": "owner__national_id_index",
    "owner_phone": "owner__phone_index",
    "owner_sex": "owner__sex",
    "owner_born_on": "owner__born_on",
    "owner_address": "owner__address",
    "sector_id": "sector_id",
    "kbli_code": "kbli_code",
    "products": "products",
    "legal_form": "legal_form",
    "nib": "nib",
    "npwp": "npwp_index",
    "ward_id": "ward_id",
    "address": "address",
    "latitude": "latitude",
    "longitude": "longitude",
    "started_on": "started_on",
    "net_assets": "net_assets",
    "business_capital": "business_capital",
    "annual_sales": "annual_sales",
    "workers_male": "workers_male",
    "workers_female": "workers_female",
    "branch": "is_branch_or_subsidiary",
    "micro_kind": "micro_kind",
}
HASHED = {
    "owner_national_id": (Owner, "national_id"),
    "owner_phone": (Owner, "phone"),
    "npwp": (Business, "npwp"),
}
FACTS = (
    "pk",
    "public_id",
    "version",
    "district_id",
    "is_reconstruction",
    "source",
    "source_key",
    "owner_id",
)
_OWNED = [path.removeprefix("owner__") for path in STORED.values() if path.startswith("owner__")]
_OWN = [path for path in STORED.values() if not path.startswith("owner__")]
_OWNED_FROM = list(STORED).index("owner_name")  # the fields of the owner stand together there
_NAME, _NIK_INDEX = _OWNED.index("name"), _OWNED.index("national_id_index")
_NO_OWNER = (None,) * len(_OWNED)
ASKED_AT_ONCE = 2_000


class KnownBusiness(NamedTuple):
    pk: int
    public_id: UUID
    version: int
    district_id: int | None
    is_reconstruction: bool
    source: str
    source_key: str
    owner_id: int | None
    stored: tuple[Any, ...]  # in the order of STORED

    def value(self, field: str) -> Any:
        return self.stored[PLACE[field]]


class KnownOwner(NamedTuple):
    pk: int
    name: str
    is_seen: bool


PLACE = {field: place for place, field in enumerate(STORED)}


class Known:
    """What the register holds about a chunk."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.districts = user.district_ids()
        self.by_pk: dict[int, KnownBusiness] = {}
        self.owners: dict[str, KnownOwner] = {}
        self.of_owner: dict[int, list[KnownBusiness]] = {}
        self.by_code: dict[UUID, KnownBusiness] = {}
        self.by_source: dict[tuple[str, str], KnownBusiness] = {}
        self.by_nib: dict[str, list[KnownBusiness]] = {}
        self.by_name: dict[tuple[str, int | None], list[KnownBusiness]] = {}
        self._owned: dict[int, tuple[Any, ...]] = {}  # what is stored of each owner met so far

    def sees(self, business: KnownBusiness) -> bool:
        return self.districts is None or business.district_id in self.districts

    def has(self, owner: KnownOwner, name: str, ward: int | None) -> bool:
        """Whether the owner has a business of this name in this kelurahan."""
        return any(
            business.value("ward_id") == ward and business.value("name").casefold() == name.casefold()
            for business in self.of_owner.get(owner.pk, ())
        )

    def load_owners(self, indexes: Iterable[str]) -> None:
        wanted = sorted(set(indexes))
        if not wanted:
            return
        owned = self._load_owned(Q(national_id_index__in=wanted))
        seen = set(owned)
        if self.districts is not None and owned:
            seen = set(Owner.objects.for_user(self.user).filter(pk__in=owned).values_list("pk", flat=True))
        for pk, facts in owned.items():
            self.owners[facts[_NIK_INDEX]] = KnownOwner(pk, facts[_NAME], pk in seen)

    def _load_owned(self, condition: Q) -> dict[int, tuple[Any, ...]]:
        rows = Owner.objects.filter(condition).order_by().values_list("pk", *_OWNED)
        owned = {row[0]: row[1:] for row in rows}
        self._owned |= owned
        return owned

    def load_businesses(
        self,
        *,
        codes: Sequence[str] = (),
        source: str = "",
        source_keys: Sequence[str] = (),
        nibs: Sequence[str] = (),
        pks: Sequence[int] = (),
    ) -> None:
        """Those with these numbers, and all of the owners loaded before."""
        wanted = [
            Q(owner_id__in=[owner.pk for owner in self.owners.values()]) if self.owners else None,
            Q(pk__in=pks) if pks else None,
            Q(public_id__in=codes) if codes else None,
            # As their partial indexes say it; else the whole table is read.
            Q(source=source, source_key__in=source_keys) & ~Q(source_key="") if source_keys else None,
            Q(nib__in=nibs) & ~Q(nib="") if nibs else None,
        ]
        for condition in wanted:
            if condition is not None:
                self._load(condition)

    def load_names(self, names: Sequence[str]) -> None:
        """Those whose name has the same telling words, which the index knows; of names without words the same."""
        keys = {name: business_keys(name)[0] for name in names}
        if found := {key for key in keys.values() if key is not None}:
            self._load(Q(name_key__in=sorted(found)))
        if wordless := sorted(name for name, key in keys.items() if key is None):
            self._load(Q(name_key__isnull=True, name__in=wordless))

    def _load(self, condition: Q) -> None:
        if not self.by_pk:
            self._load_rows(condition)
            return
        # Most of them are known already, as it is mostly the same businesses that all conditions lead to.
        found = Business.objects.filter(condition).order_by("pk").values_list("pk", flat=True)
        new = [pk for pk in found if pk not in self.by_pk]
        for start in range(0, len(new), ASKED_AT_ONCE):
            self._load_rows(Q(pk__in=new[start : start + ASKED_AT_ONCE]))

    def _load_rows(self, condition: Q) -> None:
        rows = list(Business.objects.filter(condition).order_by("pk").values_list(*FACTS, *_OWN))
        facts = len(FACTS)
        missing = sorted({row[facts - 1] for row in rows} - self._owned.keys() - {None})
        for start in range(0, len(missing), ASKED_AT_ONCE):
            self._load_owned(Q(pk__in=missing[start : start + ASKED_AT_ONCE]))
        middle = facts + _OWNED_FROM
        for row in rows:
            owned = self._owned.get(row[facts - 1], _NO_OWNER)
            stored = (*row[facts:middle], *owned, *row[middle:])
            self._add(KnownBusiness._make((*row[:facts], stored)))

    def _add(self, business: KnownBusiness) -> None:
        self.by_pk[business.pk] = business
        self.by_code[business.public_id] = business
        if business.source_key:
            self.by_source[business.source, business.source_key] = business
        if nib := business.value("nib"):
            self.by_nib.setdefault(nib, []).append(business)
        if business.owner_id:
            self.of_owner.setdefault(business.owner_id, []).append(business)
        key = (business.value("name"), business.value("ward_id"))
        self.by_name.setdefault(key, []).append(business)
