"""Counters that every worker shares, for what may only be tried so often."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F

from core.privacy import declare


class ThrottleManager(models.Manager["Throttle"]):
    def take(self, key: str, *, limit: int, window: timedelta, at: datetime) -> bool:
        """Use one of `limit` tries of `key`; False when the window holds no more.

        The window starts with its first try. One conditional UPDATE decides, never a count that was
        read before, so that the total holds under any number of workers.
        """
        self.get_or_create(key=key, defaults={"started_at": at, "count": 0})
        if self.filter(key=key, started_at__lte=at - window).update(started_at=at, count=1):
            return True
        return bool(self.filter(key=key, count__lt=limit).update(count=F("count") + 1))

    def give_back(self, key: str) -> None:
        """Return one try."""
        self.filter(key=key, count__gt=0).update(count=F("count") - 1)

    def forget(self, key: str) -> None:
        """Return all tries."""
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
