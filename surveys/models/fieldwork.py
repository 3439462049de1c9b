"""Who goes where: telephones, assignments and what came of each visit."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

from core.constraints import known_values
from core.models import User
from core.permissions import Permission
from core.privacy import declare
from registry.models import Business
from surveys.models.responses import Response, ResponseState
from surveys.models.waves import Wave


class DeviceKind(models.TextChoices):
    PHONE = "phone", "Aplikasi lapangan"
    ODK = "odk", "ODK Collect"


class FieldDeviceQuerySet(models.QuerySet["FieldDevice"]):
    def for_user(self, user: User) -> FieldDeviceQuerySet:
        """The own ones, and for who runs the fieldwork those of everybody who shares a kecamatan with them."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        if not user.can(Permission.MANAGE_FIELDWORK):
            return self.filter(user=user)
        if districts is None:
            return self
        return self.filter(Q(user=user) | Q(user__in=User.objects.filter(districts__in=districts)))


class FieldDevice(models.Model):
    """A telephone that sends interviews for one enumerator, by a secret token of which only a hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="devices", verbose_name="enumerator"
    )
    kind = models.CharField("jenis", max_length=5, choices=DeviceKind)
    name = models.CharField("nama perangkat", max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("didaftarkan pada")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="didaftarkan oleh"
    )
    last_seen_at = models.DateTimeField("terakhir terhubung", null=True, blank=True)
    # As the telephone itself told at `last_seen_at`; None where it never did.
    waiting_count = models.PositiveIntegerField("menunggu dikirim", null=True, blank=True)
    sent_count = models.PositiveIntegerField("terkirim menurut perangkat", null=True, blank=True)
    oldest_waiting_at = models.DateTimeField("tertua menunggu sejak", null=True, blank=True)
    revoked_at = models.DateTimeField("dicabut pada", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dicabut oleh",
    )

    objects = FieldDeviceQuerySet.as_manager()
    privacy = declare(
        none="id public_id user kind name token_hash created_at created_by last_seen_at waiting_count sent_count"
        " oldest_waiting_at revoked_at revoked_by"
    )

    class Meta:
        verbose_name = "perangkat lapangan"
        verbose_name_plural = "perangkat lapangan"
        ordering = ["-created_at", "-pk"]
        constraints = [
            known_values("kind", DeviceKind),
            models.CheckConstraint(
                name="field_device_revoked_paired",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def for_user(self, user: User) -> AssignmentQuerySet:
        """Assignments of businesses in the user's area."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(business__district_id__in=districts)

    def of(self, enumerator: User) -> AssignmentQuerySet:
        """What somebody has to visit; withdrawn ones not."""
        return self.standing().filter(enumerator=enumerator)

    def standing(self) -> AssignmentQuerySet:
        """Without those taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def open(self) -> AssignmentQuerySet:
        """Standing, and neither interviewed by anybody nor replaced."""
        return self.standing().exclude(Exists(_interviews())).exclude(Exists(_replacements()))

    def with_settled(self) -> AssignmentQuerySet:
        """With `is_settled`: nobody has to go there again. A returned interview is to be corrected yet."""
        last = (
            Visit.objects.filter(wave=OuterRef("wave"), business=OuterRef("business"))
            .exclude(outcome=Outcome.RESERVE_USED)
            .order_by("-visited_at", "-pk")
            .values("outcome")[:1]
        )
        rows = self.annotate(
            is_interviewed=Exists(_interviews()),
            is_returned=Exists(_interviews().filter(state=ResponseState.RETURNED)),
            is_replaced=Exists(_replacements()),
            last_outcome=Subquery(last),
        )
        told = Q(is_interviewed=True, is_returned=False) | Q(is_replaced=True)
        gone = Q(is_interviewed=False, last_outcome__in=SETTLED)
        return rows.annotate(is_settled=Case(When(told | gone, then=Value(True)), default=Value(False)))


def _interviews() -> models.QuerySet[Response]:
    """Of the business and wave of the assignment around it."""
    return Response.objects.interviews().filter(wave=OuterRef("wave"), business=OuterRef("business"))


def _replacements() -> models.QuerySet[Visit]:
    return Visit.objects.filter(
        wave=OuterRef("wave"), business=OuterRef("business"), outcome=Outcome.RESERVE_USED
    )


class Assignment(models.Model):
    """One business of a wave, given to one enumerator; given to another one, the row changes and the trail tells."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="assignments", verbose_name="gelombang")
    business = models.ForeignKey(Business, models.PROTECT, related_name="assignments", verbose_name="UMKM")
    enumerator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name="enumerator"
    )
    due_on = models.DateField("tenggat")
    assigned_at = models.DateTimeField("ditugaskan pada")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="ditugaskan oleh"
    )
    withdrawn_at = models.DateTimeField("ditarik pada", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()
    privacy = declare(
        none="id public_id wave business enumerator due_on assigned_at assigned_by withdrawn_at"
    )

    class Meta:
        verbose_name = "penugasan"
        verbose_name_plural = "penugasan"
        ordering = ["wave", "due_on", "pk"]
        constraints = [models.UniqueConstraint("wave", "business", name="assignment_wave_business")]
        indexes = [models.Index(fields=["enumerator", "wave"], name="assignment_enumerator")]

    def __str__(self) -> str:
        return f"{self.business} – {self.enumerator}"


class FormerAssignment(models.Model):
    """Who was to visit a business before it was given to somebody else; a draft on their telephone may name it."""

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+", verbose_name="gelombang")
    business = models.ForeignKey(Business, models.PROTECT, related_name="+", verbose_name="UMKM")
    enumerator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enumerator"
    )

    privacy = declare(none="id wave business enumerator")

    class Meta:
        verbose_name = "penugasan terdahulu"
        verbose_name_plural = "penugasan terdahulu"
        ordering = ["wave", "pk"]
        constraints = [
            models.UniqueConstraint("enumerator", "wave", "business", name="former_assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.business} – {self.enumerator}"


class Outcome(models.TextChoices):
    DONE = "done", "Berhasil diwawancarai"
    NOT_FOUND = "not_found", "Tidak ditemukan"
    CLOSED = "closed", "Tutup"
    REFUSED = "refused", "Menolak"
    MOVED = "moved", "Pindah"
    RESERVE_USED = "reserve_used", "Diganti cadangan"


# Without an interview, but nobody has to go there again.
SETTLED = (Outcome.REFUSED, Outcome.MOVED)


class VisitQuerySet(models.QuerySet["Visit"]):
    def for_user(self, user: User) -> VisitQuerySet:
        """Visits to businesses in the user's area."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(business__district_id__in=districts)


class Visit(models.Model):
    """One attempt to interview a business, and what came of it; a business may need several."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="visits", verbose_name="gelombang")
    business = models.ForeignKey(Business, models.PROTECT, related_name="visits", verbose_name="UMKM")
    enumerator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enumerator"
    )
    outcome = models.CharField("hasil kunjungan", max_length=12, choices=Outcome)
    visited_at = models.DateTimeField("waktu kunjungan")
    received_at = models.DateTimeField("diterima pada")
    latitude = models.DecimalField("lintang", max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("bujur", max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy_m = models.PositiveIntegerField("ketelitian (meter)", null=True, blank=True)
    note = models.TextField("catatan", blank=True, max_length=1_000)

    objects = VisitQuerySet.as_manager()
    privacy = declare(
        none="id public_id wave business enumerator outcome visited_at received_at accuracy_m",
        general="latitude longitude note",
    )

    class Meta:
        verbose_name = "kunjungan"
        verbose_name_plural = "kunjungan"
        ordering = ["-visited_at", "-pk"]
        constraints = [known_values("outcome", Outcome)]
        indexes = [models.Index(fields=["wave", "business", "-visited_at"], name="visit_wave_business")]

    def __str__(self) -> str:
        return f"{self.business}: {self.get_outcome_display()}"
