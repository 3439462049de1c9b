"""Writing an invented city: small transactions, one event for all of it, never twice for one seed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core import audit
from core.models import Region, User, Verb
from core.roles import Role
from registry.models import Business, BusinessPermit, OnlineAccount, Owner, Registration, Sector
from surveys.actions.questionnaires import publish_questionnaire
from surveys.city import people
from surveys.city.answers import answer
from surveys.models import QuestionnaireVersion, Response, ResponseChoice, ResponseState, Wave

# With all that hangs on them fewer than 2,000 rows a transaction; a multiple of SECOND_BUSINESS_EVERY.
BUSINESSES_A_BATCH = 160
CITY_WITH_COORDINATES = "35.74"


class CannotGenerate(Exception):
    """Why no city can be made here, in Indonesian."""


@dataclass
class Loaded:
    """Rows written so far; `batch` is the id their audit event carries."""

    wave: Wave
    questionnaire: QuestionnaireVersion
    batch: uuid.UUID
    businesses: int = 0
    owners: int = 0
    responses: int = 0
    choices: int = 0


@dataclass(frozen=True)
class Places:
    """What the drawn numbers and letters stand for here."""

    wards: list[Region]
    sectors: dict[str, Sector]
    registrar: User
    verifier: User
    enumerators: dict[int, User] = field(default_factory=dict)  # by kecamatan
    with_coordinates: bool = False


def load_city(
    *,
    businesses: int,
    seed: int,
    year: int,
    by: User | None,
    at: datetime,
    wave_code: str = "",
    city_code: str = "",
    with_responses: bool = True,
    progress: Callable[[Loaded], None] = lambda loaded: None,
) -> Loaded:
    """Write the city of `seed`, with a wave of `year` and an interview of every active business.

    The rows depend on `businesses`, `seed` and `year` only. A load that is broken off leaves the batches
    written until then and its event. Raises CannotGenerate.
    """
    wave_code = wave_code or f"kota-acak-{seed}"
    _refuse(businesses, seed, wave_code)
    city = _city(city_code)
    with transaction.atomic():
        places = _places(city)
        wave = _wave(wave_code, seed, year)
        questionnaire, _ = publish_questionnaire(wave=wave, by=by, at=at)
        loaded = Loaded(wave, questionnaire, people.public_id(seed, "batch", 0))
    try:
        for first in range(0, businesses, BUSINESSES_A_BATCH):
            indexes = range(first, min(first + BUSINESSES_A_BATCH, businesses))
            drawn = _draw(indexes, places, seed=seed, year=year)
            with transaction.atomic():
                written = _write_register(drawn, places, loaded)
                if with_responses:
                    _write_responses(written, places, loaded, seed)
            progress(loaded)
    finally:
        reason = f"generate_city --businesses {businesses} --seed {seed}"
        _record(loaded, by=by, at=at, label=f"Kota acak {seed}", reason=reason)
    return loaded


def _draw(indexes: range, places: Places, *, seed: int, year: int) -> Iterator[people.Drawn]:
    for index in indexes:
        yield people.draw(
            seed=seed,
            index=index,
            wards=len(places.wards),
            year=year,
            with_coordinates=places.with_coordinates,
        )


def _record(loaded: Loaded, *, by: User | None, at: datetime, label: str, reason: str) -> None:
    counts = {"businesses": loaded.businesses, "owners": loaded.owners, "responses": loaded.responses}
    audit.record(
        Verb.LOADED,
        by=by,
        at=at,
        subject=loaded.wave,
        label=label,
        changes={name: [0, count] for name, count in counts.items()},
        reason=reason,
        batch=loaded.batch,
    )


def _refuse(businesses: int, seed: int, wave_code: str) -> None:
    if not 1 <= businesses <= people.MAX_BUSINESSES:
        raise CannotGenerate(f"Banyaknya usaha harus 1 sampai {people.MAX_BUSINESSES}.")
    if not 0 <= seed <= people.MAX_SEED:
        raise CannotGenerate(f"Benih (seed) harus 0 sampai {people.MAX_SEED}.")
    existing = Business.objects.filter(source=people.SOURCE, source_key__startswith=f"{seed:04d}/").count()
    if existing:
        raise CannotGenerate(f"Kota dengan benih {seed} sudah ada: {existing} usaha. Pakai benih lain.")
    if Wave.objects.filter(code=wave_code).exists():
        raise CannotGenerate(f"Gelombang {wave_code} sudah ada. Pilih kode lain dengan --wave.")


def _city(code: str) -> Region:
    cities = list(Region.objects.cities().filter(code=code) if code else Region.objects.cities())
    if not cities:
        raise CannotGenerate("Wilayah belum dimuat: jalankan manage.py load_regions dahulu.")
    if len(cities) > 1:
        codes = ", ".join(city.code for city in cities)
        raise CannotGenerate(f"Ada beberapa kota ({codes}): pilih satu dengan --city.")
    return cities[0]


def _places(city: Region) -> Places:
    wards = list(Region.objects.wards().filter(parent__parent=city).select_related("parent").order_by("code"))
    if not wards:
        raise CannotGenerate(f"{city.name} belum punya kelurahan: jalankan manage.py load_regions dahulu.")
    sectors = {sector.code: sector for sector in Sector.objects.filter(version="2020")}
    missing = ", ".join(letter for letter in people.SECTORS if letter not in sectors)
    if missing:
        raise CannotGenerate(f"Jenis usaha {missing} belum dimuat: jalankan manage.py load_sectors dahulu.")
    districts = {ward.parent_id: ward.parent for ward in wards}
    return Places(
        wards,
        sectors,
        registrar=_invented_user("acak-petugas", Role.REGISTRAR),
        verifier=_invented_user("acak-verifikator", Role.VERIFIER),
        enumerators={
            district.pk: _invented_user(f"acak-enumerator-{district.code}", Role.ENUMERATOR, district)
            for district in districts.values()
            if district is not None
        },
        with_coordinates=city.code == CITY_WITH_COORDINATES,
    )


def _invented_user(username: str, role: Role, district: Region | None = None) -> User:
    """Somebody who stands behind the rows and can never log in."""
    user, created = User.objects.get_or_create(
        username=username,
        defaults={
            "full_name": f"{role.label} (data acak)" + (f" {district.name}" if district else ""),
            "role": role,
            "whole_city": district is None,
            "is_active": False,
            "is_demo": True,
        },
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        if district is not None:
            user.districts.set([district])
    return user


def _wave(code: str, seed: int, year: int) -> Wave:
    return Wave.objects.create(
        code=code,
        title=f"Kota acak {seed}, {year} (data buatan)",
        design="census",
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        method="Data acak buatan program untuk peragaan dan pengukuran; tidak ada usaha yang didata.",
        source=f"generate_city, benih {seed}",
        note="Bukan data survei. Nama, NIK, dan nomor telepon tidak menunjuk orang atau usaha yang ada.",
    )


def _write_register(
    drawn: Iterator[people.Drawn], places: Places, loaded: Loaded
) -> list[tuple[people.Drawn, Business]]:
    rows = list(drawn)
    owners = {row.index: Owner(**row.owner, **_place(row, places)) for row in rows if row.owner is not None}
    Owner.objects.bulk_create(owners.values())
    businesses = [
        Business(
            owner=owners.get(row.index) or owners[row.index - 1],
            sector=places.sectors[row.sector],
            **_place(row, places),
            **row.business,
        )
        for row in rows
    ]
    Business.objects.bulk_create(businesses)
    written = list(zip(rows, businesses, strict=True))
    Registration.objects.bulk_create(
        Registration(business=business, **row.registration, **_signatures(row.registration, places))
        for row, business in written
    )
    BusinessPermit.objects.bulk_create(
        BusinessPermit(business=business, **permit) for row, business in written for permit in row.permits
    )
    OnlineAccount.objects.bulk_create(
        OnlineAccount(business=business, **account) for row, business in written for account in row.accounts
    )
    loaded.owners += len(owners)
    loaded.businesses += len(businesses)
    return written


def _place(row: people.Drawn, places: Places) -> dict[str, Any]:
    ward = places.wards[row.ward]
    return {"ward": ward, "district": ward.parent}


def _signatures(registration: dict[str, Any], places: Places) -> dict[str, User]:
    signatures = {"submitted_at": places.registrar, "registered_at": places.verifier}
    return {when.replace("_at", "_by"): who for when, who in signatures.items() if when in registration}


def _write_responses(
    written: list[tuple[people.Drawn, Business]], places: Places, loaded: Loaded, seed: int
) -> None:
    """An interview of every active business, with its place, sector and size as they stand."""
    interviewed = [
        (business, answer(row, seed=seed, period_start=loaded.wave.period_start))
        for row, business in written
        if business.status == "active"
    ]
    responses = [
        Response(
            wave=loaded.wave,
            questionnaire=loaded.questionnaire,
            state=ResponseState.ACCEPTED,
            business=business,
            enumerator=places.enumerators[business.district_id or 0],
            sector=business.sector,
            ward=business.ward,
            district=business.district,
            scale_uu20=business.scale_uu20,
            scale_pp7=business.scale_pp7,
            **answered.fields,
        )
        for business, answered in interviewed
    ]
    Response.objects.bulk_create(responses)
    choices = [
        ResponseChoice(response=response, question=question, value=value)
        for response, (_, answered) in zip(responses, interviewed, strict=True)
        for question, value in answered.choices
    ]
    ResponseChoice.objects.bulk_create(choices)
    loaded.responses += len(responses)
    loaded.choices += len(choices)
