"""What comes in by the public door: the consent that was asked for, and applications sent without an account.

An application is kept apart from the register until a verifier takes it in: a NIK that is known makes no
difference to the one who sends it. Who holds the code of an application is the one who sent it; of the code
only its keyed hash is stored.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core import keys
from core.constraints import known_values
from core.fields import (
    BlindIndexField,
    EncryptedModel,
    EncryptedQuerySet,
    EncryptedReasonField,
    EncryptedTextField,
)
from core.models import Region, User
from core.privacy import declare
from registry.models.businesses import Business

MAX_NOTE_LENGTH = 500


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def in_force(self, day: date) -> ConsentText | None:
        """The newest version that is valid on that day."""
        return self.filter(valid_from__lte=day).order_by("-version").first()


class ConsentText(models.Model):
    """What somebody is told before the first question. A new wording is a new version; none is ever changed."""

    version = models.PositiveIntegerField("versi", unique=True, editable=False)
    text = models.TextField("naskah", max_length=10_000)
    valid_from = models.DateField("berlaku mulai")

    objects = ConsentTextQuerySet.as_manager()
    privacy = declare(none="id version text valid_from")

    class Meta:
        verbose_name = "naskah persetujuan"
        verbose_name_plural = "naskah persetujuan"
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Naskah persetujuan versi {self.version}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise ValueError("a consent text is never changed: publish a new version")
        super().save(*args, **options)


class ApplicationState(models.TextChoices):
    DRAFT = "draft", "Draf"
    SUBMITTED = "submitted", "Menunggu verifikasi"
    IN_VERIFICATION = "in_verification", "Sedang diverifikasi"
    RETURNED = "returned", "Dikembalikan"
    REJECTED = "rejected", "Ditolak"
    ACCEPTED = "accepted", "Diterima"


class ConsentMethod(models.TextChoices):
    PUBLIC_FORM = "public_form", "Formulir daring"


EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
WAITING = (ApplicationState.SUBMITTED, ApplicationState.IN_VERIFICATION)


class PublicApplicationQuerySet(EncryptedQuerySet["PublicApplication"]):
    def for_user(self, user: User) -> PublicApplicationQuerySet:
        """Sent ones whose business lies in the user's area; nobody but the sender sees a draft."""
        if not user.is_authenticated:
            return self.none()
        sent = self.exclude(state=ApplicationState.DRAFT)
        districts = user.district_ids()
        return sent if districts is None else sent.filter(district_id__in=districts)

    def waiting(self) -> PublicApplicationQuerySet:
        """Sent and not yet decided, the oldest first."""
        return self.filter(state__in=WAITING).order_by("submitted_at", "pk")

    def ahead_of(self, application: PublicApplication) -> PublicApplicationQuerySet:
        """Those that wait since before this one was sent; none where it waits no more."""
        if not application.is_waiting:
            return self.none()
        return self.waiting().filter(submitted_at__lt=application.submitted_at)

    def with_code(self, code: str) -> PublicApplicationQuerySet:
        return self.filter(code_index=index_of_code(code))

    def expired(self, at: datetime) -> PublicApplicationQuerySet:
        return self.filter(expires_at__lte=at)


def index_of_code(code: str) -> str:
    return keys.blind_index(code, context="registry.publicapplication.code")


class PublicApplication(EncryptedModel):
    """draft → submitted → in verification → accepted | returned (and sent again) | rejected.

    `round` counts how often it was sent: a decision names the round it is about. Once accepted, the answers
    live in the register and are erased here; what stays is the consent.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code_index = models.CharField("indeks kode", max_length=43, unique=True)
    state = models.CharField(
        "status", max_length=15, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    consent_text = models.ForeignKey(
        ConsentText, models.PROTECT, related_name="+", verbose_name="naskah persetujuan"
    )
    consented_at = models.DateTimeField("disetujui pemohon pada")
    consent_method = models.CharField(
        "cara persetujuan", max_length=11, choices=ConsentMethod, default=ConsentMethod.PUBLIC_FORM
    )
    answers = EncryptedTextField("isian", null=True, help_text="JSON: {nama isian: nilai}")
    national_id = EncryptedTextField("NIK", null=True, blank=True)
    national_id_index = BlindIndexField("national_id", db_index=True)
    phone = EncryptedTextField("nomor telepon", null=True, blank=True)
    phone_index = BlindIndexField("phone", db_index=True)
    district = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", verbose_name="kecamatan"
    )
    round = models.PositiveSmallIntegerField("pengiriman ke-", default=0)
    submitted_at = models.DateTimeField("dikirim pada", null=True, blank=True)
    taken_at = models.DateTimeField("mulai diperiksa pada", null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diperiksa oleh"
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diputuskan oleh"
    )
    note = EncryptedReasonField("catatan untuk pemohon", null=True, blank=True)
    business = models.OneToOneField(
        Business, models.PROTECT, null=True, related_name="application", verbose_name="UMKM"
    )
    expires_at = models.DateTimeField("dihapus pada", null=True, blank=True, db_index=True)

    objects = PublicApplicationQuerySet.as_manager()
    privacy = declare(
        none="id public_id code_index state consent_text consented_at consent_method district round submitted_at"
        " taken_at taken_by decided_at decided_by business expires_at",
        general="national_id national_id_index phone phone_index note",
        specific="answers",
    )

    class Meta:
        verbose_name = "permohonan daring"
        verbose_name_plural = "permohonan daring"
        ordering = ["-pk"]
        constraints = [
            known_values("state", ApplicationState),
            known_values("consent_method", ConsentMethod),
            models.CheckConstraint(
                name="publicapplication_taken_paired",
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
            models.CheckConstraint(
                name="publicapplication_decided_paired",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="publicapplication_state_has_its_facts",
                condition=Q(state="draft", submitted_at__isnull=True, business__isnull=True)
                | Q(state__in=["submitted", "in_verification"], submitted_at__isnull=False)
                & Q(district__isnull=False, answers__isnull=False, business__isnull=True)
                | Q(state__in=["returned", "rejected"], decided_at__isnull=False, note__isnull=False)
                & Q(business__isnull=True)
                | Q(state="accepted", decided_at__isnull=False, business__isnull=False, answers__isnull=True)
                & Q(national_id__isnull=True, phone__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                name="publicapplication_waiting",
                condition=Q(state__in=["submitted", "in_verification"]),
            ),
        ]

    def __str__(self) -> str:
        return f"Permohonan {str(self.public_id)[:8]}"

    @property
    def desk_url(self) -> str:
        """The page of the verifier; readers of the audit trail, who get its link from elsewhere, may not open it."""
        return reverse("registry:application-detail", args=[self.public_id])

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def kept_business(self) -> Business | None:
        """What it became; of one that was merged later, the record it is part of."""
        business = self.business
        while business is not None and business.merged_into is not None:
            business = business.merged_into
        return business
