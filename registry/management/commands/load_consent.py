"""Put the first consent text into force where there is none yet; later ones are published in the admin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.actions import publish_consent
from registry.models import ConsentText

FIRST_TEXT = Path(__file__).resolve().parents[2] / "data" / "consent_1.txt"


class Command(BaseCommand):
    help = "Memuat naskah persetujuan pertama bila belum ada satu pun."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if not ConsentText.objects.exists():
            text = FIRST_TEXT.read_text(encoding="utf-8").strip()
            publish_consent(text=text, valid_from=timezone.localdate(now), by=None, at=now)
        self.stdout.write(f"Naskah persetujuan: {ConsentText.objects.count()} versi.")
