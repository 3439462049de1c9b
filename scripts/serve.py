"""Serve on this machine only, with a worker beside the server, after saying where and as whom to log in.

Ctrl+C ends both. A worker that dies is said and started again; when the server ends, the worker ends too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOST = "127.0.0.1"
PASSWORD = "peragaan-umkm-2026"  # noqa: S105 - of the demonstration, where DEBUG is on
GRACE = 20  # seconds a process has to finish what it is doing
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


class Ended(Exception):
    """Somebody wants both processes to end."""


def ask_to_end(number: int, frame: FrameType | None) -> None:
    raise Ended


def start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(ROOT / "manage.py"), *words])


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_together(address: str) -> int:
    """The server and the worker until one of the ends above; the server's return code, 0 after Ctrl+C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_end)
    server, worker = start("runserver", address), start("worker")
    pause = 1.0
    try:
        while (code := server.poll()) is None:
            if worker.poll() is not None:
                sys.stderr.write(
                    f"Pekerja latar berhenti (kode {worker.returncode}); dijalankan lagi dalam {pause:.0f} detik.\n"
                )
                time.sleep(pause)
                pause = min(2 * pause, 60)
                worker = start("worker")
            time.sleep(0.5)
    except Ended:
        code = 0
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl+C while both are ending
    for process in (server, worker):
        with contextlib.suppress(OSError):
            end(process)
    return code


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
        return run_together(address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
