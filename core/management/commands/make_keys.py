"""Write the key files of `core.keys` where they are missing; existing ones are never touched."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core import keys


class Command(BaseCommand):
    help = "Buat berkas kunci yang belum ada di KEYS_DIR."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        directory = settings.KEYS_DIR
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = ["index.key", "audit.key"]
        if not any(directory.glob("data-*.key")):
            names.append("data-0001.key")
        for name in names:
            if keys.write_new(directory / name):
                self.stdout.write(f"dibuat: {directory / name}")
