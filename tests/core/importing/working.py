"""The worker's part, done in the test's own process, connection and transaction."""

from __future__ import annotations

from unittest import mock

from django.db import connection

from core import jobs


def work_off_the_queue() -> None:
    with mock.patch.object(connection, "close"):
        while (running := jobs.claim("tests")) is not None:
            jobs.run(running)
