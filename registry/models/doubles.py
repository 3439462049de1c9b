"""Two records of one business: what the search found, what was decided, and what a merge moved."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.constraints import known_values
from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField, ShortReasonField
from core.models import User
from core.privacy import declare
from registry.matching import EVIDENCE_LABELS
from registry.models.businesses import Business


class PairState(models.TextChoices):
    OPEN = "open", "Belum diputuskan"
    NOT_DUPLICATE = "not_duplicate", "Bukan duplikat"
    MERGED = "merged", "Digabung"


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def for_user(self, user: User) -> DuplicatePairQuerySet:
        """Pairs of which the user may see both records; none with a record that was merged away."""
        if not user.is_authenticated:
            return self.none()
        pairs = self.filter(first__merged_into__isnull=True, second__merged_into__isnull=True)
        districts = user.district_ids()
        if districts is None:
            return pairs
        return pairs.filter(first__district_id__in=districts, second__district_id__in=districts)

    def open(self) -> DuplicatePairQuerySet:
        return self.filter(state=PairState.OPEN)

    def likeliest_first(self) -> DuplicatePairQuerySet:
        return self.order_by("-score", "-pk")

    def for_list(self) -> DuplicatePairQuerySet:
        """What a line shows; personal data stays unread, and undeciphered."""
        sides = ("first", "second")
        rows = self.select_related(
            *(f"{side}__{part}" for side in sides for part in ("owner", "ward", "registration"))
        )
        hidden = ("npwp", "products", "owner__national_id", "owner__phone")
        return rows.defer(*(f"{side}__{field}" for side in sides for field in hidden))


class DuplicatePair(models.Model):
    """Of each pair one row, whatever was decided: `first` is the business with the smaller pk."""

    first = models.ForeignKey(Business, models.CASCADE, related_name="+", verbose_name="UMKM pertama")
    second = models.ForeignKey(Business, models.CASCADE, related_name="+", verbose_name="UMKM kedua")
    score = models.PositiveSmallIntegerField("skor")
    evidence = models.CharField("bukti", max_length=60, help_text="Kode yang cocok, dipisah spasi")
    # Of the names when the pair was found or decided: a "not a duplicate" holds for these names only.
    fingerprint = models.CharField(max_length=32)
    state = models.CharField("keputusan", max_length=13, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField("ditemukan pada")
    decided_at = models.DateTimeField("diputuskan pada", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diputuskan oleh",
    )
    reason = ShortReasonField("alasan", max_length=300, blank=True)

    objects = DuplicatePairQuerySet.as_manager()
    stays_when_merged = True
    privacy = declare(
        none="id first second score evidence fingerprint state found_at decided_at decided_by",
        general="reason",
    )

    class Meta:
        verbose_name = "kemungkinan ganda"
        verbose_name_plural = "kemungkinan ganda"
        ordering = ["-score", "-pk"]
        constraints = [
            known_values("state", PairState),
            models.UniqueConstraint("first", "second", name="duplicate_pair_once"),
            models.CheckConstraint(name="duplicate_pair_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="duplicate_pair_score_in_range", condition=Q(score__range=(0, 100))),
            models.CheckConstraint(
                name="duplicate_pair_decided_paired",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="duplicate_pair_open_is_undecided",
                condition=~Q(state="open") | Q(decided_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["-score", "-id"], name="duplicate_pair_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} dan {self.second_id}"

    @property
    def evidence_labels(self) -> list[str]:
        return [EVIDENCE_LABELS.get(code, code) for code in self.evidence.split()]


class MergeJournalQuerySet(EncryptedQuerySet["MergeJournal"]):
    def for_user(self, user: User) -> MergeJournalQuerySet:
        """Merges of which the user may see both records."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        if districts is None:
            return self
        return self.filter(winner__district_id__in=districts, loser__district_id__in=districts)

    def for_list(self) -> MergeJournalQuerySet:
        sides = ("winner__registration", "loser__registration")
        return self.select_related(*sides, "merged_by", "undone_by").defer(
            "content", "winner__npwp", "winner__products", "loser__npwp", "loser__products"
        )


class MergeJournal(EncryptedModel):
    """What one merge changed and moved, so that it can be undone; `content` is JSON (see `registry.actions`)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    winner = models.ForeignKey(Business, models.PROTECT, related_name="+", verbose_name="dipertahankan")
    loser = models.ForeignKey(Business, models.PROTECT, related_name="+", verbose_name="digabung")
    content = EncryptedTextField()
    merged_at = models.DateTimeField("digabung pada")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="digabung oleh"
    )
    reason = ShortReasonField("alasan", max_length=300)
    undone_at = models.DateTimeField("diurungkan pada", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diurungkan oleh",
    )
    undo_reason = ShortReasonField("alasan diurungkan", max_length=300, blank=True)

    objects = MergeJournalQuerySet.as_manager()
    stays_when_merged = True
    privacy = declare(
        none="id public_id winner loser merged_at merged_by undone_at undone_by",
        general="reason undo_reason",
        specific="content",
    )

    class Meta:
        verbose_name = "penggabungan"
        verbose_name_plural = "penggabungan"
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "loser", name="merge_journal_loser_once", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="merge_journal_two_records", condition=~Q(winner=F("loser"))),
            models.CheckConstraint(
                name="merge_journal_undone_paired",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-merged_at", "-id"], name="merge_journal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} ke {self.winner_id}"

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None
