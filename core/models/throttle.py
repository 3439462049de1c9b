"""Counters that every worker shares, for what may only be tried so often."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F

from core.privacy import declare


class ThrottleManager(models.Manager["Throttle"]):
    def take(self, key: str, *, limit: int, window: timedelta, at: datetime) -> bool:
        """Use one of `limit` tries of `key`; False when the window holds no more.

        One conditional UPDATE decides, so that the total holds under any number of workers.
        """
        within = self.filter(key=key, started_at__gt=at - window)
        if within.filter(count__lt=limit).update(count=F("count") + 1):
            return True
        if within.exists():
            return False
        if self.filter(key=key, started_at__lte=at - window).update(started_at=at, count=1):
            return True
        try:
            with transaction.atomic():
                self.create(key=key, started_at=at, count=1)
        except IntegrityError:
            return self.take(key, limit=limit, window=window, at=at)
        return True

    def forget(self, key: str) -> None:
        self.filter(key=key).delete()

    def expired(self, *, before: datetime) -> models.QuerySet[Throttle]:
        return self.filter(started_at__lte=before)


class Throttle(models.Model):
    key = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    objects = ThrottleManager()
    privacy = declare(none="id started_at count", general="key")

    class Meta:
        verbose_name = "pembatas percobaan"
        verbose_name_plural = "pembatas percobaan"

    def __str__(self) -> str:
        return self.key
