"""Serve on this machine only, after saying where and as whom to log in."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOST = "127.0.0.1"
PASSWORD = "peragaan-umkm-2026"  # noqa: S105 - of the demonstration, where DEBUG is on
LOGINS = {
    "admin": "administrator",
    "petugas": "petugas pendaftaran",
    "verifikator": "verifikator",
    "enumerator": "enumerator, hanya kecamatan pertama (Kademangan): UMKM di kecamatan lain tidak tampak baginya",
    "pengawas": "pengawas lapangan",
    "pimpinan": "pimpinan dinas",
    "pelatih": "pelatih",
}


def read_port(word: str) -> int | None:
    return int(word) if word.isdecimal() and word.isascii() and 1 <= int(word) <= 65535 else None


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def complaint(word: str) -> str | None:
    """What is wrong with the port, or None."""
    port = read_port(word)
    if port is None:
        return f"PORT={word} bukan nomor porta; tulis angka 1 sampai 65535."
    if is_taken(port):
        return f"Porta {port} sudah dipakai atau tidak boleh dibuka; pilih yang lain, misalnya: make run PORT=8010"
    return None


def is_debug() -> bool:
    from config import env  # needs Django, which is there only after the set-up

    env.load_env_file(ROOT / ".env")
    return env.boolean("DEBUG", False)


def announce(port: str) -> None:
    sys.stdout.write(f"\n  Buka http://{HOST}:{port}/ di peramban. Berhenti: Ctrl+C.\n\n")
    sys.stdout.write(f"  Akun peragaan (kata sandi semuanya: {PASSWORD}):\n")
    for name, role in LOGINS.items():
        sys.stdout.write(f"    {name:<12} {role}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()


def main() -> int:
    only_check = sys.argv[1:2] == ["--check"]
    word = sys.argv[-1]
    line = complaint(word)
    if line:
        sys.stderr.write(f"{line}\n")
        return 1
    if not only_check:
        if not is_debug():
            sys.stderr.write("make run hanya untuk mencoba dengan DEBUG=true; untuk produksi lihat README.\n")
            return 1
        announce(word)
        address = f"{HOST}:{word}"
        os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"  # said by the lines above
        os.execv(sys.executable, [sys.executable, str(ROOT / "manage.py"), "runserver", address])  # noqa: S606 - our own file
    return 0


if __name__ == "__main__":
    sys.exit(main())
