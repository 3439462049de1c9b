"""The commit of an import in small, slow chunks, so that there is a middle to be killed in."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from core.importing import handlers, pace
from core.jobs import RunningJob


def commit(running: RunningJob) -> None:
    pace.MOST, checkpoint = 20, running.checkpoint

    def slowly(*done: Any) -> None:
        checkpoint(*done)
        transaction.on_commit(lambda: time.sleep(0.15))

    running.checkpoint = slowly  # type: ignore[method-assign]  # of this one
    handlers.commit(running)
