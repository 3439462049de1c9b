"""Work that outlasts a request: the queue, and the workers that empty it. The rules are in `core.jobs`."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.privacy import declare

if TYPE_CHECKING:
    from core.models.users import User


class JobState(models.TextChoices):
    QUEUED = "queued", "Menunggu giliran"
    RUNNING = "running", "Sedang berjalan"
    DONE = "done", "Selesai"
    FAILED = "failed", "Gagal"
    CANCELLED = "cancelled", "Dibatalkan"


class JobQuerySet(models.QuerySet["Job"]):
    def for_user(self, user: User) -> JobQuerySet:
        """Everybody sees the jobs they asked for, and no others."""
        return self.filter(created_by=user) if user.is_authenticated else self.none()


class Job(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("jenis", max_length=40)
    payload = models.JSONField("rujukan", default=dict, help_text="id dan pilihan saja, tanpa data pribadi")
    state = models.CharField("keadaan", max_length=9, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("selesai", default=0)
    total = models.PositiveIntegerField("seluruhnya", default=0, help_text="0: belum diketahui")
    error = models.TextField("sebab gagal", blank=True)
    cancel_requested = models.BooleanField("diminta batal", default=False)
    attempts = models.PositiveSmallIntegerField("percobaan", default=0)
    worker = models.CharField("pekerja", max_length=100, blank=True)
    # The token of the present claim. Whoever holds another one has lost the job and may write nothing.
    lease = models.UUIDField("sewa", null=True)
    lease_until = models.DateTimeField("sewa sampai", null=True, help_text="sebelum itu tidak boleh diambil")
    created_by = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, related_name="+", verbose_name="peminta"
    )
    created_at = models.DateTimeField("diminta pada")
    started_at = models.DateTimeField("mulai pada", null=True)
    finished_at = models.DateTimeField("selesai pada", null=True)

    objects = JobQuerySet.as_manager()
    privacy = declare(
        none="id public_id kind payload state done total error cancel_requested attempts worker lease lease_until"
        " created_by created_at started_at finished_at"
    )

    class Meta:
        verbose_name = "pekerjaan latar"
        verbose_name_plural = "pekerjaan latar"
        ordering = ["-pk"]
        constraints = [known_values("state", JobState)]
        indexes = [
            models.Index(fields=["id"], name="job_queue", condition=Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def has_ended(self) -> bool:
        return self.state not in (JobState.QUEUED, JobState.RUNNING)

    @property
    def percent(self) -> int | None:
        """Of the work, rounded down; None while nobody knows how much there is."""
        return min(100, 100 * self.done // self.total) if self.total else None


class Worker(models.Model):
    """A process that takes jobs, and when it last said that it lives (`core.jobs.worker_seen`)."""

    name = models.CharField("nama", max_length=100, primary_key=True)
    seen_at = models.DateTimeField("terakhir terlihat")

    privacy = declare(none="name seen_at")

    class Meta:
        verbose_name = "pekerja latar"
        verbose_name_plural = "pekerja latar"

    def __str__(self) -> str:
        return self.name
