"""A certificate for the tests: of a registered business, by an office that can sign."""

from __future__ import annotations

from datetime import UTC, datetime

from core.models import Office
from registry.actions import issue_certificate
from registry.models import Certificate
from tests.factories import UserFactory, registered_business

ISSUED_AT = datetime(2026, 3, 21, 3, 0, tzinfo=UTC)
SITE = "https://umkm.example"


def make_office(**values) -> Office:
    words = {
        "government": "Pemerintah Kota Contoh",
        "name": "Dinas Koperasi dan UMKM",
        "address": "Jalan Contoh Nomor 1",
        "place": "Kota Contoh",
        "official_name": "Pejabat Contoh, S.E.",
        "official_title": "Kepala Dinas",
        "official_nip": "199901012025011001",
    }
    return Office.objects.update_or_create(pk=1, defaults=words | values)[0]


def make_certificate(*, at: datetime = ISSUED_AT, **business) -> Certificate:
    make_office()
    return issue_certificate(business=registered_business(**business), by=UserFactory(role="verifier"), at=at)
