"""A wave: one round of interviews, and the list of businesses it was drawn from."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from core.constraints import known_values
from core.models import Region, User
from core.privacy import declare
from registry.models import Business, Sector
from registry.models.businesses import SCALE_CHOICES
from surveys.questionnaire import CONSENT


class WaveDesign(models.TextChoices):
    CENSUS = "census", "Sensus"
    SAMPLE = "sample", "Sampel"


class SectorBasis(models.TextChoices):
    """What the table of sectors of a wave counts."""

    REGISTER = "register", "UMKM terdaftar yang aktif"
    SAMPLE_LIST = "sample_list", "UMKM pada daftar sampel gelombang"


class WaveQuerySet(models.QuerySet["Wave"]):
    def open_on(self, day: date) -> WaveQuerySet:
        """Waves that take interviews on that day; a reconstructed wave never does."""
        return self.filter(is_reconstruction=False, period_start__lte=day, period_end__gte=day)

    def newest_first(self) -> WaveQuerySet:
        return self.order_by("-period_start", "-pk")


class Wave(models.Model):
    code = models.SlugField("kode", max_length=40, unique=True)
    title = models.CharField("judul", max_length=150)
    design = models.CharField("rancangan", max_length=6, choices=WaveDesign)
    sector_basis = models.CharField(
        "dasar tabel jenis usaha", max_length=11, choices=SectorBasis, default=SectorBasis.REGISTER
    )
    period_start = models.DateField("awal pendataan")
    period_end = models.DateField("akhir pendataan")
    target_n = models.PositiveIntegerField("target responden", null=True, blank=True)
    method = models.TextField("metode", help_text="Dicetak bersama setiap tabel")
    source = models.CharField("sumber", max_length=250)
    note = models.TextField("catatan", blank=True)
    consent_text = models.TextField(
        "persetujuan",
        default=CONSENT,
        max_length=2_000,
        help_text="Dibacakan sebelum pertanyaan pertama; berlaku setelah kuesioner diterbitkan",
    )
    is_reconstruction = models.BooleanField("rekonstruksi", default=False, editable=False)

    objects = WaveQuerySet.as_manager()
    audit_words: dict[str, tuple[str, dict[str, str]]] = {
        "businesses": ("UMKM", {}),
        "responses": ("wawancara", {}),
        "cells": ("sel tabel terbit", {}),
        "statements": ("pernyataan terbit", {}),
        "population": ("angka populasi", {}),
        "rows": ("baris", {}),
        "keadaan": ("keadaan", {}),
        "teks_bebas": ("teks bebas", {}),
        "assignments": ("penugasan", {}),
        "enumerator": ("enumerator", {}),
        "due_on": ("tenggat", {}),
    }
    privacy = declare(
        none="id code title design sector_basis period_start period_end target_n method source note"
        " consent_text is_reconstruction"
    )

    class Meta:
        verbose_name = "gelombang survei"
        verbose_name_plural = "gelombang survei"
        ordering = ["-period_start", "-pk"]
        constraints = [
            known_values("design", WaveDesign),
            known_values("sector_basis", SectorBasis),
            models.CheckConstraint(
                name="wave_period_in_order", condition=Q(period_end__gte=F("period_start"))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open_on(self, day: date) -> bool:
        return not self.is_reconstruction and self.period_start <= day <= self.period_end


class SampleEntryQuerySet(models.QuerySet["SampleEntry"]):
    def for_user(self, user: User) -> SampleEntryQuerySet:
        """Entries whose place at the time lies in the user's area."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(district_id__in=districts)

    def targets(self, wave: Wave) -> SampleEntryQuerySet:
        """Who is to be interviewed: the main entries, and the reserves that came into use."""
        return self.filter(Q(is_reserve=False) | Q(activated_at__isnull=False), wave=wave)


class SampleEntry(models.Model):
    """A business on the list a wave was drawn from, with its sector and place at that time.

    For the study's wave this is its Table 1: who stood in the list, interviewed or not. Of a draw each entry has
    its stratum and its place in the order of it; reserves come behind, and stand in for one entry each.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="sample_entries", verbose_name="gelombang")
    business = models.ForeignKey(Business, models.PROTECT, related_name="sample_entries", verbose_name="UMKM")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", verbose_name="jenis usaha")
    district = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kecamatan"
    )
    scale_uu20 = models.CharField("skala UU 20/2008", max_length=12, choices=SCALE_CHOICES)
    scale_pp7 = models.CharField("skala PP 7/2021", max_length=12, choices=SCALE_CHOICES)
    draw = models.ForeignKey(
        "surveys.Draw",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="penarikan",
    )
    stratum = models.CharField("kode strata", max_length=40, blank=True, default="")
    position = models.PositiveIntegerField("urutan dalam strata", null=True, blank=True)
    is_reserve = models.BooleanField("cadangan", default=False)
    activated_at = models.DateTimeField("cadangan dipakai pada", null=True, blank=True)
    reserve_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="menggantikan"
    )
    base_weight = models.DecimalField("bobot dasar", max_digits=12, decimal_places=6, null=True, blank=True)

    objects = SampleEntryQuerySet.as_manager()
    privacy = declare(
        none="id wave business sector district scale_uu20 scale_pp7 draw stratum position is_reserve activated_at"
        " reserve_for base_weight"
    )

    class Meta:
        verbose_name = "baris daftar sampel"
        verbose_name_plural = "daftar sampel"
        ordering = ["wave", "pk"]
        constraints = [
            known_values("scale_uu20", SCALE_CHOICES),
            known_values("scale_pp7", SCALE_CHOICES),
            models.UniqueConstraint("wave", "business", name="sample_entry_wave_business"),
            models.UniqueConstraint("draw", "stratum", "position", name="sample_entry_position"),
            models.UniqueConstraint("reserve_for", name="sample_entry_replaced_once"),
            models.CheckConstraint(
                name="sample_entry_drawn_has_position",
                condition=Q(
                    draw__isnull=True, position__isnull=True, base_weight__isnull=True, is_reserve=False
                )
                | Q(draw__isnull=False, position__isnull=False, base_weight__isnull=False),
            ),
            models.CheckConstraint(
                name="sample_entry_only_reserves_replace",
                condition=Q(activated_at__isnull=True, reserve_for__isnull=True)
                | Q(is_reserve=True, activated_at__isnull=False, reserve_for__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.business_id}"

    @property
    def kind_label(self) -> str:
        if not self.is_reserve:
            return "Utama"
        return "Cadangan yang dipakai" if self.activated_at else "Cadangan"
