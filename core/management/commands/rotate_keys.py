"""Encrypt all personal data anew under a new data key; the old key can then be removed.

rotate_keys               write data-<next>.key, then re-encrypt everything under it
rotate_keys --resume      go on with a run that broke off, without another new key
rotate_keys --remove-old  remove the older keys, unless a row still needs one
"""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core import keys
from core.audit import record
from core.key_rotation import encrypted_fields, rotate_batch, rows_under
from core.models import Verb


class Command(BaseCommand):
    help = "Ganti kunci data pribadi. Cadangkan KEYS_DIR sebelum dan sesudahnya."

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--resume", action="store_true", help="lanjutkan penggantian yang terputus")
        mode.add_argument(
            "--remove-old", action="store_true", help="hapus kunci lama yang tidak dipakai lagi"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove_old"]:
            self._remove_old()
            return
        if not options["resume"]:
            key_id = f"{int(keys.current_key_id()) + 1:04d}"
            if not keys.write_new(keys.data_key_path(key_id)):
                raise CommandError(f"kunci {key_id} baru saja dibuat oleh proses lain")
            self.stdout.write(f"dibuat: {keys.data_key_path(key_id).name}")
        self._rotate()

    def _rotate(self) -> None:
        batch = uuid.uuid4()
        for model, fields in encrypted_fields():
            after, done = None, 0
            while True:
                after, count = rotate_batch(
                    model, fields, after=after, by=None, at=timezone.now(), batch=batch
                )
                if after is None:
                    break
                done += count
            self.stdout.write(f"{model._meta.verbose_name}: {done} baris dienkripsi ulang")

    def _remove_old(self) -> None:
        for key_id in keys.data_key_ids()[:-1]:
            used = rows_under(key_id)
            if used:
                raise CommandError(
                    f"kunci {key_id} masih dipakai {used} baris; jalankan rotate_keys --resume"
                )
            record(Verb.KEYS_ROTATED, by=None, at=timezone.now(), label=f"kunci {key_id} dihapus")
            keys.data_key_path(key_id).unlink()
            keys.forget()
            self.stdout.write(f"dihapus: {keys.data_key_path(key_id).name}")
