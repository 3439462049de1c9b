"""A Chromium for the browser tests: the system's, else installed here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium that starts; None when the one Playwright installs must do."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            answer = subprocess.run([path, "--version"], capture_output=True, check=False)
            if answer.returncode == 0:
                return path
    return None


def install_with_apt() -> None:
    """Debian's package; on other systems the attempt may fail, and Playwright's own follows."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *command], env=quiet, check=False, stdin=subprocess.DEVNULL)


def main() -> int:
    if find_chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write("Memasang Chromium untuk uji peramban …\n")
        sys.stdout.flush()
        install_with_apt()
        if find_chromium():
            return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
