"""What is too long to be read in one go does not get in."""

from __future__ import annotations

from pathlib import Path

from tests.architecture import sources

FILE_LINES = 500
FUNCTION_LINES = 40
VIEW_LINES = 25
TEMPLATE_LINES = 200
FORBIDDEN_MODULES = {"utils", "helpers", "services", "selectors", "common"}
SHORT = {".py", ".css", ".js", ".toml", ".yml"}


def too_long(function: sources.Function) -> bool:
    return function.lines > (VIEW_LINES if function.is_view else FUNCTION_LINES)


def line_count(path: Path) -> int:
    return len(sources.text(path).splitlines())


def test_no_file_is_longer_than_the_budget() -> None:
    paths = [path for path in sources.files() if path.suffix in SHORT and "migrations" not in path.parts]
    assert {str(path): line_count(path) for path in paths if line_count(path) > FILE_LINES} == {}


def test_no_template_is_longer_than_the_budget() -> None:
    long = {str(path): line_count(path) for path in sources.with_suffix(".html")}
    assert {path: lines for path, lines in long.items() if lines > TEMPLATE_LINES} == {}


def test_no_function_or_view_is_longer_than_the_budget() -> None:
    found = [
        f"{function.place} has {function.lines} lines"
        for path in sources.python_files()
        for function in sources.functions(path, sources.text(path))
        if too_long(function)
    ]
    assert found == []


def test_the_measure_sees_a_long_view() -> None:
    source = '@public("why")\ndef page(request):\n' + "    pass\n" * VIEW_LINES
    (view,) = sources.functions(Path("views.py"), source)
    assert view.is_view
    assert view.lines == VIEW_LINES + 1
    assert too_long(view)


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        str(path) for path in sources.python_files() if FORBIDDEN_MODULES & {path.stem, *path.parts}
    ] == []
