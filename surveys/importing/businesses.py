"""Which business a row is about, found for a whole chunk in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from core.models import User
from registry.importing.rows import same_words
from registry.matching import business_keys
from registry.models import Business, BusinessStatus

FACTS = ("pk", "public_id", "name", "nib", "registration__number", "ward_id", "district_id", "status")
NOT_HERE = "UMKM ini tidak ada di wilayah kerja Anda."
DISAGREE = "Nomor-nomor pada baris ini menunjuk UMKM yang berbeda."


class Sought(NamedTuple):
    """What a row says of its business; the kelurahan by its key."""

    public_id: str | None
    number: str | None
    nib: str | None
    name: str | None
    ward: int | None


class Known(NamedTuple):
    pk: int
    public_id: UUID
    name: str
    nib: str
    number: str | None
    ward_id: int | None
    district_id: int | None
    status: str

    @property
    def is_closed(self) -> bool:
        return self.status == BusinessStatus.CLOSED


class Businesses:
    """Those a chunk of rows may be about, of the user's area only."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.by_pk: dict[int, Known] = {}
        self.by_id: dict[str, set[int]] = {}
        self.by_number: dict[str, set[int]] = {}
        self.by_nib: dict[str, set[int]] = {}
        self.by_name: dict[tuple[str, int | None], set[int]] = {}

    def load(self, wanted: Sequence[Sought]) -> None:
        ids = sorted({one.public_id for one in wanted if one.public_id})
        numbers = sorted({one.number for one in wanted if one.number})
        nibs = sorted({one.nib for one in wanted if one.nib})
        self._load(Q(public_id__in=ids), self.by_id, lambda known: str(known.public_id))
        self._load(Q(registration__number__in=numbers), self.by_number, lambda known: known.number or "")
        # As the partial index says it; else the whole table is read.
        self._load(Q(nib__in=nibs) & ~Q(nib=""), self.by_nib, lambda known: known.nib)
        self._load_names({one.name for one in wanted if one.name})
        self._follow_merged(set(ids) - self.by_id.keys(), set(numbers) - self.by_number.keys())

    def _follow_merged(self, ids: set[str], numbers: set[str]) -> None:
        """Of numbers that stand for none, those of records merged into another one since: they mean that one."""
        if not ids and not numbers:
            return
        gone = Business.objects.in_area_of(self.user).filter(merged_into__isnull=False)
        gone = gone.filter(Q(public_id__in=sorted(ids)) | Q(registration__number__in=sorted(numbers)))
        merged = list(gone.values_list("public_id", "registration__number", "merged_into_id"))
        standing = {known.pk for known in self._found(Q(pk__in=[pk for *_, pk in merged]))}
        for public_id, number, winner in merged:
            if winner in standing:
                self.by_id.setdefault(str(public_id), set()).add(winner)
                self.by_number.setdefault(number or "", set()).add(winner)

    def _load(self, condition: Q, into: dict[str, set[int]], key: Callable[[Known], str]) -> None:
        for known in self._found(condition):
            into.setdefault(key(known), set()).add(known.pk)

    def _load_names(self, names: Iterable[str]) -> None:
        keys = {key for name in names if (key := business_keys(name)[0]) is not None}
        for known in self._found(Q(name_key__in=sorted(keys))):
            self.by_name.setdefault((same_words(known.name), known.ward_id), set()).add(known.pk)

    def _found(self, condition: Q) -> list[Known]:
        rows = Business.objects.for_user(self.user).real().filter(condition).order_by("pk")
        found = [Known._make(row) for row in rows.values_list(*FACTS)]
        self.by_pk |= {known.pk: known for known in found}
        return found

    def find(self, sought: Sought) -> tuple[Known | None, int, str]:
        """The business, or at which of the facts sought something is wrong, and what."""
        sets = [
            (place, index.get(value, set()))
            for place, (value, index) in enumerate(
                ((sought[0], self.by_id), (sought[1], self.by_number), (sought[2], self.by_nib))
            )
            if value
        ]
        for place, pks in sets:
            if not pks:
                return None, place, NOT_HERE
        if sets:
            return self._one_of(sought, sets)
        named = self.by_name.get((same_words(sought.name or ""), sought.ward), set())
        if len(named) == 1:
            return self.by_pk[next(iter(named))], 3, ""
        many = f"Ada {len(named)} UMKM bernama ini di kelurahan itu; isi nomor registrasi, NIB, atau ID UMKM."
        return (
            None,
            3,
            many if named else "Tidak ada UMKM bernama ini di kelurahan itu, di wilayah kerja Anda.",
        )

    def _one_of(self, sought: Sought, sets: Sequence[tuple[int, set[int]]]) -> tuple[Known | None, int, str]:
        place = sets[0][0]
        both = set.intersection(*(pks for _, pks in sets))
        if not both:
            return None, sets[-1][0], DISAGREE
        if len(both) > 1 and sought.name:
            named = {pk for pk in both if same_words(self.by_pk[pk].name) == same_words(sought.name)}
            both = named or both
        if len(both) > 1:
            return None, place, "Nomor ini dipakai beberapa UMKM; isi juga nama usahanya, atau ID UMKM."
        return self.by_pk[both.pop()], place, ""
