"""The search for doubles in the whole register: as a job of a person, or as a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.jobs import RunningJob
from registry.actions.doubles import forget_open_pairs, note_pairs
from registry.duplicates.pairs import all_pairs

AT_ONCE = 2_000
Progress = Callable[[int, int], None]


def fill_worklist(
    *,
    at: datetime,
    progress: Progress = lambda done, total: None,
    beat: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """How many pairs the register has, and how many are new on the list. Safe to run again at any time."""
    matches = all_pairs(beat)
    new = 0
    for start in range(0, len(matches), AT_ONCE):
        with transaction.atomic():
            new += note_pairs(matches[start : start + AT_ONCE], at=at)
            progress(min(start + AT_ONCE, len(matches)), len(matches))
    forget_open_pairs({(match.a, match.b) for match in matches})
    return len(matches), new


def fill_as_job(running: RunningJob) -> None:
    """Of a person who may not see all of the register too: the list shows each only what they may see."""
    fill_worklist(at=timezone.now(), progress=running.checkpoint, beat=running.heartbeat)
