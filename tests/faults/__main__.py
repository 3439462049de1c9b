"""`python -m tests.faults`: a day of the field on the database of DATABASE_URL, with everything going wrong.

    FAULTS_ENUMERATORS=40 FAULTS_INTERVIEWS=50   how many send how much
    FAULTS_IMPORT_ROWS=33391                     rows of the import beside which others send (PostgreSQL; 0: none)

All telephones send at once while a seventh of the answers are lost and workers of the server are killed: what was
acknowledged is stored, nothing is stored twice, and nobody is told of an error. Ends with 1 where that does not hold.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from bench.place import throwaway
from bench.report import say
from tests.faults.phones import Tally

ENUMERATORS = int(os.environ.get("FAULTS_ENUMERATORS", "40"))
INTERVIEWS = int(os.environ.get("FAULTS_INTERVIEWS", "50"))
IMPORT_ROWS = int(os.environ.get("FAULTS_IMPORT_ROWS", "33391"))
LOST, KILL_EVERY, WORKERS = 0.15, 5.0, 4
PAUSE = 2.0  # seconds between two sends of one telephone beside the import
MOST_SECONDS = 1.0


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with tempfile.TemporaryDirectory(prefix="faults-") as folder, throwaway() as engine:
        os.environ["MEDIA_DIR"] = str(Path(folder, "media"))
        os.environ["FAULTS_LOG"] = str(Path(folder, "server.log"))
        wrong = run(engine)
        if wrong:
            say(Path(folder, "server.log").read_text(errors="replace")[-4_000:])
    for line in wrong:
        sys.stdout.write(f"WRONG: {line}\n")
    return 1 if wrong else 0


def run(engine: str) -> list[str]:
    import django

    django.setup()
    from django.core.management import call_command

    for command in ("make_keys", "migrate", "load_regions", "load_sectors"):
        call_command(command, verbosity=0, stdout=sys.stderr)
    wrong = with_faults(engine)
    if engine == "PostgreSQL" and IMPORT_ROWS:
        wrong += beside_an_import()
    return wrong


def with_faults(engine: str) -> list[str]:
    """Answers are lost and workers killed; what is wrong afterwards."""
    from bench import field
    from tests.faults import phones, server

    people = field.enumerators(ENUMERATORS, INTERVIEWS)
    started = time.monotonic()
    with server.serving(WORKERS) as running, running.losing_workers(KILL_EVERY) as killed:
        tally = phones.all_send(running.port, people, lost=LOST)
    taken = time.monotonic() - started
    asked = ENUMERATORS * INTERVIEWS
    sends = sum(tally.statuses.values()) + tally.cut + tally.broken
    told(
        f"{engine}: {ENUMERATORS} x {INTERVIEWS} interviews in {taken:.0f} s ({asked / taken:.0f}/s), {sends} sends, "
        f"{tally.cut} answers cut, {tally.broken} connections broken, {len(killed)} workers killed; "
        f"answers {dict(sorted(tally.statuses.items()))}, p50 {tally.percentile(0.5):.2f} s, "
        f"p95 {tally.percentile(0.95):.2f} s"
    )
    expected = {instance_id for person in people for instance_id in person.bodies}
    return judged(tally, expected) + ([] if killed else ["no worker was killed"])


def judged(tally: Tally, expected: set[str]) -> list[str]:
    """Acknowledged is stored, once, as an interview with its visit, in a trail that holds together."""
    from core.audit_verification import problems
    from surveys.models import Response, Submission, Visit

    stored = {str(row): state for row, state in Submission.objects.values_list("instance_id", "state")}
    doubled = Counter(Response.objects.values_list("wave", "business"))
    counts = {
        "acknowledged but not stored": len(tally.acknowledged - set(stored)),
        "never acknowledged": len(expected - tally.acknowledged),
        "held": sum(state != "stored" for state in stored.values()),
        "doubled": sum(count - 1 for count in doubled.values()),
        "more sends stored than were made": len(set(stored) - expected),
        "sends without an interview": len(stored) - Response.objects.count(),
        "interviews without a visit": Response.objects.count() - Visit.objects.count(),
        "faults of the audit trail": len(list(problems())),
        "answered with an error of the server": tally.server_errors,
        "refused": sum(count for status, count in tally.statuses.items() if 400 <= status < 500),
    }
    told(f"  {len(tally.acknowledged)} acknowledged, {len(stored)} stored; {counts}")
    return [f"{count} {what}" for what, count in counts.items() if count]


def beside_an_import() -> list[str]:
    """What a send takes while a list of the whole city is staged and committed."""
    from bench import city_file, field, imports
    from tests.faults import phones, server

    people = field.enumerators(ENUMERATORS, 10 * INTERVIEWS)
    enough, tallies, by = threading.Event(), list[Tally](), imports.somebody()
    with tempfile.TemporaryDirectory(prefix="faults-import-") as folder, server.serving(2) as running:
        city_file.write(Path(folder), IMPORT_ROWS, kinds=("csv",))
        batch = imports.uploaded(Path(folder, "daftar.csv"), by)
        sending = threading.Thread(
            target=lambda: tallies.append(
                phones.all_send(running.port, people, lost=LOST, pause=PAUSE, until=enough)
            )
        )
        started = time.monotonic()
        sending.start()
        try:
            imports.begin_staging(batch, by)
            work()
            batch.refresh_from_db()
            imports.begin_commit(batch, by)
            work()
        finally:
            enough.set()
            sending.join()
    [tally] = tallies
    taken = time.monotonic() - started
    told(
        f"PostgreSQL beside an import of {IMPORT_ROWS} rows: {len(tally.acknowledged)} interviews in {taken:.0f} s, "
        f"p50 {tally.percentile(0.5):.2f} s, p95 {tally.percentile(0.95):.2f} s, "
        f"longest {max(tally.seconds, default=0):.2f} s, answers {dict(sorted(tally.statuses.items()))}"
    )
    wrong = [f"p95 is {tally.percentile(0.95):.2f} s"] if tally.percentile(0.95) >= MOST_SECONDS else []
    return wrong + ([f"{tally.server_errors} answered with an error"] if tally.server_errors else [])


def work() -> None:
    subprocess.run([sys.executable, "manage.py", "worker", "--once"], check=True)


def told(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
