"""Headings of a file: folded, recognised, remembered by their fingerprint. Pure: imports no Django."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_BRACKETS = re.compile(r"\(([^()]*)\)")
_UNITS = frozenset(
    [
        "rp",
        "rupiah",
        "dalam rupiah",
        "orang",
        "wajib",
        "wajib diisi",
        "opsional",
        "jika ada",
        "bila ada",
        "16 digit",
        "16 angka",
        "13 digit",
        "13 angka",
        "dd mm yyyy",
        "hh bb tttt",
        "tgl bln thn",
    ]
)
_NOT_A_WORD = re.compile(r"[^\w]+|_")


def folded(heading: str) -> str:
    """`No. KTP*`, `no_ktp` and `NO KTP` with a no-break space are one heading: `no ktp`."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    visible = "".join(" " if char.isspace() else char for char in text if _is_visible(char))
    return " ".join(_NOT_A_WORD.sub(" ", visible).split())


def without_unit(heading: str) -> str:
    """Folded, without a unit or an instruction in brackets: `Omzet (Rp)` is `omzet`. Others change the meaning."""
    return folded(_BRACKETS.sub(lambda found: "" if folded(found[1]) in _UNITS else found[0], heading))


def _is_visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in {"Cc", "Cf"}


def fingerprint(headings: Iterable[str]) -> str:
    """The same for the same headings in the same order, however they are punctuated."""
    return hashlib.sha256("\x1f".join(map(folded, headings)).encode()).hexdigest()


def repeated(headings: Sequence[str]) -> list[list[str]]:
    """Headings that are there twice, each with its ways of writing."""
    counts = Counter(folded(heading) for heading in headings)
    twice = [name for name, count in counts.items() if name and count > 1]
    return [[heading for heading in headings if folded(heading) == name] for name in twice]


@dataclass(frozen=True)
class Form:
    """A form known by its headings: which column each of them fills, and the name of its source."""

    name: str
    columns: Mapping[str, str]  # folded heading to column name
    source: str = ""

    def share(self, headings: Iterable[str]) -> float:
        """How much of the form is in the headings, and of the headings in the form: 0 to 1."""
        names = {folded(heading) for heading in headings} - {""}
        both = len(names & set(self.columns))
        return both / max(len(names), len(self.columns), 1)


@dataclass(frozen=True)
class Recognised:
    """`mapping`: number of the heading to column name; `form` is None where only words were recognised."""

    mapping: dict[int, str]
    form: Form | None

    def unmapped(self, headings: Sequence[str]) -> list[str]:
        return [
            heading for place, heading in enumerate(headings) if heading.strip() and place not in self.mapping
        ]


def recognise(
    headings: Sequence[str],
    *,
    forms: Iterable[Form],
    words: Mapping[str, str],
    remembered: Mapping[str, str] | None = None,
) -> Recognised:
    """What was remembered of these headings goes before the form they are most like, that before single words.

    `words` maps folded headings and aliases to column names; `remembered` headings to column names.
    """
    form = max(forms, key=lambda known: known.share(headings), default=None)
    if form is not None and form.share(headings) < 0.5:
        form = None
    kept = {folded(heading): column for heading, column in (remembered or {}).items()}
    mapping: dict[int, str] = {}
    taken: set[str] = set()
    for place, heading in enumerate(headings):
        name = folded(heading)
        column = kept.get(name)
        if column is None and remembered is None:
            column = (form.columns.get(name) if form else None) or words.get(name)
            column = column or words.get(without_unit(heading))
        if column and column not in taken:
            mapping[place] = column
            taken.add(column)
    return Recognised(mapping, form)
