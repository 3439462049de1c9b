"""The office itself: what stands at the head of its papers, and who signs them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.privacy import declare

LONGEST_VALIDITY = 10  # years


class OfficeManager(models.Manager["Office"]):
    def current(self) -> Office:
        """The row, or, before there is one, an unsaved office that has a name and nobody who signs."""
        return self.first() or Office(name=settings.OFFICE_NAME)


class Office(models.Model):
    """One row; what an issued paper says of the office is kept with the paper."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    government = models.CharField(
        "pemerintah daerah", max_length=100, blank=True, help_text="Misalnya Pemerintah Kota Probolinggo"
    )
    name = models.CharField("nama kantor", max_length=150)
    address = models.CharField("alamat", max_length=250, blank=True)
    contact = models.CharField("kontak", max_length=150, blank=True, help_text="Telepon, surel, atau situs")
    place = models.CharField("tempat penandatanganan", max_length=60, blank=True)
    logo = models.BinaryField("lambang", null=True, blank=True, editable=False)  # PNG
    official_name = models.CharField("nama pejabat", max_length=150, blank=True)
    official_title = models.CharField("jabatan", max_length=150, blank=True)
    official_nip = models.CharField("NIP", max_length=18, blank=True, help_text="18 angka")
    certificate_years = models.PositiveSmallIntegerField(
        "masa berlaku sertifikat (tahun)",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_VALIDITY)],
    )

    objects = OfficeManager()
    privacy = declare(
        none="id government name address contact place logo official_title certificate_years",
        general="official_name official_nip",
    )

    class Meta:
        verbose_name = "kantor"
        verbose_name_plural = "kantor"
        constraints = [
            models.CheckConstraint(name="office_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="office_certificate_years_in_range",
                condition=Q(certificate_years__range=(1, LONGEST_VALIDITY)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_sign(self) -> bool:
        return bool(self.official_name and self.official_title)
