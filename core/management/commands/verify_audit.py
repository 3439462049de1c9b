"""Check the audit trail (`core.audit_verification`) in one consistent snapshot; exit code 1 when it is not whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from core.audit_verification import fingerprint, problems, rolled_back


class Command(BaseCommand):
    help = "Periksa keutuhan jejak audit; sidiknya simpan di luar basis data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against",
            type=Path,
            metavar="BERKAS",
            help="berkas berisi sidik jejak lama: jejak sekarang harus masih berawal dengannya",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = _read(options["against"]) if options["against"] else None
        with snapshot():
            found = list(problems())
            if kept is not None:
                try:
                    found += rolled_back(kept)
                except ValueError as error:
                    raise CommandError(f"{options['against'].name}: {error}") from error
            state = fingerprint()
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"jejak audit tidak utuh: {len(found)} masalah")
        self.stdout.write(state)
        self.stderr.write("Jejak audit utuh.")


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, and no writer waits for the reader."""
    outermost = not connection.in_atomic_block
    mode = getattr(connection, "transaction_mode", None)
    if outermost and connection.vendor == "sqlite":
        setattr(connection, "transaction_mode", "DEFERRED")  # noqa: B010 - not in the stubs. IMMEDIATE would take the lock of the writers
    try:
        with transaction.atomic():
            if outermost and connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if outermost and connection.vendor == "sqlite":
            setattr(connection, "transaction_mode", mode)  # noqa: B010


def _read(path: Path) -> str:
    """The last fingerprint of the file; one may append to it day by day."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path.name} tidak dapat dibaca") from error
    if not lines:
        raise CommandError(f"{path.name} kosong")
    return lines[-1]
