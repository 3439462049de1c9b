"""The commands of the container image, in one place: `python deploy/start.py NAME`.

The Dockerfile, docker-compose.yml and the tests all start exactly these.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANAGE = (sys.executable, str(ROOT / "manage.py"))
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "collectstatic": ((*MANAGE, "collectstatic", "--no-input", "--verbosity", "0"),),
    "migrate": (
        (*MANAGE, "migrate", "--no-input"),
        (*MANAGE, "load_regions"),
        (*MANAGE, "load_sectors"),
        (*MANAGE, "load_consent"),
    ),
    "worker": ((*MANAGE, "worker"),),
    "web": (
        (sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.conf.py"), "config.wsgi"),
    ),
}


def is_healthy() -> bool:
    """Whether the server in this container answers, and its database with it."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    port = os.environ.get("PORT", "8000")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
            return bool(answer.status == 200)
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    if arguments == ["health"]:
        return 0 if is_healthy() else 1
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: start.py {' | '.join([*COMMANDS, 'health'])}\n")
        return 2
    *first, last = COMMANDS[arguments[0]]
    os.chdir(ROOT)
    for command in first:
        failed = subprocess.run(command, check=False).returncode
        if failed:
            return failed
    os.execv(last[0], last)  # noqa: S606 - the server takes over this process and its signals


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
