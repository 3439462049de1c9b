"""What a user keeps of the list: filters under a name, and which columns are shown."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import User
from core.privacy import declare


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def for_user(self, user: User) -> SavedFilterQuerySet:
        """One's own, and those that colleagues share. What they show is narrowed to the reader's area anyway."""
        return self.filter(Q(made_by=user) | Q(is_shared=True)) if user.is_authenticated else self.none()

    def made_by(self, user: User) -> SavedFilterQuerySet:
        return self.filter(made_by=user)


class SavedFilter(models.Model):
    """`query` is what stands in the address of the list: never a NIK or a telephone number."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nama", max_length=60)
    query = models.TextField("filter", blank=True)
    columns = models.JSONField("kolom", default=list)
    is_shared = models.BooleanField("dibagikan", default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="dibuat oleh"
    )
    made_at = models.DateTimeField("dibuat pada")

    objects = SavedFilterQuerySet.as_manager()
    privacy = declare(
        none="id public_id columns is_shared made_by made_at",
        general="name query",
    )

    class Meta:
        verbose_name = "filter tersimpan"
        verbose_name_plural = "filter tersimpan"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("made_by", "name", name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name


class ListColumns(models.Model):
    """The columns a user has chosen; who has chosen none sees the usual ones."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name="pengguna"
    )
    columns = models.JSONField("kolom", default=list)

    privacy = declare(none="user columns")

    class Meta:
        verbose_name = "kolom daftar"
        verbose_name_plural = "kolom daftar"

    def __str__(self) -> str:
        return str(self.user)
