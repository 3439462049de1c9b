"""What is looked for, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.fields import index_of
from core.models import Region
from registry import matching
from registry.matching import EVIDENCE_LABELS, Features, Folded, Match
from registry.models import Business, Owner


@dataclass(frozen=True)
class Sought:
    """A business that may be in the register; numbers as blind indexes, so that none is deciphered or kept.

    `pk` is its own, to leave it out; `ref` is anything by which the asker knows it again.
    """

    features: Features
    pk: int | None = None
    ref: int = 0


def sought(
    *,
    name: str,
    owner_name: str = "",
    ward: Region | int | None = None,
    national_id: str | None = None,
    phone: str | None = None,
    nib: str = "",
    pk: int | None = None,
    ref: int = 0,
) -> Sought:
    """Of plain values that are normalised already, as the forms and the import columns do."""
    features = Features(
        0,
        name,
        owner_name,
        ward.pk if isinstance(ward, Region) else ward,
        index_of(Owner, "phone", phone),
        index_of(Owner, "national_id", national_id),
        nib or None,
    )
    return Sought(features, pk, ref)


def sought_of(business: Business) -> Sought:
    """Of a stored business or a new instance; its owner may be unsaved."""
    owner = business.owner
    if owner is None or owner.pk is None:
        return sought(
            name=business.name,
            owner_name=owner.name if owner else "",
            ward=business.ward_id,
            national_id=owner.national_id if owner else None,
            phone=owner.phone if owner else None,
            nib=business.nib,
            pk=business.pk,
        )
    numbers = (owner.phone_index, owner.national_id_index, business.nib or None)
    return Sought(
        Features(business.pk or 0, business.name, owner.name, business.ward_id, *numbers), business.pk
    )


@dataclass(frozen=True)
class Candidate:
    """A business of the register that may be the one sought.

    Outside the user's area only `is_visible` is told: pk, names and place are empty then, the score is 0.
    """

    is_visible: bool
    score: int = 0
    evidence: tuple[str, ...] = ()
    pk: int | None = None
    public_id: UUID | None = None
    name: str = ""
    owner_name: str = ""
    ward_name: str = ""

    @property
    def evidence_labels(self) -> list[str]:
        return [EVIDENCE_LABELS[code] for code in self.evidence]


def is_told(match: Match, a: Folded, b: Folded, threshold: float) -> bool:
    """Whether somebody about to store `a` hears of `b`.

    Beside a score: the same NIK or NIB, and the same name in the same kelurahan, whoever the owner is.
    """
    if match.score >= threshold or matching.NIK in match.evidence or matching.NIB in match.evidence:
        return True
    is_same_kind = not a.kinds or not b.kinds or bool(a.kinds & b.kinds)
    return matching.WARD in match.evidence and a.telling == b.telling and is_same_kind
