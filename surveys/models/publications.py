"""What was published: population figures with their source, tables, and statements to compare with."""

from __future__ import annotations

from django.db import models

from core.models import Region
from core.privacy import declare
from surveys.models.waves import Wave


class PopulationFigure(models.Model):
    """A count of businesses that somebody else published; the group is free text on purpose."""

    area = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="wilayah")
    year = models.PositiveSmallIntegerField("tahun")
    group = models.CharField("kelompok", max_length=80, help_text="Sebagaimana sumbernya menyebutnya")
    count = models.PositiveIntegerField("banyaknya usaha")
    source = models.CharField("sumber", max_length=200)
    is_total = models.BooleanField("jumlah seluruh UMKM", default=False)
    note = models.TextField("catatan", blank=True)

    privacy = declare(none="id area year group count source is_total note")

    class Meta:
        verbose_name = "angka populasi"
        verbose_name_plural = "angka populasi"
        ordering = ["-year", "-count"]
        constraints = [
            models.UniqueConstraint("area", "year", "group", name="population_figure_area_year_group")
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.year}"


class PublishedCell(models.Model):
    """One cell of a table as it was printed, by codes, never by position."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="published_cells")
    table = models.CharField("tabel", max_length=20)
    sector_label = models.CharField("jenis usaha", max_length=100)
    category = models.CharField("kategori", max_length=20)
    count = models.PositiveIntegerField("banyaknya")

    privacy = declare(none="id wave table sector_label category count")

    class Meta:
        verbose_name = "sel tabel terbit"
        verbose_name_plural = "sel tabel terbit"
        ordering = ["wave", "table", "pk"]
        constraints = [
            models.UniqueConstraint("wave", "table", "sector_label", "category", name="published_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.sector_label} {self.category}"


class PublishedStatement(models.Model):
    """A number the published text states, and which computed figure it is compared with."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="published_statements")
    code = models.CharField("kode", max_length=10)
    statement = models.CharField("pernyataan", max_length=150)
    published = models.DecimalField("angka terbit", max_digits=8, decimal_places=2)
    unit = models.CharField("satuan", max_length=10)
    figure = models.CharField("angka pembanding", max_length=60)
    place = models.CharField("letak pada naskah", max_length=60)
    note = models.TextField("catatan", blank=True)

    privacy = declare(none="id wave code statement published unit figure place note")

    class Meta:
        verbose_name = "pernyataan terbit"
        verbose_name_plural = "pernyataan terbit"
        ordering = ["wave", "code"]
        constraints = [models.UniqueConstraint("wave", "code", name="published_statement_code")]

    def __str__(self) -> str:
        return self.statement
