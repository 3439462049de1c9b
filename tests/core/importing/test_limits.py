"""The child that reads may use little, and whatever becomes of it, the parent says a sentence."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.importing import reading
from core.importing.files import UnreadableFile
from core.importing.reading import open_table
from tests.architecture import sources
from tests.core.importing.making import DATA, HEADER, cell, row, sheet, table, xlsx

FACTS = '{"facts": {"kind": "csv", "last_row": 9, "warnings": []}}'


def limited(statement: str, *, seconds: int = 60) -> int:
    """The return code of a process under the limits of the reader."""
    program = f"from core.importing import reader; reader.CPU_SECONDS = {seconds}; reader.limit_resources(); {statement}"
    done = subprocess.run([sys.executable, "-c", program], cwd=sources.ROOT, capture_output=True, check=False)
    return done.returncode


def test_the_child_gets_no_more_memory_than_its_limit() -> None:
    assert limited("bytearray(200 * 1024 * 1024)") == 0
    assert limited("bytearray(800 * 1024 * 1024)") == 1


def test_the_child_gets_no_more_processor_time_than_its_limit() -> None:
    assert limited("sum(range(1000))", seconds=1) == 0
    assert limited("[None for _ in iter(int, 1)]", seconds=1) in (-signal.SIGXCPU, -signal.SIGKILL)


def test_the_child_writes_no_file(tmp_path: Path) -> None:
    assert limited(f"import pathlib; pathlib.Path({str(tmp_path / 'x')!r}).write_text('x')") == 1
    assert (tmp_path / "x").read_text() == ""


def test_1_7_a_file_that_slips_by_and_makes_the_reader_abort_is_a_message(tmp_path: Path) -> None:
    # cells out of their order hide the far one from the pre-check; calamine then wants 11 GB and aborts
    rows = f'<row r="1">{cell("XFD1", "x")}{cell("A1", "x")}</row>' + "".join(
        row(number, DATA) for number in range(2, 30_000)
    )

    with pytest.raises(UnreadableFile, match="isinya rusak, atau terlalu besar untuk diolah"):
        open_table(xlsx(tmp_path / "berkas", sheet(rows)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return xlsx(tmp_path / "berkas", sheet(table(HEADER, DATA)))


def child(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(reading, "COMMAND", (sys.executable, "-c", f"import os, sys, time\n{program}"))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("os.kill(os.getpid(), 6)", "isinya rusak"),
        ("os.kill(os.getpid(), 11)", "isinya rusak"),
        ("os.kill(os.getpid(), 9)", "terlalu lama"),
        ("os.kill(os.getpid(), 24)", "terlalu lama"),
        ("sys.exit(1)", "isinya rusak"),
        ("sys.exit(0)", "isinya rusak"),
        ("time.sleep(60)", "terlalu lama"),
        ("print('[[', flush=True); time.sleep(60)", "isinya rusak"),
    ],
)
def test_a_dead_a_silent_and_a_babbling_child_are_unreadable_files(
    monkeypatch: pytest.MonkeyPatch, path: Path, program: str, message: str
) -> None:
    monkeypatch.setattr(reading, "SILENCE_SECONDS", 2)
    child(monkeypatch, program)

    with pytest.raises(UnreadableFile, match=message):
        open_table(path)


def test_a_child_that_dies_between_two_rows_is_no_shorter_file(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    rows = [[number, list(DATA)] for number in range(1, 31)]
    child(monkeypatch, f"print({FACTS!r}); print({str(rows)!r}.replace(chr(39), chr(34)))")

    with open_table(path) as opened, pytest.raises(UnreadableFile, match="isinya rusak"):
        list(opened)


def test_a_table_that_is_closed_early_leaves_no_process(path: Path) -> None:
    with open_table(path) as opened:
        process = opened._child._process

    assert process.returncode is not None


def test_the_child_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    child(monkeypatch, "sys.exit(9 if 'SECRET_KEY' in os.environ else os.kill(os.getpid(), 9))")

    with pytest.raises(UnreadableFile, match="terlalu lama"):
        open_table(path)
