"""Do the jobs of the queue, one after the other, until told to end. Any number may run side by side."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.backends.signals import connection_created

from core import jobs

logger = logging.getLogger("core.jobs")


class Command(BaseCommand):
    help = "Kerjakan pekerjaan latar dari antrean sampai dihentikan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="berhenti bila antrean kosong")
        parser.add_argument(
            "--poll", type=float, default=1.0, help="detik di antara dua pemeriksaan antrean kosong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stop = threading.Event()
        self.noted = float("-inf")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        connection_created.connect(limit_idle_transactions)
        if connection.connection is not None:
            limit_idle_transactions(connection=connection)
        logger.info("worker %s started", self.name)
        try:
            self._work(once=options["once"], poll=options["poll"])
        finally:
            connection_created.disconnect(limit_idle_transactions)
            self._leave()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()

    def _work(self, *, once: bool, poll: float) -> None:
        while not self.stop.is_set():
            try:
                worked = self._next_job()
            except (DatabaseError, InterfaceError):
                logger.exception("worker %s: the database does not answer", self.name)
                connections.close_all()
                worked = False
            if not worked:
                if once:
                    return
                self.stop.wait(poll)

    def _next_job(self) -> bool:
        if time.monotonic() - self.noted > jobs.NOTE_EVERY:
            jobs.note_worker(self.name)
            self.noted = time.monotonic()
        running = jobs.claim(self.name, stop_requested=self.stop.is_set)
        if running is None:
            return False
        jobs.run(running)
        return True

    def _leave(self) -> None:
        try:
            jobs.forget_worker(self.name)
        except (DatabaseError, InterfaceError):
            logger.warning("worker %s could not sign off", self.name)
        logger.info("worker %s ended", self.name)


def limit_idle_transactions(connection: Any, **kwargs: Any) -> None:
    """A worker frozen inside a transaction must not hold its locks longer than its lease (PostgreSQL)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, false)",
                [f"{settings.JOB_LEASE_SECONDS}s"],
            )
