"""A change form of a registered record makes a proposal instead of saving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from core.formats import format_datetime
from registry import actions
from registry.models import ChangeProposal, Record
from registry.models.proposals import MAX_REASON_LENGTH

HINT = (
    "Data ini sudah terdaftar. Yang Anda ubah di sini menjadi usulan dan baru berlaku setelah disetujui "
    "orang lain. Izin dan akun daring langsung tersimpan."
)
_PROPOSED = "_proposed"


def proposal_fieldset(record: Record | None) -> list[tuple[str, dict[str, Any]]]:
    if record is None or not actions.is_registered(record):
        return []
    waiting = ChangeProposal.objects.of(record).pending().select_related("proposed_by").first()
    hint = HINT if waiting is None else _waiting_hint(waiting)
    return [("Usulan perubahan", {"fields": ["change_reason"], "description": hint})]


def _waiting_hint(waiting: ChangeProposal) -> str:
    """Said before anybody types what could not be sent."""
    return format_html(
        "<strong>Masih ada usulan perubahan yang menunggu persetujuan</strong>, diajukan {} oleh {}. Data ini baru "
        "dapat diusulkan berubah lagi setelah usulan itu diputuskan atau ditarik.",
        format_datetime(waiting.proposed_at),
        waiting.proposed_by,
    )


def propose(request: HttpRequest, record: Record, form: Any, *, expected_version: int | None) -> None:
    """Propose what the form holds; the record goes on with the values it has."""
    made = actions.propose_change(
        record=record,
        values=form.values(),
        by=form.user,
        at=timezone.now(),
        reason=_reason(form),
        expected_version=expected_version,
    )
    record.refresh_from_db()
    if made is not None:
        setattr(request, _PROPOSED, True)
        messages.success(request, "Usulan perubahan dikirim dan menunggu persetujuan.")


def _reason(form: Any) -> str:
    """With why it was stored in spite of likely doubles, where the form warned of them."""
    reason: str = form.cleaned_data["change_reason"] or "Tanpa perubahan"
    confirmed: str = getattr(form, "confirmed", "")
    return f"{reason}. {confirmed}"[:MAX_REASON_LENGTH] if confirmed else reason


def was_proposed(request: HttpRequest) -> bool:
    return getattr(request, _PROPOSED, False)
