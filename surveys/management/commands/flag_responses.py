"""`manage.py flag_responses WAVE`: what the interviews of a wave tell beside one another, e.g. every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from core.formats import format_integer
from surveys.actions.flagging import flag_wave
from surveys.models import Wave


class Command(BaseCommand):
    help = "Menghitung ulang tanda mutu semua wawancara sebuah gelombang."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="kode gelombang")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(code=options["wave"]).first()
        if wave is None:
            raise CommandError(f"Gelombang “{options['wave']}” tidak ada.")
        self.stdout.write(f"{format_integer(flag_wave(wave))} wawancara bertanda.")
