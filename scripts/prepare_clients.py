"""What `make test-clients` needs beside the rest: a JDK, Node, ODK's engines, and our Java compiled against them.

Run as a program it installs and compiles, or says in one line what is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from scripts import prepare  # noqa: E402 - the folder above is found only now

CLIENTS = ROOT / "tests" / "clients"
SOURCE = CLIENTS / "java" / "FillForms.java"
BUILD = CLIENTS / ".build"
NO_JDK = (
    "Uji dengan klien ODK memerlukan JDK 17 atau lebih baru (java dan javac). Pada Debian: "
    "apt-get install default-jdk-headless; atau tunjuk dengan JAVA_HOME."
)
MINIMUM_JAVA = 17


def jdk_program(name: str) -> Path | None:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(name, path=str(Path(home) / "bin")) if home else shutil.which(name)
    return Path(found) if found else None


def java(name: str = "java") -> Path:
    """Raises Trouble where there is no JDK that is new enough."""
    found = jdk_program(name)
    if found is None:
        raise prepare.Trouble(NO_JDK)
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.split()
    major = told[1].partition(".")[0] if len(told) > 1 else ""
    if not major.isdecimal() or int(major) < MINIMUM_JAVA:
        raise prepare.Trouble(NO_JDK)
    return found


def validator() -> Path:
    """ODK Validate, with JavaRosa inside, as pyxform brings it."""
    (found,) = prepare.VENV.glob(
        "lib/python*/site-packages/pyxform/validators/odk_validate/bin/ODK_Validate.jar"
    )
    return found


def java_command() -> list[str | Path]:
    return [java(), "-cp", f"{validator()}{os.pathsep}{BUILD}"]


def node() -> Path:
    found = shutil.which("node", path=environment()["PATH"])
    if found is None:
        raise prepare.Trouble("Node tidak ditemukan; jalankan make test-clients, yang memasangnya.")
    return Path(found)


def environment() -> dict[str, str]:
    """With Node of the virtual environment where the system has none that will do."""
    path = os.environ.get("PATH", "")
    if prepare.system_npm() is None:
        path = f"{prepare.VENV / 'bin'}{os.pathsep}{path}"
    return os.environ | {"PATH": path}


def install_engine() -> None:
    names = [CLIENTS / name for name in ("package.json", "package-lock.json")]
    value, stamp = prepare.fingerprint(*names), CLIENTS / "node_modules" / ".stamp"
    if prepare.is_stamped(stamp, value):
        return
    npm = prepare.system_npm() or prepare.wheel_npm()
    prepare.say("Memasang mesin formulir ODK dari tests/clients/package-lock.json …")
    prepare.run(
        [*npm, "ci", "--ignore-scripts", "--silent", "--prefix", CLIENTS],
        "Mesin formulir ODK tidak dapat dipasang; lihat pesan npm di atas.",
    )
    stamp.write_text(value, encoding="utf-8")


def compile_java() -> None:
    compiler, jar = java("javac"), validator()
    value, stamp = prepare.fingerprint(SOURCE, jar), BUILD / ".stamp"
    if prepare.is_stamped(stamp, value):
        return
    BUILD.mkdir(exist_ok=True)
    prepare.run(
        [compiler, "-nowarn", "-cp", jar, "-d", BUILD, SOURCE],
        "tests/clients/java tidak dapat dikompilasi; lihat pesan javac di atas.",
    )
    stamp.write_text(value, encoding="utf-8")


def main() -> int:
    try:
        java()
        install_engine()
        compile_java()
    except prepare.Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
