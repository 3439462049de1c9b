"""Bring the working copy into a state in which it can run: virtual environment, packages, `.env`.

Each step leaves a stamp with the hash of what it was made from, so that a second run does nothing.
Run by the system's Python, before any package is there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
ENV_FILE = ROOT / ".env"
MINIMUM_PYTHON = (3, 11)
MINIMUM_NODE = 20


class Trouble(Exception):
    """One line that tells the reader what to do; shown without a trace."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(command: Sequence[str | Path], failure: str) -> None:
    """Run in the project's folder; a failure ends with the line `failure`."""
    if subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode:
        raise Trouble(failure)


def fingerprint(*paths: Path, extra: str = "") -> str:
    digest = hashlib.sha256(extra.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def make_venv() -> None:
    """A virtual environment whose Python is new enough; one that no longer starts is built anew."""
    if VENV_PYTHON.exists():
        test = f"import sys; sys.exit(sys.version_info < {MINIMUM_PYTHON})"
        if subprocess.run([VENV_PYTHON, "-c", test], check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return
    try:
        import ensurepip  # noqa: F401 - Debian splits it off; only its presence counts here
        import venv
    except ImportError as error:
        raise Trouble(
            "Python ini tidak membawa venv dan ensurepip. Pasang paket python3-venv, lalu ulangi."
        ) from error
    say("Membuat lingkungan Python di .venv …")
    try:
        venv.create(VENV, clear=VENV.exists(), with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(f"Lingkungan Python di .venv tidak dapat dibuat: {error}") from error


def install_requirements(*names: str) -> None:
    paths = [ROOT / name for name in names]
    # the last name is the file to install; the others are what it includes
    value = fingerprint(*paths, extra=sys.version)
    stamp = VENV / f"stamp-{paths[-1].stem}"
    if is_stamped(stamp, value):
        return
    say(f"Memasang paket Python dari {names[-1]} …")
    run(
        [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", paths[-1]],
        f"Paket dari {names[-1]} tidak dapat dipasang; lihat pesan pip di atas.",
    )
    stamp.write_text(value, encoding="utf-8")


def system_npm() -> list[str] | None:
    """The system's npm, if a Node that is new enough stands beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = found.stdout.strip().lstrip("v").partition(".")[0]
    return [npm] if major.isdecimal() and int(major) >= MINIMUM_NODE else None


def wheel_npm() -> list[str]:
    """npm inside the virtual environment; its folder goes on PATH, where npm looks for Node."""
    install_requirements("requirements-node.txt")
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(VENV / "bin" / "npm")]


def install_front_end() -> None:
    value = fingerprint(ROOT / "package.json", ROOT / "package-lock.json")
    stamp = NODE_MODULES / ".stamp"
    if is_stamped(stamp, value):
        return
    npm = system_npm() or wheel_npm()
    say("Memasang paket antarmuka dari package-lock.json …")
    run(
        [*npm, "ci", "--ignore-scripts", "--silent"],
        "Paket antarmuka tidak dapat dipasang; lihat pesan npm di atas.",
    )
    stamp.write_text(value, encoding="utf-8")


def write_env_file() -> None:
    if ENV_FILE.exists():
        return
    descriptor = os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"DEBUG=true\nSECRET_KEY={secrets.token_urlsafe(50)}\n")
    say("Menulis .env untuk pemakaian di komputer ini.")


def look_for_pango() -> None:
    run([VENV_PYTHON, ROOT / "scripts" / "pango.py"], "scripts/pango.py tidak dapat dijalankan.")


def install_browser() -> None:
    run([VENV_PYTHON, ROOT / "scripts" / "browser.py"], "Chromium untuk uji peramban tidak dapat dipasang.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what lint and the tests need")
    options = parser.parse_args()
    try:
        make_venv()
        if options.dev:
            install_requirements("requirements.txt", "requirements-dev.txt")
        else:
            install_requirements("requirements.txt")
        install_front_end()
        look_for_pango()
        write_env_file()
        if options.dev:
            install_browser()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
