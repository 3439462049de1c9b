"""An application of the public door, by the one who sends it: nobody of ours, known by a code alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from core import audit
from core.models import Verb
from registry.actions.errors import Incomplete, WrongState
from registry.models import ApplicationState, ConsentText, PublicApplication
from registry.models.public import EDITABLE, index_of_code
from registry.public import answers as kept

APPLICANT = "pemohon (publik)"


def start_application(*, code: str, consent: ConsentText, at: datetime) -> PublicApplication:
    """An empty draft of somebody who agreed to `consent`; `code` is theirs, and only its hash stays."""
    return PublicApplication.objects.create(
        code_index=index_of_code(code),
        consent_text=consent,
        consented_at=at,
        expires_at=at + timedelta(days=settings.DOOR_DRAFT_DAYS),
    )


@transaction.atomic
def save_answers(*, application: PublicApplication, answers: Mapping[str, Any], at: datetime) -> None:
    """Add to a draft, or to one that was returned; what is not among `answers` stays as it is."""
    _lock(application)
    if application.state not in EDITABLE:
        raise WrongState("Pendaftaran ini sudah dikirim, jadi isiannya tidak dapat diubah.")
    kept.write(application, {**kept.read(application), **answers})
    columns = ["answers", "national_id", "phone", "district"]
    if application.state == ApplicationState.DRAFT:
        application.expires_at = at + timedelta(days=settings.DOOR_DRAFT_DAYS)
        columns.append("expires_at")
    application.save(update_fields=columns)


@transaction.atomic
def submit_application(*, application: PublicApplication, at: datetime) -> None:
    """draft | returned → submitted. Sent twice, the second finds it submitted and is refused.

    The view lets the forms judge all answers once more; here nothing may be missing.
    """
    _lock(application)
    before = application.state
    if before not in EDITABLE:
        raise WrongState("Pendaftaran ini sudah dikirim.")
    answers = kept.read(application)
    if not all(name in answers for name in kept.REQUIRED) or application.district_id is None:
        raise Incomplete("Masih ada bagian yang belum diisi.")
    application.state, application.submitted_at = ApplicationState.SUBMITTED, at
    application.round += 1
    application.taken_at = application.taken_by = application.expires_at = None
    application.save(update_fields=["state", "submitted_at", "round", "taken_at", "taken_by", "expires_at"])
    changes: dict[str, list[Any]] = {
        "state": [str(before), str(application.state)],
        "consent_text": [None, application.consent_text_id],
        "consented_at": [None, application.consented_at.isoformat()],
        "consent_method": [None, str(application.consent_method)],
    }
    audit.record(Verb.SUBMITTED, by=None, at=at, subject=application, changes=changes, actor=APPLICANT)


@transaction.atomic
def discard_draft(*, application: PublicApplication) -> None:
    """Forget a draft that was never sent, at the wish of the one who wrote it."""
    deleted, _ = PublicApplication.objects.filter(pk=application.pk, state=ApplicationState.DRAFT).delete()
    if not deleted:
        raise WrongState("Pendaftaran ini sudah dikirim, jadi tidak dapat dihapus di sini.")


def _lock(application: PublicApplication) -> None:
    """Read the row anew, and hold it until commit."""
    application.refresh_from_db(from_queryset=PublicApplication.objects.select_for_update())
