"""Pango and its kin, which lay out the text of PDF papers: the system's, else installed here.

Without them all else works; certificates say what is missing. So this never fails, it only tells.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1")
# The last one draws what the certificate's own letters lack.
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
ADVICE = (
    "Sertifikat PDF belum dapat dibuat: Pango belum terpasang. Pasang dengan pengelola paket sistem, "
    f"di Debian dan Ubuntu: apt-get install {' '.join(PACKAGES)}; di macOS: brew install pango."
)


def is_there() -> bool:
    """Whether each loads; on other systems than Linux the libraries have other names, so ask for none."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install_with_apt() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        subprocess.run(["apt-get", "-qq", *command], env=quiet, check=False, stdin=subprocess.DEVNULL)


def main() -> int:
    if is_there():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write("Memasang Pango untuk sertifikat PDF …\n")
        sys.stdout.flush()
        install_with_apt()
    if not is_there():
        sys.stdout.write(f"{ADVICE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
