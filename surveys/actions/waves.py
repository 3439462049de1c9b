"""Waves and population figures: what the office sets up before anybody interviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from core.audit import field_changes, record
from core.models import User, Verb
from surveys.actions.questionnaires import publish_questionnaire
from surveys.models import PopulationFigure, Wave, WaveDesign

Record = TypeVar("Record", Wave, PopulationFigure)


class WaveIsReconstruction(Exception):
    """The wave of the published study stays as it was published."""


@transaction.atomic
def save_record(*, wave_or_figure: Record, by: User, at: datetime) -> Record:
    """Add or change a wave or a population figure; nothing is written where nothing differs."""
    manager = type(wave_or_figure)._default_manager
    before = manager.select_for_update().filter(pk=wave_or_figure.pk).first() if wave_or_figure.pk else None
    if isinstance(before, Wave) and before.is_reconstruction:
        raise WaveIsReconstruction("Gelombang rekonstruksi tidak dapat diubah.")
    changes = field_changes(before, wave_or_figure)
    if before is not None and not changes:
        return wave_or_figure
    wave_or_figure.save()
    verb = Verb.CREATED if before is None else Verb.CHANGED
    record(verb, by=by, at=at, subject=wave_or_figure, changes=changes)
    if isinstance(wave_or_figure, Wave) and before is None:
        publish_questionnaire(wave=wave_or_figure, by=by, at=at)  # the core questions: it can begin
    return wave_or_figure


@transaction.atomic
def load_demo_wave(*, year: int, at: datetime) -> tuple[Wave, bool]:
    """The wave in which the demo accounts interview, and whether this call made it."""
    wave, is_new = Wave.objects.get_or_create(
        code=f"survei-{year}",
        defaults={
            "title": f"Survei UMKM {year}",
            "design": WaveDesign.CENSUS,
            "period_start": date(year, 1, 1),
            "period_end": date(year, 12, 31),
            "method": "Wawancara, observasi, atau kuesioner terhadap semua UMKM aktif yang terdaftar.",
            "source": "Data peragaan, bukan data survei",
            "note": "Gelombang peragaan untuk mencoba aplikasi. Isinya bukan data survei.",
        },
    )
    if is_new:
        record(Verb.LOADED, by=None, at=at, subject=wave)
        publish_questionnaire(wave=wave, by=None, at=at)
    return wave, is_new
