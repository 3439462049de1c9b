"""Proposed changes: what a registered record is to become, kept until a second person has decided."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.constraints import known_values
from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField, ReasonField
from core.models import User
from core.privacy import declare
from registry.models.businesses import Business
from registry.models.owners import Owner

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field

Record = Business | Owner
MAX_REASON_LENGTH = 500


class ProposalState(models.TextChoices):
    PENDING = "pending", "Menunggu persetujuan"
    APPROVED = "approved", "Disetujui"
    REFUSED = "refused", "Ditolak"
    WITHDRAWN = "withdrawn", "Ditarik"
    OUTDATED = "outdated", "Tidak berlaku lagi"


class ChangeProposalQuerySet(EncryptedQuerySet["ChangeProposal"]):
    def for_user(self, user: User) -> ChangeProposalQuerySet:
        """Of records the user may see."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        if districts is None:
            return self
        owners = Owner.objects.for_user(user).values("pk")
        return self.filter(Q(business__district_id__in=districts) | Q(owner__in=owners))

    def pending(self) -> ChangeProposalQuerySet:
        return self.filter(state=ProposalState.PENDING)

    def of(self, record: Record) -> ChangeProposalQuerySet:
        return self.filter(**{subject_name(type(record)): record})

    def for_queue(self) -> ChangeProposalQuerySet:
        """What a line of the queue shows; the personal data of the records themselves stay unread."""
        rows = self.select_related("business", "owner", "proposed_by", "decided_by")
        return rows.defer("business__products", "business__npwp", "owner__national_id", "owner__phone")


class ChangeProposal(EncryptedModel):
    """New values of some fields of one registered record, beside those they were proposed against.

    A record has at most one pending proposal. The old values tell whether a field was changed since:
    then, and only then, the proposal is outdated.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    business = models.ForeignKey(
        Business, models.CASCADE, null=True, related_name="proposals", verbose_name="UMKM"
    )
    owner = models.ForeignKey(
        Owner, models.CASCADE, null=True, related_name="proposals", verbose_name="pelaku usaha"
    )
    values = EncryptedTextField("nilai", help_text="JSON: {nama field: [lama, baru]}")
    base_version = models.PositiveIntegerField("versi dasar")
    reason = ReasonField("alasan", max_length=MAX_REASON_LENGTH)
    batch = models.UUIDField("kelompok", null=True)
    state = models.CharField(
        "status usulan", max_length=9, choices=ProposalState, default=ProposalState.PENDING
    )
    proposed_at = models.DateTimeField("diusulkan pada")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diusulkan oleh"
    )
    decided_at = models.DateTimeField("diputuskan pada", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="diputuskan oleh"
    )
    note = ReasonField("catatan keputusan", blank=True, max_length=MAX_REASON_LENGTH)

    objects = ChangeProposalQuerySet.as_manager()
    stays_when_merged = True
    privacy = declare(
        none="id public_id business owner base_version batch state proposed_at proposed_by decided_at decided_by",
        general="reason note",
        specific="values",
    )

    class Meta:
        verbose_name = "usulan perubahan"
        verbose_name_plural = "usulan perubahan"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            known_values("state", ProposalState),
            models.CheckConstraint(
                name="changeproposal_of_one_record",
                condition=Q(business__isnull=True, owner__isnull=False)
                | Q(business__isnull=False, owner__isnull=True),
            ),
            models.CheckConstraint(
                name="changeproposal_decided_paired",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="changeproposal_pending_until_decided",
                condition=Q(state="pending", decided_at__isnull=True)
                | ~Q(state="pending") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="changeproposal_four_eyes",
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                "business", name="changeproposal_one_pending_business", condition=Q(state="pending")
            ),
            models.UniqueConstraint(
                "owner", name="changeproposal_one_pending_owner", condition=Q(state="pending")
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "id"], name="changeproposal_batch", condition=Q(state="pending")),
            models.Index(
                fields=["proposed_at", "id"], name="changeproposal_waiting", condition=Q(state="pending")
            ),
            models.Index(fields=["proposed_by", "-proposed_at"], name="changeproposal_proposer"),
        ]

    def __str__(self) -> str:
        return f"Usulan perubahan {self.record}"

    @property
    def record(self) -> Record:
        record = self.business or self.owner
        assert record is not None
        return record

    @property
    def subject(self) -> type[Business] | type[Owner]:
        return Business if self.business_id is not None else Owner

    @property
    def changes(self) -> dict[str, list[Any]]:
        """Field name to old and new value, as JSON holds them."""
        changes: dict[str, list[Any]] = json.loads(self.values)
        return changes

    def fields(self) -> Iterator[tuple[AnyField, Any, Any]]:
        """Each field with its old and its new value, as JSON holds them."""
        for name, (old, new) in self.changes.items():
            yield self.subject._meta.get_field(name), old, new  # type: ignore[misc]  # only concrete ones


def subject_name(model: type[Record]) -> str:
    return "business" if issubclass(model, Business) else "owner"


def as_json(field: AnyField, value: Any) -> Any:
    """The value of a field as a proposal holds it: equal for equal values, None for an empty one."""
    if value is None or value == "":
        return None
    if isinstance(field, models.DecimalField):
        return f"{value:.{field.decimal_places}f}"
    if isinstance(value, models.Model):
        return value.pk
    return value if isinstance(value, (bool, int, str)) else str(value)


def from_json(field: AnyField, value: Any) -> Any:
    """What `as_json` was given, in the form the attribute of the row (`attname`) takes."""
    if value is None:
        return None if field.null else ""
    return (field.target_field if isinstance(field, models.ForeignKey) else field).to_python(value)
