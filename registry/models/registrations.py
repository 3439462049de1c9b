"""The state of a business in the register, and the numbers given out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.constraints import known_values
from core.fields import ReasonField
from core.models import User
from core.privacy import declare
from registry.models.businesses import Business
from registry.steps import NUMBERED, WAITING


class RegistrationState(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Menunggu verifikasi"
    IN_VERIFICATION = "in_verification", "Sedang diverifikasi"
    RETURNED = "returned", "Dikembalikan"
    REJECTED = "rejected", "Ditolak"
    REGISTERED = "registered", "Terdaftar"
    SUSPENDED = "suspended", "Ditangguhkan"
    EXPIRED = "expired", "Kedaluwarsa"
    REVOKED = "revoked", "Dicabut"


_WAITING = sorted(WAITING)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def for_user(self, user: User) -> RegistrationQuerySet:
        if not user.is_authenticated:
            return self.none()
        standing = self.filter(business__merged_into__isnull=True)
        districts = user.district_ids()
        return standing if districts is None else standing.filter(business__district_id__in=districts)

    def waiting(self) -> RegistrationQuerySet:
        """For a verifier or at one, the oldest first."""
        return self.filter(state__in=_WAITING).order_by("submitted_at", "pk")

    def numbered(self) -> RegistrationQuerySet:
        """On the register, whatever became of it: corrections of these are proposed, not made."""
        return self.filter(state__in=sorted(NUMBERED))

    def for_queue(self) -> RegistrationQuerySet:
        """What a line of the queue shows; personal data stays unread, and undeciphered."""
        rows = self.select_related(
            "submitted_by",
            "taken_by",
            "business__owner",
            "business__sector",
            "business__ward",
            "business__district",
        )
        return rows.defer(
            "business__products", "business__npwp", "business__owner__national_id", "business__owner__phone"
        )


_UNNUMBERED = Q(number="", registered_at__isnull=True, valid_until__isnull=True)
_SUBMITTED = Q(submitted_at__isnull=False)
_NUMBERED = Q(state__in=sorted(NUMBERED), registered_at__isnull=False) & ~Q(number="")


class Registration(models.Model):
    """The state of a business in the register; `registry.steps` is the table of its steps.

    Who approves never is who submitted. What was done when, by whom and why tells the audit trail;
    here stands what the present state is made of. `note` is the reason of the last step that had one.
    """

    business = models.OneToOneField(
        Business, models.CASCADE, related_name="registration", verbose_name="UMKM"
    )
    state = models.CharField(
        "status pendaftaran", max_length=16, choices=RegistrationState, default=RegistrationState.DRAFT
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
    taken_at = models.DateTimeField("diambil pada", null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diperiksa oleh",
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
    valid_until = models.DateField(
        "berlaku sampai", null=True, blank=True, help_text="Hari terakhir; kosong berarti tanpa batas waktu"
    )
    note = ReasonField("catatan", blank=True, max_length=500)
    # Came by the public door; who took it in submitted it.
    from_public = models.BooleanField("diajukan pemohon sendiri", default=False)

    objects = RegistrationQuerySet.as_manager()
    stays_when_merged = True
    privacy = declare(
        none="id business state number submitted_at submitted_by taken_at taken_by registered_at"
        " registered_by valid_until from_public",
        general="note",
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
                name="registration_taken_paired",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_registered_paired",
                condition=Q(registered_at__isnull=True, registered_by__isnull=True)
                | Q(registered_at__isnull=False, registered_by__isnull=False),
            ),
            known_values("state", RegistrationState),
            models.CheckConstraint(
                name="registration_state_has_its_facts",
                condition=Q(state="draft") & _UNNUMBERED
                | Q(state__in=["submitted", "in_verification", "returned", "rejected"])
                & _SUBMITTED
                & _UNNUMBERED
                | _NUMBERED & (_SUBMITTED | Q(from_public=True)),  # before 0017 nobody submitted those
            ),
            models.CheckConstraint(
                name="registration_taken_in_verification",
                condition=Q(state="in_verification", taken_at__isnull=False)
                | ~Q(state="in_verification") & Q(taken_at__isnull=True),
            ),
            models.CheckConstraint(
                name="registration_state_has_its_note",
                condition=~Q(state__in=["returned", "rejected", "suspended", "revoked"]) | ~Q(note=""),
            ),
            models.CheckConstraint(
                name="registration_expired_had_an_end",
                condition=~Q(state="expired") | Q(valid_until__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_four_eyes",
                condition=Q(registered_by__isnull=True) | ~Q(registered_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="registration_taken_by_another",
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("submitted_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"], name="registration_waiting", condition=Q(state__in=_WAITING)
            ),
            models.Index(
                fields=["valid_until"], name="registration_valid_until", condition=Q(state="registered")
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.get_state_display()

    @property
    def is_numbered(self) -> bool:
        return self.state in NUMBERED

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
