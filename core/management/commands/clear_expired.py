"""Remove what has run out: sessions past their end and throttle counters past their window. Daily."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone

from core.models import Throttle


class Command(BaseCommand):
    help = "Hapus sesi dan penghitung percobaan yang sudah kedaluwarsa."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
        window = timedelta(seconds=settings.LOGIN_WINDOW_SECONDS)
        counters, _ = Throttle.objects.expired(before=now - window).delete()
        self.stdout.write(f"Dihapus: {sessions} sesi, {counters} penghitung percobaan.")
