"""A change of the same fields in many businesses: what is wanted, and what becomes of each row."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.constraints import known_values
from core.fields import ReasonField
from core.models import Job, User
from core.privacy import declare
from registry.models.businesses import Business


class BulkEditState(models.TextChoices):
    PREVIEW = "preview", "Pratinjau"
    RUNNING = "running", "Sedang dikerjakan"
    DONE = "done", "Selesai"


class Outcome(models.TextChoices):
    WAITING = "waiting", "Akan diubah"
    CHANGED = "changed", "Diubah"
    PROPOSED = "proposed", "Diusulkan, menunggu persetujuan"
    UNCHANGED = "unchanged", "Sudah bernilai itu"
    MISFIT = "misfit", "Kode KBLI tidak termasuk jenis usahanya"
    RECONSTRUCTION = "reconstruction", "Baris rekonstruksi"
    EDITED = "edited", "Diubah orang lain sejak pratinjau"
    PENDING = "pending", "Masih ada usulan yang menunggu"
    OUTSIDE = "outside", "Di luar wilayah kerja Anda"


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    def for_user(self, user: User) -> BulkEditQuerySet:
        """Everybody sees the bulk edits they began, and no others."""
        return self.filter(created_by=user) if user.is_authenticated else self.none()


class BulkEdit(models.Model):
    """`values` maps a field of the business to its new value: a code, a truth or the id of a row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    values = models.JSONField("nilai baru")
    reason = ReasonField("alasan")
    described = models.TextField("baris yang dipilih", blank=True, help_text="filter, dalam kata")
    out_of_reach = models.PositiveIntegerField("pilihan di luar jangkauan", default=0)
    state = models.CharField("keadaan", max_length=7, choices=BulkEditState, default=BulkEditState.PREVIEW)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name="pekerjaan")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pembuat"
    )
    created_at = models.DateTimeField("dibuat")
    applied_at = models.DateTimeField("diterapkan pada", null=True)

    objects = BulkEditQuerySet.as_manager()
    privacy = declare(
        none="id public_id values out_of_reach state job created_by created_at applied_at",
        general="reason described",
    )

    class Meta:
        verbose_name = "perubahan sekaligus"
        verbose_name_plural = "perubahan sekaligus"
        ordering = ["-pk"]
        constraints = [
            known_values("state", BulkEditState),
            models.CheckConstraint(
                name="bulk_edit_applied_has_time",
                condition=Q(state="preview", applied_at__isnull=True)
                | ~Q(state="preview") & Q(applied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("registry:bulk-edit-detail", args=[self.public_id])

    @property
    def is_preview(self) -> bool:
        return self.state == BulkEditState.PREVIEW

    @property
    def is_stopped(self) -> bool:
        """Its job was cancelled or broke off before the last row; it can be gone on with."""
        return self.state == BulkEditState.RUNNING and self.job is not None and self.job.has_ended

    def counts(self) -> dict[str, int]:
        """How many rows came to each outcome; outcomes of none are left out."""
        rows: Any = self.rows.order_by().values("outcome").annotate(rows=models.Count("pk"))
        return {row["outcome"]: row["rows"] for row in rows}


class BulkEditRowQuerySet(models.QuerySet["BulkEditRow"]):
    def waiting(self) -> BulkEditRowQuerySet:
        return self.filter(outcome=Outcome.WAITING).order_by("business_id")


class BulkEditRow(models.Model):
    """One business of a bulk edit, in the version the preview showed."""

    edit = models.ForeignKey(BulkEdit, models.CASCADE, related_name="rows")
    business = models.ForeignKey(Business, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField("versi pada pratinjau")
    outcome = models.CharField("hasil", max_length=14, choices=Outcome, default=Outcome.WAITING)

    objects = BulkEditRowQuerySet.as_manager()
    privacy = declare(none="id edit business version outcome")

    class Meta:
        verbose_name = "baris perubahan sekaligus"
        verbose_name_plural = "baris perubahan sekaligus"
        ordering = ["business_id"]
        constraints = [
            known_values("outcome", Outcome),
            models.UniqueConstraint("edit", "business", name="bulk_edit_row_once"),
        ]
        indexes = [models.Index(fields=["edit", "outcome", "business"], name="bulk_edit_row_outcome")]

    def __str__(self) -> str:
        return f"{self.business_id}: {self.get_outcome_display()}"
