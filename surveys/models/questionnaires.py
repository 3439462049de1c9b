"""What a wave asks: its own questions as they are written, and the versions that were published."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from core.constraints import known_values
from core.privacy import declare
from surveys.models.waves import Wave
from surveys.questionnaire import KIND_LABELS, Definition

KIND_CHOICES = [(kind.value, label) for kind, label in KIND_LABELS.items()]
CODE_RULE = RegexValidator(
    r"\A[a-z][a-z0-9_]{1,23}\Z", "Pakai 2 sampai 24 huruf kecil, angka, atau garis bawah, diawali huruf."
)


_definitions: dict[str, Definition] = {}


class LocalQuestion(models.Model):
    """A question that one wave asks beside the core ones, as it stands now; what was published stays in its version."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="local_questions", verbose_name="gelombang")
    position = models.PositiveSmallIntegerField("urutan", default=1)
    code = models.CharField("kode", max_length=24, validators=[CODE_RULE])
    kind = models.CharField("jenis jawaban", max_length=8, choices=KIND_CHOICES)
    label = models.CharField("judul kolom", max_length=80)
    prompt = models.CharField("pertanyaan", max_length=250)
    help_text = models.CharField("penjelasan", max_length=250, blank=True)
    choices = models.JSONField("pilihan", default=list, blank=True, help_text="[[kode, label], …]")
    required = models.BooleanField("wajib diisi", default=True)
    minimum = models.CharField("paling sedikit", max_length=16, blank=True)
    maximum = models.CharField("paling banyak", max_length=16, blank=True)
    shown_if_question = models.CharField("ditanyakan bila", max_length=24, blank=True)
    shown_if_values = models.JSONField("dijawab", default=list, blank=True)

    privacy = declare(
        none="id wave position code kind label prompt help_text choices required minimum maximum shown_if_question"
        " shown_if_values"
    )

    class Meta:
        verbose_name = "pertanyaan tambahan"
        verbose_name_plural = "pertanyaan tambahan"
        ordering = ["wave", "position", "pk"]
        constraints = [
            known_values("kind", KIND_CHOICES),
            models.UniqueConstraint("wave", "code", name="local_question_wave_code"),
        ]

    def __str__(self) -> str:
        return self.label


class QuestionnaireVersion(models.Model):
    """What was published: never changed again; every response points to the version it answers."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="questionnaires", verbose_name="gelombang")
    number = models.PositiveIntegerField("versi")
    document = models.JSONField("isi")
    fingerprint = models.CharField("sidik SHA-256", max_length=64)
    published_at = models.DateTimeField("terbit pada")
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diterbitkan oleh",
    )

    privacy = declare(none="id wave number document fingerprint published_at publisher")

    class Meta:
        verbose_name = "versi kuesioner"
        verbose_name_plural = "versi kuesioner"
        ordering = ["wave", "-number"]
        constraints = [models.UniqueConstraint("wave", "number", name="questionnaire_wave_number")]

    def __str__(self) -> str:
        return f"{self.wave} – versi {self.number}"

    @cached_property
    def definition(self) -> Definition:
        """Read once a process, as the fingerprint says what is in it; what has none yet is read each time."""
        if not self.fingerprint:
            return Definition.from_json(self.document)
        if self.fingerprint not in _definitions:
            _definitions[self.fingerprint] = Definition.from_json(self.document)
        return _definitions[self.fingerprint]
