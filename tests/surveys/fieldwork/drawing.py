"""A sample of one, with one reserve, as a draw leaves it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.models import User
from registry.models import Business
from surveys.models import Draw, DrawStratum, Frame, SampleEntry, Wave
from tests.factories import BusinessFactory
from tests.people import People, Place
from tests.surveys.fieldwork.people import NOW, census


def drawn_wave(people: People, *, reserve_place: Place | None = None) -> tuple[Wave, Business, Business]:
    """The wave, who was drawn, and who stands in reserve."""
    wave = census(code="sampel", title="Sampel UMKM", design="sample", period_end=date(2026, 12, 31))
    main = BusinessFactory(name="Toko utama", ward=people.a.ward)
    reserve = BusinessFactory(name="Toko cadangan", ward=(reserve_place or people.a).ward)
    draw = _draw_of_one(wave, people.administrator)
    DrawStratum.objects.create(draw=draw, key="all", label="Semua", population=2, drawn=1, reserves=1)
    for position, business in enumerate([main, reserve], start=1):
        SampleEntry.objects.create(
            wave=wave,
            business=business,
            sector=business.sector,
            district=business.district,
            scale_uu20="unclassified",
            scale_pp7="unclassified",
            draw=draw,
            stratum="all",
            position=position,
            is_reserve=business is reserve,
            base_weight=Decimal(2),
        )
    return wave, main, reserve


def _draw_of_one(wave: Wave, by: User) -> Draw:
    frame = Frame.objects.create(
        wave=wave, taken_at=NOW, taken_by=by, filters={}, described="Semua", count=2, sha256="0" * 64
    )
    return Draw.objects.create(
        wave=wave,
        frame=frame,
        method="random",
        strata_by="none",
        size=1,
        seed=1,
        minimum=0,
        reserve_percent=100,
        drawn_at=NOW,
        drawn_by=by,
        sha256="0" * 64,
    )
