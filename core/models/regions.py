"""City → kecamatan → kelurahan, with the official codes of the Ministry of Home Affairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.privacy import declare

if TYPE_CHECKING:
    from core.models.users import User


class RegionLevel(models.TextChoices):
    CITY = "city", "Kota"
    DISTRICT = "district", "Kecamatan"
    WARD = "ward", "Kelurahan"


class RegionQuerySet(models.QuerySet["Region"]):
    def cities(self) -> RegionQuerySet:
        return self.filter(level=Region.Level.CITY)

    def districts(self) -> RegionQuerySet:
        return self.filter(level=Region.Level.DISTRICT)

    def wards(self) -> RegionQuerySet:
        return self.filter(level=Region.Level.WARD)

    def for_user(self, user: User) -> RegionQuerySet:
        """The city, and of kecamatan and kelurahan those in the user's area."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        if districts is None:
            return self
        return self.filter(Q(level=Region.Level.CITY) | Q(pk__in=districts) | Q(parent_id__in=districts))


class Region(models.Model):
    Level: TypeAlias = RegionLevel

    code = models.CharField(
        "kode", max_length=13, unique=True, help_text="Kode Kemendagri, mis. 35.74.03.1001"
    )
    name = models.CharField("nama", max_length=100)
    level = models.CharField("tingkat", max_length=8, choices=RegionLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="bagian dari"
    )

    objects = RegionQuerySet.as_manager()
    privacy = declare(none="id code name level parent")

    class Meta:
        verbose_name = "wilayah"
        verbose_name_plural = "wilayah"
        ordering = ["code"]
        constraints = [
            known_values("level", RegionLevel),
            models.CheckConstraint(
                name="region_city_has_no_parent",
                condition=Q(level="city", parent__isnull=True) | (~Q(level="city") & Q(parent__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
