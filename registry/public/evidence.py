"""What a verifier should compare an application with; nothing of it ever reaches the applicant."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from core.fields import blind
from core.models import User
from registry.duplicates import Candidate, candidates_for, sought
from registry.models import Owner, PublicApplication
from registry.public.answers import Applied

OUTSIDE = (
    "sudah terdaftar di luar wilayah kerja Anda. Minta verifikator seluruh kota memeriksa permohonan ini."
)
MOST = 20  # of each kind; more of them are no evidence


@dataclass(frozen=True)
class Twin:
    """A record that may be the same, why, and the page to compare it with."""

    name: str
    reasons: tuple[str, ...]
    url: str
    score: int = 0


@dataclass(frozen=True)
class Evidence:
    """`owners` may be linked to; `owner_must_be` is set where the NIK leaves no choice."""

    businesses: list[Twin]
    applications: list[Twin]
    owners: list[Owner]
    owner_must_be: UUID | None
    warnings: list[str]

    @property
    def is_possible_duplicate(self) -> bool:
        return bool(self.businesses or self.applications or self.owners or self.warnings)


def evidence_for(application: PublicApplication, applied: Applied, *, reader: User) -> Evidence:
    """Records in the reader's area; of what lies outside it only that there is something."""
    nik, phone = applied.owner.national_id or "", applied.owner.phone or ""
    known = Owner.objects.with_national_id(nik).first() if nik else None
    by_phone = Owner.objects.with_phone(phone) if phone else Owner.objects.none()
    candidates = _candidates(applied, reader)
    their_owners = Q(businesses__in=[found.pk for found in candidates if found.is_visible])
    same = Q(pk=known.pk if known else None) | Q(pk__in=by_phone.values("pk")) | their_owners
    owners = list(Owner.objects.for_user(reader).filter(same).distinct()[:MOST])
    warnings = []
    if known is not None and known not in owners:
        warnings.append(f"NIK pada permohonan ini {OUTSIDE}")
    if any(not found.is_visible for found in candidates):
        warnings.append(f"Usaha yang serupa {OUTSIDE}")
    return Evidence(
        businesses=[_twin(found) for found in candidates if found.is_visible],
        applications=_applications(application, nik, phone, reader),
        owners=owners,
        owner_must_be=known.public_id if known is not None and known in owners else None,
        warnings=warnings,
    )


def _candidates(applied: Applied, reader: User) -> list[Candidate]:
    owner, business = applied.owner, applied.business
    wanted = sought(
        name=business.name,
        owner_name=owner.name,
        ward=business.ward_id,
        national_id=owner.national_id,
        phone=owner.phone,
        nib=business.nib,
    )
    return candidates_for(wanted, reader)


def _twin(found: Candidate) -> Twin:
    name = f"{found.name}, {found.owner_name}, {found.ward_name}"
    url = reverse("registry:business-detail", args=[found.public_id])
    return Twin(name, tuple(found.evidence_labels), url, found.score)


def _applications(application: PublicApplication, nik: str, phone: str, reader: User) -> list[Twin]:
    same_nik = Q(**blind(PublicApplication, "national_id", nik)) if nik else Q(pk=None)
    same_phone = Q(**blind(PublicApplication, "phone", phone)) if phone else Q(pk=None)
    others = PublicApplication.objects.for_user(reader).waiting().exclude(pk=application.pk)
    return [
        Twin(
            str(other),
            tuple(
                reason
                for same, reason in (
                    (bool(nik) and other.national_id == nik, "NIK sama"),
                    (bool(phone) and other.phone == phone, "nomor telepon sama"),
                )
                if same
            ),
            other.desk_url,
        )
        for other in others.filter(same_nik | same_phone)[:MOST]
    ]
