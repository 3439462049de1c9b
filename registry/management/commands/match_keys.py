"""Write the keys that find doubles anew, or see whether any is missing or old."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models

from core.formats import format_integer
from registry.match_keys import BATCH, MatchKeyField, stale_rows
from registry.models import Business, Owner


class Command(BaseCommand):
    help = "Tulis ulang kunci pencarian UMKM ganda, misalnya setelah aturan penulisan nama berubah."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="hanya periksa; gagal bila ada yang belum benar"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stale = dict.fromkeys((Owner, Business), 0)
        for model in stale:
            for rows in _batches(stale_rows(model)):
                stale[model] += len(rows)
                if not options["check"]:
                    _write(model, rows)
        told = ", ".join(
            f"{format_integer(number)} {model._meta.verbose_name}" for model, number in stale.items()
        )
        if options["check"] and any(stale.values()):
            raise CommandError(f"Kunci pencarian ganda belum benar: {told}. Jalankan manage.py match_keys.")
        self.stdout.write(f"{'Belum benar' if options['check'] else 'Ditulis ulang'}: {told}.")


def _write(model: type[models.Model], rows: list[models.Model]) -> None:
    """Only the keys: whoever changes a name at the same moment writes its keys too."""
    names = [field.name for field in model._meta.concrete_fields if isinstance(field, MatchKeyField)]
    for row in rows:
        unchanged = model._base_manager.filter(pk=row.pk, name=row.name)  # type: ignore[attr-defined]
        unchanged.update(**{name: getattr(row, name) for name in names})


def _batches(rows: Iterator[models.Model]) -> Iterator[list[models.Model]]:
    batch: list[models.Model] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
