"""Certificates of registered businesses: issued, taken back, handed out."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from core import audit
from core.formats import JAKARTA
from core.models import Office, User, Verb
from core.signing import signing_key
from registry.actions.errors import Incomplete, WrongState
from registry.actions.records import lock, refuse_reconstruction
from registry.certificate_seal import Statement, encoded
from registry.certificates import may_be_issued, paper_of
from registry.models import Business, Certificate
from registry.steps import valid_until

REPLACED = "Diganti dengan sertifikat yang baru"


@transaction.atomic
def issue_certificate(*, business: Business, by: User, at: datetime) -> Certificate:
    """Sign what the register says today; the certificate that stood before is taken back."""
    refuse_reconstruction(business)
    registration = business.registration
    lock(registration)
    business.refresh_from_db()
    if not may_be_issued(business):
        raise WrongState("Sertifikat hanya untuk UMKM yang terdaftar dan masih ada.")
    office = Office.objects.current()
    if not office.can_sign:
        raise Incomplete(
            "Pejabat penanda tangan belum diisi. Mintalah administrator melengkapinya di Pengelolaan data, Kantor."
        )
    for earlier in Certificate.objects.standing().filter(business=business):
        _withdraw(earlier, REPLACED, by=by, at=at)
    certificate = _signed(business, registration.number, office, at)
    certificate.issued_by = by
    certificate.save(force_insert=True)
    changes = {
        "number": [None, certificate.number],
        "valid_until": [None, str(certificate.valid_until)],
        "key_id": [None, certificate.key_id],
    }
    audit.record(Verb.ISSUED, by=by, at=at, subject=certificate, changes=changes)
    return certificate


def _signed(business: Business, number: str, office: Office, at: datetime) -> Certificate:
    issued, key, public_id = at.astimezone(JAKARTA).date(), signing_key(), uuid.uuid4()
    until = valid_until(issued, office.certificate_years)
    assert until is not None  # an office has at least one year
    until = min(until, business.registration.valid_until or until)
    ward = business.ward.name if business.ward else ""
    statement = Statement(
        id=str(public_id),
        number=number,
        name=business.name,
        ward=ward,
        issued=issued.isoformat(),
        until=until.isoformat(),
        key=key.key_id,
    ).canonical()
    return Certificate(
        public_id=public_id,
        business=business,
        number=number,
        issued_at=at,
        valid_until=until,
        key_id=key.key_id,
        statement=statement.decode(),
        signature=encoded(key.sign(statement)),
        paper=paper_of(business, office).dumped(),
    )


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, by: User, at: datetime) -> Certificate:
    if not reason.strip():
        raise Incomplete("Alasan belum diisi.")
    lock(certificate)
    if certificate.revoked_at is not None:
        raise WrongState("Sertifikat ini sudah dicabut.")
    _withdraw(certificate, reason.strip(), by=by, at=at)
    return certificate


def _withdraw(certificate: Certificate, reason: str, *, by: User, at: datetime) -> None:
    certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = at, by, reason
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    audit.record(Verb.REVOKED, by=by, at=at, subject=certificate, reason=reason)


def note_certificate_print(*, certificate: Certificate, by: User, at: datetime) -> None:
    """That the paper was handed out."""
    audit.record(Verb.PRINTED, by=by, at=at, subject=certificate)
