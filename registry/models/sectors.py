"""Kinds of business: the sections of KBLI, kept apart by edition."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core.constraints import known_values
from core.models import User
from core.permissions import Permission
from core.privacy import declare


class KbliVersion(models.TextChoices):
    KBLI_2020 = "2020", "KBLI 2020"
    KBLI_2025 = "2025", "KBLI 2025"


class SectorQuerySet(models.QuerySet["Sector"]):
    def in_study_order(self) -> SectorQuerySet:
        """The ten sectors of the study in the order of its tables, then the others by letter."""
        return self.order_by(F("study_row").asc(nulls_last=True), "version", "code")

    def offered(self) -> SectorQuerySet:
        """Sections a private business can have."""
        return self.filter(is_current=True, is_offered=True)

    def offered_to(self, user: User) -> SectorQuerySet:
        """What a form offers: sections a private business can have; all of them to administrators."""
        return self.filter(is_current=True) if user.can(Permission.MANAGE_REFERENCE) else self.offered()


class Sector(models.Model):
    """One section (a letter) of one edition of KBLI. Letters mean other things in other editions."""

    version = models.CharField("edisi", max_length=4, choices=KbliVersion)
    code = models.CharField("huruf", max_length=1)
    name = models.CharField("nama", max_length=200)
    division_first = models.CharField("golongan pokok pertama", max_length=2, blank=True)
    division_last = models.CharField("golongan pokok terakhir", max_length=2, blank=True)
    study_row = models.PositiveSmallIntegerField("baris tabel studi", null=True, blank=True)
    study_label = models.CharField("label pada studi", max_length=100, blank=True)
    is_offered = models.BooleanField("ditawarkan pada formulir", default=True)
    is_current = models.BooleanField("edisi yang dipakai", default=True)

    objects = SectorQuerySet.as_manager()
    privacy = declare(
        none="id version code name division_first division_last study_row study_label is_offered is_current"
    )

    class Meta:
        verbose_name = "jenis usaha"
        verbose_name_plural = "jenis usaha"
        ordering = ["version", "code"]
        constraints = [
            known_values("version", KbliVersion),
            models.UniqueConstraint("version", "code", name="sector_version_code"),
            models.UniqueConstraint(
                "version", "study_row", name="sector_version_study_row", condition=Q(study_row__isnull=False)
            ),
            models.CheckConstraint(
                name="sector_study_row_has_label",
                condition=Q(study_row__isnull=True, study_label="")
                | Q(study_row__isnull=False) & ~Q(study_label=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def covers(self, kbli_code: str) -> bool:
        """Whether a code may belong to the section; where its divisions are not known, any may."""
        return not self.division_first or self.division_first <= kbli_code[:2] <= self.division_last

    @property
    def table_label(self) -> str:
        """The study's own label where it has one: that is what its tables print."""
        return self.study_label or self.name
