"""Write the key files of `core.keys` where there are none; existing ones are never touched.

Where some are there and one is missing, a fresh one would hide a loss: numbers would no longer be found,
or the audit trail would look forged. The lost file belongs back from the copy.
The key of certificates is made wherever none is: it opens nothing, and a new one has a name of its own. So is
the pair that opens backup files of telephones, which wait for nobody as long as the telephones are there.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import keys, office_key, signing


class Command(BaseCommand):
    help = "Buat berkas kunci yang belum ada di KEYS_DIR."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        directory = settings.KEYS_DIR
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = ["index.key", "audit.key"]
        if not any(directory.glob("data-*.key")):
            names.append("data-0001.key")
        missing = [name for name in names if not (directory / name).exists()]
        others = [path for path in directory.glob("*.key") if not signing.FILE.fullmatch(path.name)]
        if missing and others:
            lost = ", ".join(missing)
            raise CommandError(f"KEYS_DIR: {lost} hilang dari {directory}; kembalikan dari cadangan kunci.")
        if not any(directory.glob("certificate-*.key")):
            missing.append(signing.next_file())
        for name in missing:
            if keys.write_new(directory / name):
                self.stdout.write(f"dibuat: {directory / name}")
        if office_key.write_new(directory / office_key.FILE):
            self.stdout.write(f"dibuat: {directory / office_key.FILE}")
