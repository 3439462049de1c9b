"""Records a chunk of rows may be about, loaded in few queries as bare tuples; personal numbers stay ciphered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

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
    "owner__version",
)


class KnownBusiness(NamedTuple):
    pk: int
    public_id: Any
    version: int
    district_id: int | None
    is_reconstruction: bool
    source: str
    source_key: str
    owner_id: int | None
    owner_version: int | None
    stored: tuple[Any, ...]  # in the order of STORED

    def value(self, field: str) -> Any:
        return self.stored[PLACE[field]]


class KnownOwner(NamedTuple):
    pk: int
    name: str
    key: str
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
        self.by_code: dict[str, KnownBusiness] = {}
        self.by_source: dict[tuple[str, str], KnownBusiness] = {}
        self.by_nib: dict[str, list[KnownBusiness]] = {}
        self.by_name: dict[tuple[str, int | None], list[KnownBusiness]] = {}

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
        rows = list(
            Owner.objects.filter(national_id_index__in=wanted).values_list("pk", "name", "national_id_index")
        )
        seen = {row[0] for row in rows}
        if self.districts is not None and rows:
            seen = set(Owner.objects.for_user(self.user).filter(pk__in=seen).values_list("pk", flat=True))
        for pk, name, index in rows:
            self.owners[index] = KnownOwner(pk, name, index, pk in seen)

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
            Q(pk__in=pks) if pks else None,
            Q(public_id__in=codes) if codes else None,
            Q(source=source, source_key__in=source_keys) if source_keys else None,
            Q(nib__in=nibs) if nibs else None,
            Q(owner_id__in=[owner.pk for owner in self.owners.values()]) if self.owners else None,
        ]
        for condition in wanted:
            if condition is not None:
                self._add(_rows(condition))

    def load_names(self, names: Sequence[str]) -> None:
        """Those whose name has the same telling words, which the index knows."""
        found = {key for name in set(names) if (key := business_keys(name)[0]) is not None}
        if found:
            self._add(_rows(Q(name_key__in=sorted(found))))

    def _add(self, businesses: Iterator[KnownBusiness]) -> None:
        for business in businesses:
            if business.pk in self.by_pk:
                continue
            self.by_pk[business.pk] = business
            self.by_code[str(business.public_id)] = business
            if business.source_key:
                self.by_source[business.source, business.source_key] = business
            if nib := business.value("nib"):
                self.by_nib.setdefault(nib, []).append(business)
            if business.owner_id:
                self.of_owner.setdefault(business.owner_id, []).append(business)
            key = (business.value("name"), business.value("ward_id"))
            self.by_name.setdefault(key, []).append(business)


def _rows(condition: Q) -> Iterator[KnownBusiness]:
    facts = len(FACTS)
    rows = Business.objects.filter(condition).order_by("pk").values_list(*FACTS, *STORED.values())
    for row in rows.iterator(chunk_size=2_000):
        yield KnownBusiness._make((*row[:facts], row[facts:]))
