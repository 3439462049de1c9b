"""What a telephone sent, as it sent it: evidence, apart from the tables that are counted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField
from core.models import User
from core.privacy import declare
from surveys.models.fieldwork import FieldDevice, Visit
from surveys.models.responses import Door, Response
from surveys.models.waves import Wave


class SubmissionState(models.TextChoices):
    STORED = "stored", "Tersimpan"
    HELD = "held", "Ditahan untuk diperiksa"
    DISCARDED = "discarded", "Dikesampingkan"


class SubmissionQuerySet(EncryptedQuerySet["Submission"]):
    def for_user(self, user: User) -> SubmissionQuerySet:
        """What was sent by those who share a kecamatan with the user."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        if districts is None:
            return self
        return self.filter(user__in=User.objects.filter(districts__in=districts))

    def held(self) -> SubmissionQuerySet:
        return self.filter(state=SubmissionState.HELD)


class Submission(EncryptedModel):
    """One payload. What can't be stored as an interview or a visit is held with the reason, never lost."""

    instance_id = models.UUIDField("id kiriman", unique=True)
    replaces_id = models.UUIDField("mengganti kiriman", null=True, blank=True)
    door = models.CharField("pintu", max_length=6, choices=Door)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="submissions", verbose_name="enumerator"
    )
    device = models.ForeignKey(
        FieldDevice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name="perangkat",
    )
    wave = models.ForeignKey(
        Wave, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name="gelombang"
    )
    payload = EncryptedTextField("isi kiriman", help_text="JSON atau XML, sebagaimana dikirim")
    payload_hash = models.CharField("sidik isi", max_length=64)
    clock_skew_seconds = models.IntegerField("selisih jam perangkat (detik)", null=True)
    received_at = models.DateTimeField("diterima pada")
    state = models.CharField("keadaan", max_length=9, choices=SubmissionState)
    problem = models.TextField("sebab ditahan", blank=True)
    response = models.ForeignKey(Response, models.PROTECT, null=True, blank=True, related_name="submissions")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="submissions")

    objects = SubmissionQuerySet.as_manager()
    privacy = declare(
        none="id instance_id replaces_id door user device wave payload_hash clock_skew_seconds received_at state problem response visit",
        specific="payload",
    )

    class Meta:
        verbose_name = "kiriman lapangan"
        verbose_name_plural = "kiriman lapangan"
        ordering = ["-received_at", "-pk"]
        constraints = [
            known_values("door", Door),
            known_values("state", SubmissionState),
            models.CheckConstraint(
                name="submission_held_has_reason", condition=~Q(state="held") | ~Q(problem="")
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-received_at"], name="submission_user"),
            models.Index(fields=["state", "-received_at"], name="submission_state"),
        ]

    def __str__(self) -> str:
        return str(self.instance_id)

    @property
    def is_held(self) -> bool:
        return self.state == SubmissionState.HELD

    @property
    def receipt(self) -> str:
        """What the enumerator reads to the supervisor: of an interview its own, else that of the send."""
        if self.response is not None:
            return self.response.receipt
        return f"{self.instance_id.hex[:4]}-{self.instance_id.hex[4:8]}".upper()


class SubmissionPhoto(EncryptedModel):
    """A picture of an interview; its bytes are an encrypted file, written anew without place and time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="photos", verbose_name="kiriman")
    name = models.CharField("nama berkas", max_length=64)
    sent_sha256 = models.CharField("sidik kiriman", max_length=64)  # of the bytes as they were sent
    size = models.PositiveIntegerField("ukuran")
    secret = EncryptedTextField("kunci berkas")
    received_at = models.DateTimeField("diterima pada")

    objects = EncryptedQuerySet["SubmissionPhoto"].as_manager()
    privacy = declare(none="id public_id submission name sent_sha256 size secret received_at")

    class Meta:
        verbose_name = "foto wawancara"
        verbose_name_plural = "foto wawancara"
        ordering = ["submission", "name"]
        constraints = [models.UniqueConstraint("submission", "name", name="submission_photo_name")]

    def __str__(self) -> str:
        return self.name
