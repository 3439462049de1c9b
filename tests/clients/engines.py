"""The engines of others that fill our form: JavaRosa, as in ODK Collect, and ODK's web form engine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import prepare_clients
from surveys.questionnaire import Value

FORM, FILLS, RESULTS = "form.xml", "fills.tsv", "results.tsv"
PATIENCE = 300  # seconds
ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\r", "\\r"), ("\n", "\\n"))


@dataclass(frozen=True)
class Result:
    """What an engine made of one fill; `xml` is what it would send."""

    is_accepted: bool
    asked: tuple[str, ...]
    wrong: tuple[str, ...]
    xml: bytes


class Engine:
    def __init__(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = [str(word) for word in command]
        self.environment = dict(environment)

    def __str__(self) -> str:
        return self.name

    def fill(self, folders: Iterable[Path]) -> list[list[Result]]:
        """One start of the engine for all folders; the results in the order of the fills."""
        folders = list(folders)
        done = subprocess.run(
            [*self.command, *map(str, folders)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return [_results(folder) for folder in folders]


def java_rosa() -> Engine:
    command = [*prepare_clients.java_command(), "-Duser.timezone=Asia/Jakarta", "FillForms"]
    return Engine("JavaRosa", command, prepare_clients.environment())


def web_engine() -> Engine:
    command = [prepare_clients.node(), prepare_clients.CLIENTS / "fill_forms.mjs"]
    return Engine("xforms-engine", command, prepare_clients.environment() | {"TZ": "Asia/Jakarta"})


def write_fills(folder: Path, fills: Iterable[Mapping[str, Value]]) -> None:
    """A line each, the answers by the name of their question."""
    lines = ("\t".join(f"{name}={_cell(value)}" for name, value in fill.items()) for fill in fills)
    (folder / FILLS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(value: Value) -> str:
    text = value if isinstance(value, str) else " ".join(value)
    for plain, escaped in ESCAPES:
        text = text.replace(plain, escaped)
    return text


def _results(folder: Path) -> list[Result]:
    with (folder / RESULTS).open(encoding="utf-8", newline="\n") as lines:
        return [_result(line.rstrip("\n")) for line in lines]


def _result(line: str) -> Result:
    verdict, asked, wrong, xml = line.split("\t")
    for plain, escaped in reversed(ESCAPES[1:]):
        xml = xml.replace(escaped, plain)
    return Result(
        verdict == "accepted", tuple(asked.split()), tuple(wrong.split()), xml.replace("\\\\", "\\").encode()
    )
