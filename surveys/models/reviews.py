"""What reviewers decided about interviews, what the machine noticed, and where it looks."""

from __future__ import annotations

from dataclasses import fields

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.privacy import declare
from surveys.models.responses import Response
from surveys.models.waves import Wave
from surveys.quality import FLAG_LABELS, Limits
from surveys.review_steps import VERDICT_LABELS

DEFAULTS = Limits()


class ReviewQuerySet(models.QuerySet["Review"]):
    def latest_return(self, response: Response) -> Review | None:
        """Why the interview went back to its enumerator, with the reasons at hand; None if it never did."""
        returned = self.filter(response=response, verdict="returned").prefetch_related("reasons")
        return returned.order_by("-at", "-pk").first()


class Review(models.Model):
    """One decision about one interview; `response_version` is the state of the answers it was made on."""

    response = models.ForeignKey(Response, models.PROTECT, related_name="reviews", verbose_name="wawancara")
    verdict = models.CharField(
        "keputusan",
        max_length=8,
        choices=[(verdict.value, label) for verdict, label in VERDICT_LABELS.items()],
    )
    note = models.TextField("catatan", blank=True, max_length=1_000)
    at = models.DateTimeField("waktu")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="pemeriksa"
    )
    response_version = models.PositiveIntegerField("versi jawaban")

    objects = ReviewQuerySet.as_manager()
    privacy = declare(none="id response verdict at by response_version", general="note")

    class Meta:
        verbose_name = "pemeriksaan"
        verbose_name_plural = "pemeriksaan"
        ordering = ["-at", "-pk"]
        constraints = [
            known_values("verdict", [(verdict.value, label) for verdict, label in VERDICT_LABELS.items()]),
            models.CheckConstraint(
                name="review_return_has_note", condition=~Q(verdict="returned") | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.response_id}"

    @property
    def reason_by_code(self) -> dict[str, str]:
        return {reason.question: reason.reason for reason in self.reasons.all()}


class ReviewReason(models.Model):
    """What is wrong with one answer; `question` is a code of the response's version of the questionnaire."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="reasons")
    question = models.CharField("pertanyaan", max_length=24)
    reason = models.CharField("alasan", max_length=300)

    privacy = declare(none="id review question", general="reason")

    class Meta:
        verbose_name = "alasan pengembalian"
        verbose_name_plural = "alasan pengembalian"
        ordering = ["review", "pk"]
        constraints = [models.UniqueConstraint("review", "question", name="review_reason_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.reason}"


FLAG_CHOICES = [(code.value, label) for code, label in FLAG_LABELS.items()]


class ResponseFlag(models.Model):
    """Something about an interview that a reviewer should look at; it never blocks."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="flags", verbose_name="wawancara")
    code = models.CharField("tanda", max_length=20, choices=FLAG_CHOICES)
    detail = models.CharField("keterangan", max_length=200)

    privacy = declare(none="id response code", general="detail")

    class Meta:
        verbose_name = "tanda mutu"
        verbose_name_plural = "tanda mutu"
        ordering = ["response", "code"]
        constraints = [
            known_values("code", FLAG_CHOICES),
            models.UniqueConstraint("response", "code", name="response_flag_once"),
        ]

    def __str__(self) -> str:
        return self.detail


def threshold(
    label: str, default: int, help_text: str, *, least: int = 1, most: int = 100_000
) -> models.PositiveIntegerField[int, int]:
    validators = [MinValueValidator(least), MaxValueValidator(most)]
    return models.PositiveIntegerField(label, default=default, help_text=help_text, validators=validators)


class QualityThresholds(models.Model):
    """Where the flags of one wave begin; a wave without a row has the defaults of `surveys/quality.py`."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="thresholds", verbose_name="gelombang")
    minimum_minutes = threshold(
        "Paling singkat (menit)", DEFAULTS.minimum_minutes, "Wawancara yang lebih singkat ditandai.", most=600
    )
    median_percent = threshold(
        "Dibanding lama biasanya (%)",
        DEFAULTS.median_percent,
        "Ditandai bila di bawah persentase ini dari lama biasanya (median) enumerator itu pada gelombang ini.",
        most=100,
    )
    most_a_day = threshold(
        "Paling banyak sehari", DEFAULTS.most_a_day, "Wawancara seorang enumerator pada satu hari."
    )
    same_answers = threshold(
        "Jawaban sama persis (wawancara)",
        DEFAULTS.same_answers,
        "Ditandai bila sebanyak ini wawancara seorang enumerator berisi jawaban yang sama.",
        least=2,
    )
    same_point = threshold(
        "Titik GPS sama (wawancara)",
        DEFAULTS.same_point,
        "Ditandai bila sebanyak ini wawancara seorang enumerator berada pada titik yang sama.",
        least=2,
    )
    distance_m = threshold(
        "Jarak dari lokasi di register (meter)", DEFAULTS.distance_m, "Yang lebih jauh ditandai."
    )
    night_from = threshold("Malam mulai pukul", DEFAULTS.night_from, "Jam 0 sampai 23.", least=0, most=23)
    night_until = threshold("Malam sampai pukul", DEFAULTS.night_until, "Jam 0 sampai 23.", least=0, most=23)
    skew_seconds = threshold(
        "Selisih jam perangkat (detik)", DEFAULTS.skew_seconds, "Selisih yang lebih besar ditandai."
    )
    declined_percent = threshold(
        "Jawaban kosong (%)",
        DEFAULTS.declined_percent,
        "Ditandai bila sekurangnya persentase ini dari pertanyaannya Tidak menjawab.",
        most=100,
    )
    ratio = threshold(
        "Kelipatan dari gelombang lalu",
        DEFAULTS.ratio,
        "Ditandai bila suatu bilangan sekurangnya sekian kali lebih besar atau lebih kecil.",
        least=2,
    )
    spread_tenths = threshold(
        "Jarak dari usaha lain (persepuluh simpangan baku)",
        DEFAULTS.spread_tenths,
        "35 berarti 3,5 simpangan baku dari nilai tengah, dihitung pada logaritma dengan median.",
        least=10,
        most=1_000,
    )
    changed_at = models.DateTimeField("diubah pada")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diubah oleh"
    )

    privacy = declare(
        none="id wave minimum_minutes median_percent most_a_day same_answers same_point distance_m night_from"
        " night_until skew_seconds declined_percent ratio spread_tenths changed_at changed_by"
    )

    class Meta:
        verbose_name = "batas mutu"
        verbose_name_plural = "batas mutu"

    def __str__(self) -> str:
        return f"Batas mutu {self.wave_id}"

    @property
    def limits(self) -> Limits:
        return Limits(**{one.name: getattr(self, one.name) for one in fields(Limits)})


def limits_of(wave_id: int) -> Limits:
    stored = QualityThresholds.objects.filter(wave_id=wave_id).first()
    return stored.limits if stored else DEFAULTS
