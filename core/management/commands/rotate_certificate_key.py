"""A new key for certificates. What the older ones signed stays valid: their public halves are kept."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import signing
from core.audit import record
from core.models import Verb


class Command(BaseCommand):
    help = "Buat kunci sertifikat yang baru; kunci publik yang lama tetap disimpan untuk pemeriksaan."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            old, new = signing.rotate()
        except FileExistsError as error:
            raise CommandError("Kunci sertifikat baru saja diganti oleh proses lain.") from error
        except OSError as error:
            raise CommandError(f"KEYS_DIR tidak dapat ditulis: {error.strerror}.") from error
        record(Verb.KEYS_ROTATED, by=None, at=timezone.now(), label=f"kunci sertifikat {old} ke {new}")
        self.stdout.write(f"Kunci sertifikat sekarang {new}; {old} hanya untuk pemeriksaan.")
