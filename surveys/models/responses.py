"""An interview of one business in one wave. A blank answer means: tidak menjawab."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.models import Region, User
from core.privacy import declare
from registry.models import Business, Sector
from registry.models.businesses import SCALE_CHOICES
from surveys.models.questionnaires import QuestionnaireVersion
from surveys.models.waves import Wave
from surveys.questions import (
    BOOKKEEPING,
    CAPITAL_SOURCE,
    CHANNEL,
    MODE,
    MULTIPLE,
    PARTNERSHIP,
    POTENTIAL,
    REVENUE_TREND,
    SEPARATED,
    Question,
)


def answer_field(question: Question) -> models.CharField[str, str]:
    """A column of one core question: its codes, or blank for no answer."""
    return models.CharField(
        question.label, max_length=20, blank=True, default="", choices=list(question.choices)
    )


class Door(models.TextChoices):
    """How an interview came in."""

    OFFICE = "office", "Halaman wawancara"
    PHONE = "phone", "Aplikasi lapangan"
    ODK = "odk", "ODK Collect"
    IMPORT = "import", "Impor"


class ResponseState(models.TextChoices):
    """Only what is accepted is counted; the rest waits for somebody, except a back-check, which is never counted."""

    SENT = "sent", "Terkirim"
    RETURNED = "returned", "Dikembalikan"
    CORRECTED = "corrected", "Diperbaiki"
    PASSED = "passed", "Lolos pemeriksaan"
    ACCEPTED = "accepted", "Diterima"
    BACK_CHECK = "back_check", "Wawancara ulang"


AWAITING = (ResponseState.SENT, ResponseState.RETURNED, ResponseState.CORRECTED, ResponseState.PASSED)


class ResponseQuerySet(models.QuerySet["Response"]):
    def for_user(self, user: User) -> ResponseQuerySet:
        """Rows whose place at the time lies in the user's area."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(district_id__in=districts)

    def counted(self) -> ResponseQuerySet:
        """What stands in tables, charts and exports of results."""
        return self.filter(state=ResponseState.ACCEPTED)

    def awaiting(self) -> ResponseQuerySet:
        """Interviews that are not counted yet."""
        return self.filter(state__in=AWAITING)

    def interviews(self) -> ResponseQuerySet:
        """Without the back-checks, which are second interviews of the same business."""
        return self.filter(back_check_of__isnull=True)

    def passed_without_flags(self) -> ResponseQuerySet:
        """What can be accepted without looking at each."""
        return self.filter(state=ResponseState.PASSED, flags__isnull=True)

    def in_wave(self, wave: Wave) -> ResponseQuerySet:
        return self.filter(wave=wave)


class Response(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the form, so that a second send of the same form is recognised.
    submission_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses", verbose_name="gelombang")
    business = models.ForeignKey(Business, models.PROTECT, related_name="responses", verbose_name="UMKM")
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="responses", verbose_name="versi kuesioner"
    )
    state = models.CharField("keadaan", max_length=10, choices=ResponseState, default=ResponseState.SENT)
    back_check_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="back_checks",
        verbose_name="wawancara ulang atas",
    )
    door = models.CharField("pintu", max_length=6, choices=Door, default=Door.OFFICE)
    enumerator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="enumerator"
    )
    interviewed_at = models.DateTimeField("waktu wawancara", null=True)
    received_at = models.DateTimeField("diterima pada")
    mode = answer_field(MODE)

    # As it was at the interview; later changes of the register do not move an old answer.
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", verbose_name="jenis usaha")
    ward = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+", verbose_name="kelurahan")
    district = models.ForeignKey(
        Region, models.PROTECT, null=True, related_name="+", verbose_name="kecamatan"
    )
    scale_uu20 = models.CharField("skala UU 20/2008", max_length=12, choices=SCALE_CHOICES)
    scale_pp7 = models.CharField("skala PP 7/2021", max_length=12, choices=SCALE_CHOICES)

    marketing_channel = answer_field(CHANNEL)
    partnership = answer_field(PARTNERSHIP)
    revenue_trend = answer_field(REVENUE_TREND)
    capital_source = answer_field(CAPITAL_SOURCE)
    bookkeeping_regular = answer_field(BOOKKEEPING)
    finances_separated = answer_field(SEPARATED)
    has_potential = answer_field(POTENTIAL)
    potential_note = models.TextField("catatan potensi", blank=True, max_length=1_000)
    note = models.TextField("catatan pewawancara", blank=True, max_length=2_000)
    # Answers to the questions of the wave itself: {code: text, or a list of codes}; untouched ones are absent.
    extra = models.JSONField("jawaban tambahan", default=dict, blank=True)
    # What the telephone told; it records and never blocks.
    consented_at = models.DateTimeField("persetujuan pada", null=True, blank=True)
    started_at = models.DateTimeField("mulai menurut perangkat", null=True, blank=True)
    finished_at = models.DateTimeField("selesai menurut perangkat", null=True, blank=True)
    duration_seconds = models.PositiveIntegerField("lama wawancara (detik)", null=True, blank=True)
    clock_skew_seconds = models.IntegerField("selisih jam perangkat (detik)", null=True, blank=True)
    latitude = models.DecimalField("lintang", max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("bujur", max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy_m = models.PositiveIntegerField("ketelitian (meter)", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ResponseQuerySet.as_manager()
    audit_words = {question.code: (question.label, dict(question.choices)) for question in MULTIPLE}
    privacy = declare(
        none="id public_id submission_id wave business questionnaire state back_check_of door enumerator consented_at"
        " started_at finished_at duration_seconds clock_skew_seconds accuracy_m interviewed_at received_at mode sector ward district"
        " scale_uu20 scale_pp7 marketing_channel partnership revenue_trend capital_source bookkeeping_regular"
        " finances_separated has_potential version",
        general="potential_note note extra latitude longitude",
    )

    class Meta:
        verbose_name = "wawancara"
        verbose_name_plural = "wawancara"
        ordering = ["-received_at", "-pk"]
        constraints = [
            known_values("mode", MODE.choices, blank=True),
            known_values("marketing_channel", CHANNEL.choices, blank=True),
            known_values("partnership", PARTNERSHIP.choices, blank=True),
            known_values("revenue_trend", REVENUE_TREND.choices, blank=True),
            known_values("capital_source", CAPITAL_SOURCE.choices, blank=True),
            known_values("bookkeeping_regular", BOOKKEEPING.choices, blank=True),
            known_values("finances_separated", SEPARATED.choices, blank=True),
            known_values("has_potential", POTENTIAL.choices, blank=True),
            known_values("scale_uu20", SCALE_CHOICES),
            known_values("scale_pp7", SCALE_CHOICES),
            known_values("state", ResponseState),
            known_values("door", Door),
            models.UniqueConstraint(
                "wave",
                "business",
                name="response_wave_business",
                condition=Q(back_check_of__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["back_check_of"],
                name="response_back_check_once",
                condition=Q(back_check_of__isnull=False),
            ),
            models.CheckConstraint(
                name="response_back_check_linked",
                condition=Q(state="back_check", back_check_of__isnull=False)
                | (~Q(state="back_check") & Q(back_check_of__isnull=True)),
            ),
        ]
        indexes = [
            # Covers the breakdowns of a wave: one pass over the index, no visit to the rows.
            models.Index(
                fields=[
                    "wave",
                    "state",
                    "district",
                    "sector",
                    "scale_pp7",
                    "scale_uu20",
                    "marketing_channel",
                    "partnership",
                    "revenue_trend",
                    "capital_source",
                ],
                name="response_breakdowns",
            ),
            models.Index(fields=["enumerator", "-received_at"], name="response_enumerator"),
            # The queue of the reviewers, in the order the interviews came.
            models.Index(fields=["state", "received_at"], name="response_review_queue"),
        ]

    def __str__(self) -> str:
        return f"Wawancara {self.business_id} pada gelombang {self.wave_id}"

    @property
    def receipt(self) -> str:
        """What the enumerator reads to the supervisor: the interview is here."""
        return f"{self.public_id.hex[:4]}-{self.public_id.hex[4:8]}".upper()


class ResponseChoice(models.Model):
    """One ticked answer of a question with several answers; `none` stands for an explicit "tidak ada"."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="choices")
    question = models.CharField("pertanyaan", max_length=24, choices=[(q.code, q.label) for q in MULTIPLE])
    value = models.CharField("jawaban", max_length=28)

    privacy = declare(none="id response question value")

    class Meta:
        verbose_name = "pilihan jawaban"
        verbose_name_plural = "pilihan jawaban"
        ordering = ["response", "question", "pk"]
        constraints = [
            models.UniqueConstraint("response", "question", "value", name="response_choice_once"),
            models.CheckConstraint(
                name="response_choice_known",
                condition=Q(*[Q(question=q.code, value__in=q.codes) for q in MULTIPLE], _connector=Q.OR),
            ),
        ]
        indexes = [models.Index(fields=["question", "value", "response"], name="response_choice_value")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
