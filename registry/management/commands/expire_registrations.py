"""End the registrations whose last valid day is over; run it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.formats import format_integer
from registry.actions import expire_registrations


class Command(BaseCommand):
    help = "Mengakhiri pendaftaran yang masa berlakunya sudah lewat; aman dijalankan setiap hari."

    def handle(self, *args: Any, **options: Any) -> None:
        count = expire_registrations(at=timezone.now())
        self.stdout.write(f"Pendaftaran kedaluwarsa: {format_integer(count)}.")
