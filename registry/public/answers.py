"""What an applicant filled in: kept as JSON on the application, read back as an owner and a business."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from core.models import Region
from registry.models import Business, Owner, PublicApplication, Sector

OWNER_FIELDS = {"owner_name": "name", "owner_national_id": "national_id", "owner_phone": "phone"}
REQUIRED = ("owner_name", "owner_phone", "name", "sector", "ward")
BUSINESS_FIELDS = (
    "name",
    "sector",
    "products",
    "started_on",
    "legal_form",
    "nib",
    "ward",
    "address",
    "net_assets",
    "business_capital",
    "annual_sales",
)


def stored(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values of a form as JSON holds them; empty ones are left out."""
    return {name: _plain(value) for name, value in cleaned.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def read(application: PublicApplication) -> dict[str, Any]:
    """By the name of the field, as the forms take them for their initial values."""
    answers: dict[str, Any] = json.loads(application.answers or "{}")
    if "started_on" in answers:
        answers["started_on"] = date.fromisoformat(answers["started_on"])
    return answers


def write(application: PublicApplication, answers: Mapping[str, Any]) -> None:
    """Set the columns that hold answers, cleaned or as `read` gives them; does not save."""
    plain = stored(answers)
    application.answers = json.dumps(plain, ensure_ascii=False)
    application.national_id = plain.get("owner_national_id")
    application.phone = plain.get("owner_phone")
    ward = Region.objects.wards().filter(pk=plain.get("ward", 0)).first()
    application.district_id = ward.parent_id if ward is not None else None


@dataclass(frozen=True)
class Applied:
    """An application as rows of the register that are not saved: what pages show and a verifier takes in."""

    owner: Owner
    business: Business

    @property
    def amounts(self) -> dict[str, int | None]:
        names = ("net_assets", "business_capital", "annual_sales")
        return {name: getattr(self.business, name) for name in names}


def applied(application: PublicApplication) -> Applied:
    return applied_many([application])[0]


def applied_many(applications: list[PublicApplication]) -> list[Applied]:
    """In two queries, however many there are."""
    answers = [read(application) for application in applications]
    sectors = Sector.objects.in_bulk({values["sector"] for values in answers if "sector" in values})
    wards = {values["ward"] for values in answers if "ward" in values}
    places = Region.objects.select_related("parent").in_bulk(wards)
    return [_applied(values, sectors, places) for values in answers]


def _applied(
    answers: Mapping[str, Any], sectors: Mapping[int, Sector], places: Mapping[int, Region]
) -> Applied:
    owner = Owner(**{field: answers[name] for name, field in OWNER_FIELDS.items() if name in answers})
    plain = {name: answers[name] for name in BUSINESS_FIELDS if name in answers}
    sector, ward = sectors.get(plain.pop("sector", 0)), places.get(plain.pop("ward", 0))
    business = Business(**plain, ward=ward, district=ward.parent if ward else None)
    if sector is not None:
        business.sector = sector
    return Applied(owner, business)
