"""The state of a business in the register, and the numbers given out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import User
from core.privacy import declare
from registry.models.businesses import Business


class RegistrationState(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Menunggu verifikasi"
    REGISTERED = "registered", "Terdaftar"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def for_user(self, user: User) -> RegistrationQuerySet:
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(business__district_id__in=districts)

    def waiting(self) -> RegistrationQuerySet:
        """Submitted ones, the oldest first."""
        return self.filter(state=RegistrationState.SUBMITTED).order_by("submitted_at", "pk")

    def for_queue(self) -> RegistrationQuerySet:
        """What a line of the queue shows; personal data stays unread, and undeciphered."""
        rows = self.select_related(
            "submitted_by", "business__owner", "business__sector", "business__ward", "business__district"
        )
        return rows.defer(
            "business__products", "business__npwp", "business__owner__national_id", "business__owner__phone"
        )


class Registration(models.Model):
    """draft → submitted → registered; the one who approves never is the one who submitted."""

    business = models.OneToOneField(
        Business, models.CASCADE, related_name="registration", verbose_name="UMKM"
    )
    state = models.CharField(
        "status pendaftaran", max_length=10, choices=RegistrationState, default=RegistrationState.DRAFT
    )
    number = models.CharField("nomor pendaftaran", max_length=24, blank=True)
    submitted_at = models.DateTimeField("diajukan pada", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diajukan oleh",
    )
    registered_at = models.DateTimeField("terdaftar pada", null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="disetujui oleh",
    )

    objects = RegistrationQuerySet.as_manager()
    privacy = declare(
        none="id business state number submitted_at submitted_by registered_at registered_by",
    )

    class Meta:
        verbose_name = "pendaftaran"
        verbose_name_plural = "pendaftaran"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("number", name="registration_number", condition=~Q(number="")),
            models.CheckConstraint(
                name="registration_submitted_paired",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_registered_paired",
                condition=Q(registered_at__isnull=True, registered_by__isnull=True)
                | Q(registered_at__isnull=False, registered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_state_has_its_facts",
                condition=Q(state="draft", number="", registered_at__isnull=True)
                | Q(state="submitted", number="", submitted_at__isnull=False, registered_at__isnull=True)
                | Q(state="registered", submitted_at__isnull=False, registered_at__isnull=False)
                & ~Q(number=""),
            ),
            models.CheckConstraint(
                name="registration_four_eyes",
                condition=Q(registered_by__isnull=True) | ~Q(registered_by=F("submitted_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"], name="registration_waiting", condition=Q(state="submitted")
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.get_state_display()

    @property
    def district_id(self) -> int | None:
        """Where the business is: the audit trail files its events by it."""
        return self.business.district_id


class RegistrationCounter(models.Model):
    """The last number given out in a year; locked while the next one is taken."""

    year = models.PositiveSmallIntegerField("tahun", primary_key=True)
    last = models.PositiveIntegerField("nomor terakhir", default=0)

    privacy = declare(none="year last")

    class Meta:
        verbose_name = "penghitung nomor"
        verbose_name_plural = "penghitung nomor"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
