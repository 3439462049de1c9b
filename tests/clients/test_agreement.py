"""Our check and the engines of ODK judge the same answers alike: what is asked, what is wrong, what may be sent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

import pytest

from scripts import prepare_clients
from surveys.openrosa.xform import LISTS, xform
from surveys.questionnaire import Definition, Value, check
from tests.clients.definitions import random_definition, random_fill, right_fill
from tests.clients.engines import FORM, Engine, Result, java_rosa, web_engine, write_fills
from tests.surveys.openrosa.questionnaires import with_every_kind

SEED = 20_261_122
FORMS = 24
FILLS = 250  # of each form by JavaRosa: 6,000 in all
FILLS_WEB = 30
FRAME = {"visit/business": "x", "visit/outcome": "done", "consent": "yes"}
Fill = dict[str, Value]


@cache
def definitions() -> tuple[Definition, ...]:
    random = Random(SEED)
    return (with_every_kind(), *(random_definition(random) for _ in range(FORMS - 1)))


def fills_of(number: int, definition: Definition, count: int) -> list[Fill]:
    """Half of them with all manner of answers, half right but for one."""
    random = Random(f"{SEED}/{number}")
    return [_fill(random, definition) for _ in range(count)]


def _fill(random: Random, definition: Definition) -> Fill:
    if random.random() < 0.5:
        return random_fill(random, definition)
    fill = right_fill(random, definition)
    code = random.choice([item.code for item in definition])
    another = random_fill(random, definition)
    return fill | ({code: another[code]} if code in another else {}) if random.random() < 0.5 else fill


def written(folder: Path, definition: Definition, fills: list[Fill]) -> Path:
    folder.mkdir()
    (folder / FORM).write_bytes(xform("uji", "Gelombang uji", 1, definition))
    for name in LISTS:
        (folder / f"{name}.csv").write_text("name,label,note\nx,X,\n", encoding="utf-8")
    write_fills(folder, [FRAME | fill for fill in fills])
    return folder


@pytest.mark.parametrize(
    ("engine", "count"),
    [(java_rosa, FILLS), (web_engine, FILLS_WEB)],
    ids=["JavaRosa", "xforms-engine"],
)
def test_check_and_engine_agree_on_every_fill(engine, count: int, tmp_path: Path) -> None:
    fills = [fills_of(number, definition, count) for number, definition in enumerate(definitions())]
    folders = [
        written(tmp_path / str(number), definition, fills[number])
        for number, definition in enumerate(definitions())
    ]
    client: Engine = engine()
    compared, accepted, disagreements = 0, 0, []
    for definition, of_form, results in zip(definitions(), fills, client.fill(folders), strict=True):
        for fill, result in zip(of_form, results, strict=True):
            compared += 1
            accepted += result.is_accepted
            if difference := disagreement(definition, fill, result):
                disagreements.append(f"{difference}: {fill}")
    sys.stdout.write(
        f"\n{client}: {compared} fills of {FORMS} forms, {accepted} accepted, {len(disagreements)} disagreements\n"
    )
    assert disagreements == []
    assert compared == FORMS * count
    assert compared // 4 < accepted < compared * 3 // 4, "both verdicts must come up often"


def disagreement(definition: Definition, fill: Mapping[str, Value], result: Result) -> str:
    """What the engine sees otherwise than `check`; empty when nothing."""
    checked = check(definition, fill)
    asked = {item.code for item in definition if not item.shown_if or item.shown_if.holds(checked.values)}
    theirs = {name for name in result.asked if not name.startswith("visit/")} - {"consent"}
    if theirs != asked:
        return f"asked {sorted(theirs ^ asked)}"
    if set(result.wrong) != set(checked.problems):
        return f"wrong {sorted(set(result.wrong) ^ set(checked.problems))}"
    if result.is_accepted != (not checked.problems):
        return "verdict"
    return ""


def test_a_disagreement_would_be_found() -> None:
    """The comparison itself can fail."""
    definition = with_every_kind()
    fill = right_fill(Random(1), definition)
    asked = tuple(
        item.code
        for item in definition
        if not item.shown_if or item.shown_if.holds(check(definition, fill).values)
    )
    assert disagreement(definition, fill, Result(True, asked, (), b"")) == ""
    assert disagreement(definition, fill, Result(False, asked, (), b"")) == "verdict"
    assert disagreement(definition, fill, Result(True, asked, ("workers",), b"")) == "wrong ['workers']"
    assert disagreement(definition, fill, Result(True, asked[1:], (), b"")).startswith("asked")


def test_odk_validate_accepts_every_form(tmp_path: Path) -> None:
    paths = []
    for number, definition in enumerate(definitions()):
        paths.append(tmp_path / f"{number}.xml")
        paths[-1].write_bytes(xform("uji", "Gelombang <uji> & 'lain'", 1, definition))
    done = validated(*paths)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("Xform is valid") + done.stderr.count("Xform is valid") == FORMS


def test_odk_validate_refuses_a_broken_form(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    form = xform("uji", "Uji", 1, with_every_kind())
    broken.write_bytes(form.replace(b"selected(/data/", b"selected((/data/", 1))
    assert validated(broken).returncode != 0


def validated(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [prepare_clients.java(), "-jar", prepare_clients.validator(), *paths]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
