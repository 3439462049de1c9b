"""What came in as a file: the batch, its rows as read and judged, and how its headings were understood.

Nothing of a row is in the register before it is committed. Staged rows hold personal data: encrypted, and
erased by `clear_expired` once `IMPORT_ROWS_DAYS` have gone by; the batch and its counts stay.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField
from core.importing.cells import text_of
from core.privacy import declare

if TYPE_CHECKING:
    from core.models.users import User


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "Terunggah"
    READ = "read", "Terbaca"
    STAGING = "staging", "Sedang diperiksa"
    STAGED = "staged", "Selesai diperiksa"
    COMMITTING = "committing", "Sedang disimpan"
    COMMITTED = "committed", "Tersimpan"
    FAILED = "failed", "Gagal"
    CANCELLED = "cancelled", "Dibatalkan"
    UNDOING = "undoing", "Sedang diurungkan"
    UNDONE = "undone", "Diurungkan"


BUSY = (ImportState.STAGING, ImportState.COMMITTING, ImportState.UNDOING)


class ImportPolicy(models.TextChoices):
    SKIP = "skip", "Lewati yang sudah ada"
    FILL_EMPTY = "fill_empty", "Isi yang masih kosong"
    OVERWRITE = "overwrite", "Timpa dengan isi berkas"


class Verdict(models.TextChoices):
    NEW = "new", "Baru"
    CHANGED = "changed", "Berubah"
    UNCHANGED = "unchanged", "Tidak berubah"
    POSSIBLE_DUPLICATE = "possible_duplicate", "Mungkin duplikat"
    CONFLICT = "conflict", "Berbeda dari yang tersimpan"
    ERROR = "error", "Galat"
    IGNORED = "ignored", "Diabaikan"


class RowDecision(models.TextChoices):
    NEW = "new", "Data baru"
    UPDATE = "update", "Data yang sama"
    SKIP = "skip", "Lewati"


class Differs(models.TextChoices):
    """How a row differs from its record, whatever the policy lets through."""

    FILLS = "fills", "Mengisi yang kosong"  # and may change other fields as well
    ALTERS = "alters", "Mengubah yang terisi"


class RowOutcome(models.TextChoices):
    CREATED = "created", "Dibuat"
    CHANGED = "changed", "Diubah"
    PROPOSED = "proposed", "Diusulkan"
    FAILED = "failed", "Gagal disimpan"
    UNDONE = "undone", "Diurungkan"


class ImportBatchQuerySet(EncryptedQuerySet["ImportBatch"]):
    def for_user(self, user: User) -> ImportBatchQuerySet:
        """Rows of a file lie anywhere: a batch is seen by who uploaded it and by those of the whole city."""
        if not user.is_authenticated:
            return self.none()
        return self if user.whole_city else self.filter(uploaded_by=user)

    def newest_first(self) -> ImportBatchQuerySet:
        return self.select_related("uploaded_by").order_by("-uploaded_at", "-pk")


class ImportBatch(EncryptedModel):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("jenis data", max_length=30, help_text="Nama pengimpor pada setelan IMPORTERS")
    about = models.CharField(
        "tentang", max_length=40, blank=True, default="", help_text="Misalnya nomor gelombang wawancara"
    )
    file_name = models.CharField("nama berkas", max_length=300)
    sha256 = models.CharField("sidik berkas", max_length=64, db_index=True)
    stored_as = models.CharField("nama simpanan", max_length=40, blank=True)
    file_key = EncryptedTextField("kunci berkas", null=True)
    source = models.CharField("sumber", max_length=60, blank=True)
    reading = models.JSONField("cara membaca", default=dict, help_text="Lembar, pengodean, pemisah")
    header_row = models.PositiveIntegerField("baris judul", null=True, blank=True)
    headers = models.JSONField("judul kolom", default=list)
    mapping = models.JSONField("pemetaan", default=dict, help_text="{nomor kolom: nama kolom}")
    styles = models.JSONField("gaya angka", default=dict, help_text="{nama kolom: gaya yang terbaca}")
    policy = models.CharField("kebijakan", max_length=10, choices=ImportPolicy, default=ImportPolicy.SKIP)
    options = models.JSONField("pilihan", default=list, help_text="[nama pilihan yang dicentang, …]")
    state = models.CharField("keadaan", max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    message = models.TextField("pesan", blank=True)
    counts = models.JSONField("jumlah", default=dict, help_text="{putusan: banyaknya baris}")
    conflicts = models.JSONField(
        "bentrok", default=list, help_text="Nomor baris yang menghalangi pengurungan, paling banyak 100"
    )
    job = models.ForeignKey(
        "core.Job", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="pekerjaan"
    )
    uploaded_at = models.DateTimeField("diunggah pada")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diunggah oleh"
    )
    committed_at = models.DateTimeField("disimpan pada", null=True, blank=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="disimpan oleh",
    )
    undone_at = models.DateTimeField("diurungkan pada", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="diurungkan oleh",
    )
    erased_at = models.DateTimeField("baris dihapus pada", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()
    privacy = declare(
        none="id public_id kind about sha256 stored_as file_key source reading header_row headers mapping styles policy"
        " options state counts conflicts job uploaded_at uploaded_by committed_at committed_by undone_at undone_by"
        " erased_at",
        general="file_name message",
    )

    class Meta:
        verbose_name = "impor"
        verbose_name_plural = "impor"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            known_values("policy", ImportPolicy),
            known_values("state", ImportState),
            models.CheckConstraint(
                name="import_batch_committed_paired",
                condition=Q(committed_at__isnull=True, committed_by__isnull=True)
                | Q(committed_at__isnull=False, committed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="import_batch_undone_paired",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def count(self, verdict: str) -> int:
        return int(self.counts.get(verdict, 0))

    @property
    def is_waiting(self) -> bool:
        """Whether rows can still be corrected and decided, and the batch committed."""
        return self.state == ImportState.STAGED

    @property
    def is_stopped(self) -> bool:
        """Whether its job ended without the batch knowing: given up by the queue, or gone."""
        return self.state in BUSY and (self.job is None or self.job.has_ended)


class ImportRowQuerySet(EncryptedQuerySet["ImportRow"]):
    def in_order(self) -> ImportRowQuerySet:
        return self.order_by("number")

    def to_commit(self) -> ImportRowQuerySet:
        """Rows with something to write: new, changed, and possible duplicates somebody has decided on."""
        decided = Q(verdict=Verdict.POSSIBLE_DUPLICATE, decision__in=[RowDecision.NEW, RowDecision.UPDATE])
        wanted = Q(verdict__in=[Verdict.NEW, Verdict.CHANGED]) & ~Q(decision=RowDecision.SKIP)
        return self.filter(wanted | decided, outcome="")

    def judge_by(self, policy: str) -> None:
        """Changed are those of the rows with differences that the policy lets through; nothing is deciphered."""
        let_through = {
            ImportPolicy.SKIP: [],
            ImportPolicy.FILL_EMPTY: [Differs.FILLS],
            ImportPolicy.OVERWRITE: [Differs.FILLS, Differs.ALTERS],
        }
        differing = Q(differs__in=let_through[ImportPolicy(policy)])
        self.filter(~differing, verdict=Verdict.CHANGED).update(verdict=Verdict.UNCHANGED)
        self.filter(differing, verdict=Verdict.UNCHANGED).update(verdict=Verdict.CHANGED)

    def bad(self) -> ImportRowQuerySet:
        """What the error file holds: rows that were not and will not be written as they stand."""
        undecided = Q(verdict=Verdict.POSSIBLE_DUPLICATE, decision="", outcome="")
        return self.filter(
            Q(verdict__in=[Verdict.ERROR, Verdict.CONFLICT]) | undecided | Q(outcome=RowOutcome.FAILED)
        )


class ImportRow(EncryptedModel):
    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="rows", db_index=False, verbose_name="impor"
    )
    number = models.PositiveIntegerField("baris")
    content = EncryptedTextField("isi", null=True, help_text="JSON: [sel seperti terbaca, nilai bersih]")
    corrections = EncryptedTextField("koreksi", null=True, help_text="JSON: {nomor kolom: isi}")
    findings = EncryptedTextField("temuan", null=True, help_text="JSON: masalah, perbedaan, calon duplikat")
    journal = EncryptedTextField("jurnal", null=True, help_text="JSON: nilai lama, untuk mengurungkan")
    keys = models.CharField("kunci pencocokan", max_length=120, blank=True)
    verdict = models.CharField("putusan", max_length=18, choices=Verdict)
    has_warnings = models.BooleanField("ada peringatan", default=False)
    differs = models.CharField("perbedaan", max_length=6, choices=Differs, blank=True)
    target = models.BigIntegerField("id data", null=True)
    target_version = models.PositiveIntegerField("versi data", null=True)
    decision = models.CharField("keputusan", max_length=6, choices=RowDecision, blank=True)
    outcome = models.CharField("hasil", max_length=8, choices=RowOutcome, blank=True)
    written = models.JSONField("yang ditulis", default=list, help_text="[[model, id, versi, baru], …]")
    committed_at = models.DateTimeField("disimpan pada", null=True)

    objects = ImportRowQuerySet.as_manager()
    privacy = declare(
        none="id batch number verdict has_warnings differs target target_version decision outcome written committed_at",
        general="keys",
        specific="content corrections findings journal",
    )

    class Meta:
        verbose_name = "baris impor"
        verbose_name_plural = "baris impor"
        ordering = ["batch", "number"]
        constraints = [
            known_values("verdict", Verdict),
            known_values("decision", RowDecision, blank=True),
            known_values("differs", Differs, blank=True),
            known_values("outcome", RowOutcome, blank=True),
            models.UniqueConstraint("batch", "number", name="import_row_number"),
        ]
        indexes = [
            models.Index(
                fields=["batch", "number"],
                name="import_row_to_look_at",
                condition=Q(verdict__in=["error", "possible_duplicate"]),
            ),
        ]

    def __str__(self) -> str:
        return f"baris {self.number}"

    @property
    def raw_cells(self) -> list[Any]:
        """As read, with the corrections made since; see `core.importing.cells`."""
        cells: list[Any] = list(self.stored_content[0])
        for column, text in self.corrected.items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = text
        return cells

    @property
    def cells(self) -> list[str]:
        """The texts to show; "" for a cell nothing can be made of."""
        return [text_of(cell) for cell in self.raw_cells]

    @property
    def corrected(self) -> dict[int, str]:
        """Number of the column to the text somebody put in its place."""
        kept = json.loads(self.corrections) if self.corrections else {}
        return {int(column): text for column, text in kept.items()}

    @property
    def stored_content(self) -> list[Any]:
        content: list[Any] = json.loads(self.content) if self.content else [[], None]
        return content

    @property
    def found(self) -> dict[str, Any]:
        """`problems`, `differences` and `candidates`, each only where there are some."""
        found: dict[str, Any] = json.loads(self.findings) if self.findings else {}
        return found


class ImportMapping(models.Model):
    """How the headings of a form were understood the last time, by the fingerprint of these headings."""

    kind = models.CharField("jenis data", max_length=30)
    fingerprint = models.CharField("sidik judul", max_length=64)
    source = models.CharField("sumber", max_length=60, blank=True)
    mapping = models.JSONField("pemetaan", default=dict)
    used_at = models.DateTimeField("dipakai pada")
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="dipakai oleh"
    )

    privacy = declare(none="id kind fingerprint source mapping used_at used_by")

    class Meta:
        verbose_name = "pemetaan kolom"
        verbose_name_plural = "pemetaan kolom"
        constraints = [models.UniqueConstraint("kind", "fingerprint", name="import_mapping_of_headings")]

    def __str__(self) -> str:
        return self.source or self.fingerprint[:8]

    @classmethod
    def remember(
        cls, *, kind: str, fingerprint: str, mapping: dict[str, str], source: str, by: User, at: datetime
    ) -> None:
        cls.objects.update_or_create(
            kind=kind,
            fingerprint=fingerprint,
            defaults={"mapping": mapping, "source": source, "used_by": by, "used_at": at},
        )
