"""What reviewing leaves to the worker: flags of a whole wave, and accepting more than a request should."""

from __future__ import annotations

from django.db import transaction

from core.jobs import JobFailed, RunningJob
from surveys.actions.flagging import flag_wave
from surveys.actions.reviewing import AcceptanceFilter, accept_some
from surveys.models import Wave


def flag_responses(running: RunningJob) -> None:
    """Begins anew when it is started again: the flags are computed from what stands there."""
    wave = Wave.objects.filter(code=running.payload["wave"]).first()
    if wave is None:
        raise JobFailed("Gelombang ini tidak ada lagi.")
    flag_wave(wave, on_chunk=running.checkpoint)


def accept_responses(running: RunningJob) -> None:
    """Goes on with those that are still passed, as often as it is started."""
    chosen = AcceptanceFilter(**running.payload["chosen"])
    by, at = running.job.created_by, running.job.created_at
    left = chosen.responses(by, until=at).count()
    total, accepted = max(running.job.total, left), 1
    while accepted:
        with transaction.atomic():
            accepted = accept_some(chosen=chosen, by=by, at=at)
            left -= accepted
            running.checkpoint(max(total - left, 0), total)
