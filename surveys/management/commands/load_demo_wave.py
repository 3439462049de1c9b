"""The wave in which the demo accounts may interview. Only with DEBUG."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from surveys.actions import load_demo_wave


class Command(BaseCommand):
    help = "Buat gelombang peragaan tahun ini (hanya dengan DEBUG)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Gelombang peragaan hanya dibuat dengan DEBUG=true.")
        at = timezone.now()
        wave, is_new = load_demo_wave(year=timezone.localdate(at).year, at=at)
        self.stdout.write(f"Gelombang peragaan {wave.code}: {'dibuat' if is_new else 'sudah ada'}.")
