"""Migrate and load what a fresh register needs, in one process; a second run changes nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

EVERYWHERE = ("make_keys", "load_regions", "load_sectors", "load_consent", "load_study")
DEMONSTRATION = ("load_demo_users", "load_demo_wave")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, call_command
    from django.db.utils import OperationalError

    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        for command in EVERYWHERE + (DEMONSTRATION if settings.DEBUG else ()):
            call_command(command)
    except (CommandError, ImproperlyConfigured, OperationalError) as error:
        sys.stderr.write(f"{str(error).strip()}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
