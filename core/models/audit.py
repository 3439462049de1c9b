"""What happened: append-only events that outlive what they describe.

Events hold no foreign keys. Every event belongs to a chain and carries the MAC of itself and of the
event before it in that chain; the head of a chain holds the length and the last MAC. Each writing
transaction takes whichever chain no other transaction holds (`core.audit`), so that writers never
queue for one another. Triggers on both databases refuse UPDATE and DELETE of events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField
from core.privacy import declare

if TYPE_CHECKING:
    from core.models.users import User


class Verb(models.TextChoices):
    CREATED = "created", "Membuat"
    CHANGED = "changed", "Mengubah"
    SUBMITTED = "submitted", "Mengajukan"
    APPROVED = "approved", "Menyetujui"
    TAKEN = "taken", "Mengambil untuk diperiksa"
    RELEASED = "released", "Melepas"
    RETURNED = "returned", "Mengembalikan"
    REJECTED = "rejected", "Menolak"
    SUSPENDED = "suspended", "Menangguhkan"
    RESUMED = "resumed", "Memulihkan"
    EXPIRED = "expired", "Mengakhiri masa berlaku"
    RENEWED = "renewed", "Memperpanjang"
    REVOKED = "revoked", "Mencabut"
    CHANGE_PROPOSED = "change_proposed", "Mengusulkan perubahan"
    CHANGE_APPROVED = "change_approved", "Menyetujui perubahan"
    CHANGE_REFUSED = "change_refused", "Menolak perubahan"
    CHANGE_WITHDRAWN = "change_withdrawn", "Menarik usulan perubahan"
    CHANGE_OUTDATED = "change_outdated", "Membatalkan usulan perubahan"
    STATUS_CHANGED = "status_changed", "Mengubah status"
    ISSUED = "issued", "Menerbitkan"
    PUBLISHED = "published", "Menerbitkan kuesioner"
    DRAWN = "drawn", "Menarik sampel"
    ASSIGNED = "assigned", "Menugaskan"
    WITHDRAWN = "withdrawn", "Menarik penugasan"
    VISITED = "visited", "Mengunjungi"
    PASSED = "passed", "Meloloskan pemeriksaan"
    ACCEPTED = "accepted", "Menerima wawancara"
    HELD = "held", "Menahan kiriman"
    DISCARDED = "discarded", "Mengesampingkan kiriman"
    ENROLLED = "enrolled", "Mendaftarkan perangkat"
    INTERVIEWED = "interviewed", "Mengisi wawancara"
    REVEALED = "revealed", "Melihat data pribadi"
    SEARCHED = "searched", "Mencari data pribadi"
    EXPORTED = "exported", "Mengunduh"
    PRINTED = "printed", "Mencetak"
    IMPORTED = "imported", "Mengimpor"
    UNDONE = "undone", "Mengurungkan"
    MERGED = "merged", "Menggabungkan"
    UNMERGED = "unmerged", "Mengurungkan penggabungan"
    DISMISSED = "dismissed", "Menyatakan bukan duplikat"
    LOADED = "loaded", "Memuat data"
    SIGNED_IN = "signed_in", "Masuk"
    SIGNED_OUT = "signed_out", "Keluar"
    SIGN_IN_FAILED = "sign_in_failed", "Gagal masuk"
    PASSWORD_CHANGED = "password_changed", "Mengganti kata sandi"  # a verb, not a secret
    KEYS_ROTATED = "keys_rotated", "Mengganti kunci"


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def for_user(self, user: User) -> AuditEventQuerySet:
        """Events in the user's area; those without an area only for the whole city."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(district_id__in=districts)

    def about(self, instance: models.Model) -> AuditEventQuerySet:
        return self.filter(object_type=instance._meta.label_lower, object_id=str(instance.pk))


class AuditEvent(models.Model):
    at = models.DateTimeField("waktu")
    verb = models.CharField("tindakan", max_length=20, choices=Verb)
    actor_id = models.BigIntegerField("id pelaku", null=True)
    actor_name = models.CharField("pelaku", max_length=150, blank=True)
    object_type = models.CharField("jenis objek", max_length=60, blank=True)
    object_id = models.CharField("id objek", max_length=40, blank=True)
    object_label = models.CharField("objek", max_length=200, blank=True)
    district_id = models.BigIntegerField("kecamatan", null=True)
    changes = models.JSONField("perubahan", default=dict, help_text="{nama field: [lama, baru]}, tersamar")
    reason = models.TextField("alasan", blank=True)
    batch = models.UUIDField("kelompok", null=True)
    request_id = models.CharField("id permintaan", max_length=36, blank=True)
    chain = models.PositiveIntegerField()
    sequence = models.PositiveBigIntegerField()
    # Of the `AuditSecret` with the plain values of what `changes` masks; "" where there is none.
    secret_seal = models.CharField(max_length=64, blank=True, default="")
    mac = models.CharField(max_length=64)

    objects = AuditEventQuerySet.as_manager()
    privacy = declare(
        none="id at verb actor_id object_type object_id district_id batch request_id chain sequence secret_seal mac",
        general="actor_name object_label changes reason",
    )

    class Meta:
        verbose_name = "jejak audit"
        verbose_name_plural = "jejak audit"
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint("chain", "sequence", name="audit_event_chain_sequence")]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_event_object"),
            models.Index(fields=["-at", "-id"], name="audit_event_newest"),
            models.Index(fields=["actor_id", "-at"], name="audit_event_actor"),
            models.Index(fields=["batch"], name="audit_event_batch", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.object_label}".strip()


class AuditSecret(EncryptedModel):
    """Names, addresses and amounts, old and new, that an event only masks; encrypted, and erasable.

    The event is sealed for good and names its secret by a MAC of it, under the event's own seal. A secret
    can be encrypted anew or, when a person has a right to it, erased; an altered one fits no event.
    """

    seal = models.CharField(max_length=64, primary_key=True)
    content = EncryptedTextField(help_text="JSON: garam dan {nama field: [lama, baru]}")

    objects = EncryptedQuerySet["AuditSecret"].as_manager()
    privacy = declare(none="seal", specific="content")

    class Meta:
        verbose_name = "isi jejak audit"
        verbose_name_plural = "isi jejak audit"

    def __str__(self) -> str:
        return f"isi {self.seal[:8]}"


class AuditChain(models.Model):
    """The head of one chain: how many events it has and the MAC of the last one."""

    id = models.PositiveIntegerField(primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    last_mac = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64)

    privacy = declare(none="id length last_mac mac")

    class Meta:
        verbose_name = "rantai audit"
        verbose_name_plural = "rantai audit"

    def __str__(self) -> str:
        return f"rantai {self.pk}"
