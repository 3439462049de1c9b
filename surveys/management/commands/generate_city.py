"""An invented city for trials and measurements; the same N, seed and year always give the same rows."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.formats import format_integer
from surveys.city.load import CannotGenerate, Loaded, load_city

PROGRESS_EVERY = 5_000


class Command(BaseCommand):
    help = "Buat kota acak: usaha, pelaku usaha, dan wawancara buatan untuk peragaan dan pengukuran."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--businesses", type=int, required=True, help="banyaknya usaha")
        parser.add_argument("--seed", type=int, required=True, help="benih, 0 sampai 9999")
        parser.add_argument("--wave", default="", help="kode gelombang; tanpa ini kota-acak-<benih>")
        parser.add_argument("--year", type=int, help="tahun pendataan; tanpa ini tahun berjalan")
        parser.add_argument("--city", default="", help="kode kota, bila dimuat lebih dari satu")
        parser.add_argument("--no-responses", action="store_true", help="tanpa wawancara")
        parser.add_argument(
            "--yes-in-production", action="store_true", help="izinkan walaupun DEBUG tidak menyala"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["yes_in_production"]:
            raise CommandError(
                "Data acak tidak dimuat ke server sungguhan. Bila memang dimaksudkan, tambahkan --yes-in-production."
            )
        now = timezone.now()
        started = time.monotonic()
        try:
            loaded = load_city(
                businesses=options["businesses"],
                seed=options["seed"],
                year=options["year"] or timezone.localtime(now).year,
                by=None,
                at=now,
                wave_code=options["wave"],
                city_code=options["city"],
                with_responses=not options["no_responses"],
                progress=self._progress,
            )
        except CannotGenerate as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Kota acak {options['seed']}: {format_integer(loaded.businesses)} usaha,"
            f" {format_integer(loaded.owners)} pelaku usaha, {format_integer(loaded.responses)} wawancara"
            f" pada gelombang {loaded.wave.code}; {time.monotonic() - started:.0f} detik."
        )

    def _progress(self, loaded: Loaded) -> None:
        if loaded.businesses // PROGRESS_EVERY > self._reported:
            self._reported = loaded.businesses // PROGRESS_EVERY
            self.stdout.write(f"  {format_integer(loaded.businesses)} usaha …")

    _reported = 0
