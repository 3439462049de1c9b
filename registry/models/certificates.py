"""The certificate of a registered business: what was signed, kept as it was signed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField, ReasonField
from core.models import User
from core.privacy import declare
from registry.models.businesses import Business


class CertificateQuerySet(EncryptedQuerySet["Certificate"]):
    def for_user(self, user: User) -> CertificateQuerySet:
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(business__district_id__in=districts)

    def standing(self) -> CertificateQuerySet:
        """Those nobody took back."""
        return self.filter(revoked_at__isnull=True)

    def for_list(self) -> CertificateQuerySet:
        return self.select_related("issued_by", "revoked_by").defer("paper")

    def for_page(self) -> CertificateQuerySet:
        return self.select_related("business__registration", "business__ward", "issued_by", "revoked_by")


class Certificate(EncryptedModel):
    """`statement` and `signature` are what a reader of the paper can check; `paper` is the rest of its words."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    business = models.ForeignKey(
        Business, models.PROTECT, related_name="certificates", verbose_name="UMKM", editable=False
    )
    number = models.CharField("nomor pendaftaran", max_length=24, editable=False)
    issued_at = models.DateTimeField("terbit", editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diterbitkan oleh"
    )
    valid_until = models.DateField("berlaku sampai", editable=False)
    key_id = models.CharField("kunci", max_length=12, editable=False)
    statement = models.TextField("isi bertanda tangan", editable=False)
    signature = models.CharField("tanda tangan", max_length=86, editable=False)
    paper = EncryptedTextField("isi lembar", editable=False)
    revoked_at = models.DateTimeField("dicabut", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dicabut oleh",
    )
    revoke_reason = ReasonField("alasan pencabutan", blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()
    stays_when_merged = True  # it states the number of its own business, and ends with it
    privacy = declare(
        none="id public_id business number issued_at issued_by valid_until key_id signature revoked_at"
        " revoked_by revoke_reason",
        general="statement paper",
    )

    class Meta:
        verbose_name = "sertifikat"
        verbose_name_plural = "sertifikat"
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "business", name="certificate_one_standing", condition=Q(revoked_at__isnull=True)
            ),
            models.CheckConstraint(
                name="certificate_revoked_paired",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="certificate_revoked_has_reason",
                condition=Q(revoked_at__isnull=True, revoke_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revoke_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"sertifikat {self.number}"

    @property
    def district_id(self) -> int | None:
        """Where the business is: the audit trail files its events by it."""
        return self.business.district_id
