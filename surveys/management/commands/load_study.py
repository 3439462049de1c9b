"""Bring in the published study of Kota Probolinggo, labelled as reconstructed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.formats import format_integer
from surveys.actions import ReferenceMissing, load_study
from surveys.study import read_study


class Command(BaseCommand):
    help = "Muat studi Kota Probolinggo sebagai gelombang probolinggo-2022 (baris rekonstruksi)."

    def handle(self, *args: Any, **options: Any) -> None:
        study = read_study()
        try:
            loaded = load_study(study=study, by=None, at=timezone.now())
        except ReferenceMissing as missing:
            raise CommandError(str(missing)) from missing
        if not loaded.responses:
            self.stdout.write(f"Studi {study.wave.code}: sudah dimuat, tidak ada yang berubah.")
            return
        self.stdout.write(
            f"Studi {study.wave.code}: {format_integer(loaded.businesses)} usaha dan "
            f"{format_integer(loaded.responses)} wawancara rekonstruksi, {loaded.cells} sel tabel, "
            f"{loaded.statements} pernyataan, {loaded.population} angka populasi."
        )
