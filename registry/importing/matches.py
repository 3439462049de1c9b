"""Rows that may double a record or an earlier row: what `registry.duplicates` finds, as candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from core.importing.importers import Candidate, Draft
from core.models import User
from registry.duplicates import EVIDENCE_LABELS, Sought, candidates_for_many
from registry.importing.rows import AT
from registry.matching import Features
from registry.models import Business

ELSEWHERE = "UMKM yang mirip sudah terdaftar di luar wilayah Anda"
SHOWN = 5


class Doubles:
    """Collects new rows, and looks for doubles of all of them at once."""

    def __init__(self, user: User, index: Mapping[str, Callable[[str], str]]) -> None:
        """`index` makes the blind indexes of numbers, as they are stored."""
        self.user = user
        self._phone, self._nik = index["owner_phone"], index["owner_national_id"]
        self.sought: list[Sought] = []

    def add(self, draft: Draft) -> None:
        values = draft.values
        phone, nik = values[AT["owner_phone"]], values[AT["owner_national_id"]]
        features = Features(
            0,
            values[AT["name"]],
            values[AT["owner_name"]] or "",
            values[AT["ward_id"]],
            self._phone(phone) if phone else None,
            self._nik(nik) if nik else None,
            values[AT["nib"]],
        )
        self.sought.append(Sought(features, ref=draft.number))

    def found(self) -> Iterator[tuple[int, Candidate]]:
        """Number of the row and what it may double, the likeliest first."""
        hints = candidates_for_many(self.sought, self.user)
        labels = _labels([hint.pk for hint in hints if hint.pk is not None])
        told: dict[int, int] = {}
        for hint in hints:
            told[hint.ref] = told.get(hint.ref, 0) + 1
            if told[hint.ref] > SHOWN:
                continue
            reason = ", ".join(EVIDENCE_LABELS[code] for code in hint.evidence)
            if hint.other_ref is not None:
                label = f"Baris {hint.other_ref}"
                yield hint.ref, Candidate(label, reason, score=hint.score, row=hint.other_ref)
            elif hint.pk is not None:
                label, public_id = labels[hint.pk]
                yield hint.ref, Candidate(label, reason, hint.pk, public_id, hint.score)
            else:
                yield hint.ref, Candidate(ELSEWHERE, "")


def _labels(pks: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = Business.objects.filter(pk__in=pks).values_list("pk", "public_id", "name", "owner__name")
    return {
        pk: (f"{name} ({owner})" if owner else name, str(public_id)) for pk, public_id, name, owner in rows
    }
