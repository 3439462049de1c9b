"""The code book of a wave: every variable and code of all its versions, under the same keys throughout. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.questionnaire.definition import Definition, Item, Kind


@dataclass(frozen=True)
class CodeLabel:
    code: str
    label: str
    versions: tuple[int, ...]


@dataclass(frozen=True)
class Variable:
    """One question; label and prompt are those of the newest version that has it."""

    code: str
    label: str
    prompt: str
    kind: Kind
    is_core: bool
    versions: tuple[int, ...]
    choices: tuple[CodeLabel, ...] = ()


@dataclass(frozen=True)
class CodebookRow:
    """One code of a variable, or the variable itself where it has no codes; `versions` holds the row as it is."""

    variable: str
    label: str
    kind: Kind
    code: str
    code_label: str
    versions: tuple[int, ...]


def variables(versions: Mapping[int, Definition]) -> list[Variable]:
    """`versions` by their numbers. First the questions of the newest version in its order, then older ones.

    A code whose label was changed stands there once a label, the newest first.
    """
    found: dict[str, list[tuple[int, Item]]] = {}
    for number in sorted(versions, reverse=True):
        for item in versions[number]:
            found.setdefault(item.code, []).append((number, item))
    return [_variable(items) for items in found.values()]


def codebook(versions: Mapping[int, Definition]) -> list[CodebookRow]:
    rows = []
    for variable in variables(versions):
        for choice in variable.choices or (CodeLabel("", "", variable.versions),):
            rows.append(
                CodebookRow(
                    variable.code,
                    variable.label,
                    variable.kind,
                    choice.code,
                    choice.label,
                    choice.versions,
                )
            )
    return rows


def _variable(items: list[tuple[int, Item]]) -> Variable:
    """`items` of one code with their version, newest first."""
    newest = items[0][1]
    choices: dict[tuple[str, str], list[int]] = {}
    for number, item in items:
        for choice in item.offered:
            choices.setdefault(choice, []).append(number)
    return Variable(
        code=newest.code,
        label=newest.label,
        prompt=newest.prompt,
        kind=newest.kind,
        is_core=newest.is_core,
        versions=_ascending(number for number, _ in items),
        choices=tuple(CodeLabel(*choice, _ascending(numbers)) for choice, numbers in choices.items()),
    )


def _ascending(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers))
