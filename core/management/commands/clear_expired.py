"""Remove what has run out: sessions past their end, throttle counters past their window, what the apps keep
only for a while (`settings.CLEAR_EXPIRED`). Daily.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.module_loading import import_string

from core.models import Throttle


class Command(BaseCommand):
    help = "Hapus sesi, penghitung percobaan, dan data sementara yang sudah kedaluwarsa."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
        window = timedelta(seconds=max(settings.LOGIN_WINDOW_SECONDS, settings.DOOR_WINDOW_SECONDS))
        counters, _ = Throttle.objects.expired(before=now - window).delete()
        clearers: list[Callable[[datetime], str]] = [import_string(name) for name in settings.CLEAR_EXPIRED]
        removed = [
            f"{sessions} sesi",
            f"{counters} penghitung percobaan",
            *(clear(now) for clear in clearers),
        ]
        self.stdout.write(f"Dihapus: {', '.join(removed)}.")
