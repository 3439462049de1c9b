"""Look through the whole register for businesses that stand in it twice, and put them on the worklist."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.formats import format_integer
from registry.duplicates.worklist import fill_worklist


class Command(BaseCommand):
    help = "Cari UMKM yang mungkin tercatat dua kali dan isi daftar kemungkinan ganda."

    def handle(self, *args: Any, **options: Any) -> None:
        found, new = fill_worklist(at=timezone.now())
        self.stdout.write(
            f"{format_integer(found)} pasangan mungkin ganda, {format_integer(new)} baru pada daftar."
        )
