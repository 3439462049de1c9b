"""The commit of an import in small, slow chunks, so that there is a middle to be killed in."""

from __future__ import annotations

from core.importing import committing, handlers
from core.jobs import RunningJob


def commit(running: RunningJob) -> None:
    committing.CHUNK, committing.PAUSE = 20, 0.15
    handlers.commit(running)
