"""A program run to its end, and the memory it held with its children; pages that they share count once."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

LOOK_EVERY = 0.2  # seconds


def run_and_watch(command: Sequence[str]) -> tuple[str, float]:
    """What it wrote, and the most MiB seen at once (0 where the system has no /proc). Raises when it fails."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    most = 0.0
    while True:
        try:
            told, complaint = process.communicate(timeout=LOOK_EVERY)
        except subprocess.TimeoutExpired:
            most = max(most, sum(map(_proportional_set, _family(process.pid))))
            continue
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, told, complaint)
        return told, most


def _family(pid: int) -> Iterator[int]:
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(thread).split():
            yield from _family(int(child))


def _proportional_set(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+)", _read(Path(f"/proc/{pid}/smaps_rollup")), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _read(path: Path) -> str:
    """Nothing of a process that ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""
