"""The files of the project as git knows them, and the functions in them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GATES = {"requires", "signed_in", "public"}


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Tracked files and new ones that git does not ignore, relative to the project's folder."""
    listing = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), *listing]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(sorted(Path(name) for name in names if name and (ROOT / name).is_file()))


def with_suffix(suffix: str) -> list[Path]:
    return [path for path in files() if path.suffix == suffix]


def python_files() -> list[Path]:
    """Without migrations, which Django writes and nobody edits again."""
    return [path for path in with_suffix(".py") if "migrations" not in path.parts]


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Function:
    place: str
    lines: int
    is_view: bool


def _gate_of(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.id if isinstance(called, ast.Name) else ""


def functions(path: Path, source: str) -> Iterator[Function]:
    """Every function, from its `def` to its last line; one with a gate is a view."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_view = any(_gate_of(decorator) in GATES for decorator in node.decorator_list)
            yield Function(f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1, is_view)
