"""What the register says of a certificate today, and the words on its paper."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from django.db import models

from core.models import Office
from core.signing import is_signed, public_keys
from registry import certificate_seal
from registry.certificate_seal import Statement, Verdict, code_text, decoded, encoded
from registry.models import Business, Certificate, RegistrationState


class CertificateState(models.TextChoices):
    VALID = "valid", "Sah"
    EXPIRED = "expired", "Kedaluwarsa"
    SUSPENDED = "suspended", "Ditangguhkan"
    REVOKED = "revoked", "Dicabut"
    ENDED = "ended", "Tidak berlaku lagi"
    ALTERED = "altered", "Tidak cocok"


# What the state of a registration does to its certificate; in any other state it has none.
OF_REGISTRATION = {
    RegistrationState.REGISTERED: CertificateState.VALID,
    RegistrationState.SUSPENDED: CertificateState.SUSPENDED,
    RegistrationState.EXPIRED: CertificateState.EXPIRED,
    RegistrationState.REVOKED: CertificateState.REVOKED,
}


@dataclass(frozen=True)
class Paper:
    """The words that stand on the paper beside the signed ones, as they were on the day of issue."""

    owner: str
    sector: str
    scale: str
    address: str
    district: str
    government: str
    office: str
    office_address: str
    office_contact: str
    place: str
    official_name: str
    official_title: str
    official_nip: str

    def dumped(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def paper_of(business: Business, office: Office) -> Paper:
    owner, district = business.owner, business.district
    return Paper(
        owner=owner.name if owner else "",
        sector=business.sector.name,
        scale=business.headline_scale_label,
        address=business.address,
        district=district.name if district else "",
        government=office.government,
        office=office.name,
        office_address=office.address,
        office_contact=office.contact,
        place=office.place,
        official_name=office.official_name,
        official_title=office.official_title,
        official_nip=office.official_nip,
    )


def stored_paper(certificate: Certificate) -> Paper:
    return Paper(**json.loads(certificate.paper))


def statement_of(certificate: Certificate) -> Statement:
    """As it is stored; raises ValueError where that is no statement any more."""
    return certificate_seal.read_statement(certificate.statement.encode())


def code_of(certificate: Certificate, *, site: str) -> str:
    return code_text(site, statement_of(certificate), decoded(certificate.signature))


def may_be_issued(business: Business) -> bool:
    registration = getattr(business, "registration", None)
    is_registered = registration is not None and registration.state == RegistrationState.REGISTERED
    is_running = not business.has_left and business.merged_into_id is None
    return is_registered and is_running and not business.is_reconstruction


@dataclass(frozen=True)
class PublicView:
    """What anybody may read who holds the paper."""

    state: CertificateState
    statement: Statement | None  # None where nothing stored can be trusted
    has_changed: bool  # the register knows another name or kelurahan by now


def public_view(certificate: Certificate, *, signature: str, today: date) -> PublicView:
    """`signature` is the one in the address that was asked for, "" for an address typed by hand."""
    statement = _trusted(certificate, signature)
    if statement is None:
        return PublicView(CertificateState.ALTERED, None, has_changed=False)
    state = _state(certificate, today)
    business = certificate.business
    now = (business.name, business.ward.name if business.ward else "")
    return PublicView(state, statement, has_changed=now != (statement.name, statement.ward))


def _trusted(certificate: Certificate, signature: str) -> Statement | None:
    """The stored statement, if its signature holds and it fits the row and the register."""
    code = (
        str(certificate.public_id).encode(),
        (signature or certificate.signature).encode(),
        encoded(certificate.statement.encode()).encode(),
    )
    finding = certificate_seal.check(code, keys=public_keys(), is_signed=is_signed, today=date.min)
    statement = finding.statement
    if finding.verdict is not Verdict.VALID or statement is None:
        return None
    registration = getattr(certificate.business, "registration", None)
    row = (certificate.number, certificate.valid_until, certificate.key_id)
    if row != (statement.number, statement.valid_until, statement.key):
        return None
    if registration is not None and registration.number not in ("", statement.number):
        return None
    return statement


def _state(certificate: Certificate, today: date) -> CertificateState:
    if certificate.revoked_at is not None:
        return CertificateState.REVOKED
    registration = getattr(certificate.business, "registration", None)
    state = OF_REGISTRATION.get(RegistrationState(registration.state)) if registration else None
    if state is None or certificate.business.merged_into_id is not None:
        return CertificateState.ENDED
    if state == CertificateState.VALID and certificate.business.has_left:
        return CertificateState.ENDED
    if state == CertificateState.VALID and _is_past(certificate, today):
        return CertificateState.EXPIRED
    return state


def _is_past(certificate: Certificate, today: date) -> bool:
    """The registration's own end counts from its day on, also before anybody has marked it as expired."""
    ends = (certificate.valid_until, certificate.business.registration.valid_until)
    return any(end is not None and end < today for end in ends)
