"""What is committed is ours, and says nothing about the machine it was written on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.architecture import sources

OF_OTHERS = {"node_modules", "vendor", "site-packages", "staticfiles", ".venv"}
LONGEST_LINE = 1_000  # minified code has lines of thousands of characters
MACHINE = re.compile(r"(?<![\w./])/(?:home|root|Users|work)/[\w.]")
REGISTRY = re.compile(
    r"registry\.npmjs|pypi\.org|pythonhosted|--(?:extra-)?index-url|\bregistry\s*=", re.IGNORECASE
)
SECRET_FILES = {".env", ".pem", ".key", ".p12", ".sqlite3"}
CODE = {".py", ".js", ".css", ".html", ".toml", ".yml", ".json", ".md", ".txt", ".cfg", ""}


def texts() -> list[tuple[Path, str]]:
    return [(path, sources.text(path)) for path in sources.files() if path.suffix in CODE]


def is_of_others(path: Path, source: str) -> bool:
    minified = path.suffix in {".js", ".css"} and max(map(len, source.splitlines()), default=0) > LONGEST_LINE
    return bool(OF_OTHERS & set(path.parts)) or ".min." in path.name or minified


def test_no_code_of_others_is_committed() -> None:
    assert [str(path) for path, source in texts() if is_of_others(path, source)] == []


def test_minified_code_would_be_noticed() -> None:
    assert is_of_others(Path("static/js/chart.js"), "a" * 5_000)
    assert is_of_others(Path("static/vendor/chart.js"), "")
    assert not is_of_others(Path("static/js/page.js"), "const a = 1;\n")


def test_no_secret_is_committed() -> None:
    assert [str(path) for path in sources.files() if {path.suffix, path.name} & SECRET_FILES] == []


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine path", "registry"])
def test_no_machine_path_and_no_registry_is_named(pattern: re.Pattern[str]) -> None:
    here = Path(__file__).relative_to(sources.ROOT)
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, source in texts()
        if path != here
        for number, line in enumerate(source.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_every_front_end_package_is_pinned_with_its_hash() -> None:
    package = json.loads(sources.text(Path("package.json")))
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values()), wanted
    locked = json.loads(sources.text(Path("package-lock.json")))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    for name, entry in locked.items():
        assert "resolved" not in entry
        assert name == "" or entry["integrity"].startswith("sha512-"), name
