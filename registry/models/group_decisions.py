"""What one person decided on all proposals of a group, where the work on it outlasts a request."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.constraints import known_values
from core.fields import ReasonField
from core.models import Job
from core.privacy import declare
from registry.models.proposals import MAX_REASON_LENGTH, ChangeProposal, ProposalState

DECISIONS = [(state.value, str(state.label)) for state in (ProposalState.APPROVED, ProposalState.REFUSED)]


class GroupDecision(models.Model):
    """The last one of a group is the one that counts: an earlier one was stopped, or broke off."""

    batch = models.UUIDField("kelompok", db_index=True)
    state = models.CharField("keputusan", max_length=8, choices=DECISIONS)
    note = ReasonField("catatan keputusan", blank=True, max_length=MAX_REASON_LENGTH)
    job = models.ForeignKey(Job, models.CASCADE, related_name="+", verbose_name="pekerjaan")
    decided_at = models.DateTimeField("diputuskan pada")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="diputuskan oleh"
    )

    privacy = declare(none="id batch state job decided_at decided_by", general="note")

    class Meta:
        verbose_name = "keputusan kelompok"
        verbose_name_plural = "keputusan kelompok"
        ordering = ["-pk"]
        constraints = [known_values("state", DECISIONS)]

    def __str__(self) -> str:
        return f"Kelompok usulan {self.batch}: {self.get_state_display().lower()}"

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """What became of the proposals by this decision, in words."""
        mine = {"batch": self.batch, "decided_at": self.decided_at, "decided_by": self.decided_by}
        counted = ChangeProposal.objects.filter(**mine).order_by().values_list("state")
        found = dict(counted.annotate(models.Count("pk")))
        return [(state.label, found[state]) for state in ProposalState if state in found]
