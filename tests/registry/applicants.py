"""An applicant at the public door, as the tests walk through it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.models import Region
from registry.actions import save_answers, start_application, submit_application
from registry.models import ConsentText, PublicApplication, Sector
from registry.public.codes import new_code
from tests.factories import SectorFactory
from tests.factories.registry import AT

CONSENT = reverse("door:consent")
NOTHING_OPEN = f"{CONSENT}?tutup=1"  # where a page leads that finds no application in this browser
SUMMARY, RECEIPT, STATUS = reverse("door:summary"), reverse("door:receipt"), reverse("door:status")
LEAVE = reverse("door:leave")
NIK = "9901010101900777"
PHONE = "0812-3456-7890"


def step(number: int) -> str:
    return reverse("door:step", args=[number])


def consent_text() -> ConsentText:
    """Version 1, in force for long."""
    made, _ = ConsentText.objects.get_or_create(
        version=1, defaults={"text": "Untuk apa data dipakai.", "valid_from": date(2026, 1, 1)}
    )
    return made


def owner_answers(**changed: str) -> dict[str, str]:
    return {
        "owner_name": "Ibu Contoh",
        "owner_national_id": NIK,
        "owner_phone": PHONE,
    } | changed


def business_answers(sector: Sector, **changed: str) -> dict[str, str]:
    return {
        "name": "Warung Contoh",
        "sector": str(sector.pk),
        "products": "Rawon\nSoto",
        "started_on": "21/03/2021",
        "legal_form": "individual",
        "nib": "1234567890123",
    } | changed


def place_answers(ward: Region, **changed: str) -> dict[str, str]:
    return {
        "ward": str(ward.pk),
        "address": "Jalan Contoh 1",
        "net_assets": "50.000.000",
        "business_capital": "",
        "annual_sales": "300 juta",
    } | changed


def agreed(client: Client | None = None) -> Client:
    """A browser whose visitor has agreed."""
    client, text = client or Client(), consent_text()
    client.post(CONSENT, {"choice": "setuju", "version": str(text.version)})
    return client


def filled_in(ward: Region, *, client: Client | None = None, **changed: str) -> Client:
    """All three steps done, nothing sent; `changed` are answers of any step."""
    client, sector = agreed(client), SectorFactory()
    pages: list[dict[str, str]] = [owner_answers(), business_answers(sector), place_answers(ward)]
    for number, page in enumerate(pages, start=1):
        mine = {name: value for name, value in changed.items() if name in page}
        response = client.post(step(number), page | mine)
        assert response.status_code == 302, response.context["form"].errors
    return client


def sent(ward: Region, **changed: str) -> Client:
    client = filled_in(ward, **changed)
    client.post(SUMMARY)
    return client


def cookie_of(client: Client) -> str:
    return client.cookies[settings.DOOR_COOKIE_NAME].value


def code_of(client: Client) -> str:
    return cookie_of(client).partition(":")[0]  # the signature follows


def application_of(client: Client) -> PublicApplication:
    return PublicApplication.objects.with_code(code_of(client)).get()


def waiting_application(ward: Region, *, code: str = "", **changed: Any) -> PublicApplication:
    """One that was sent, made without the pages."""
    answers: dict[str, Any] = {
        "owner_name": "Ibu Contoh",
        "owner_national_id": NIK,
        "owner_phone": "+6281234567890",
        "name": "Warung Contoh",
        "sector": SectorFactory().pk,
        "ward": ward.pk,
        "net_assets": 50_000_000,
    }
    application = start_application(code=code or new_code(), consent=consent_text(), at=AT)
    save_answers(application=application, answers=answers | changed, at=AT)
    submit_application(application=application, at=AT)
    return application
