"""A questionnaire as data: from one definition come the form, the rules, the XForm and the code book. Pure.

What was answered is a mapping from an item's code to text: a choice's code, a whole number in digits, an ISO
date, free text; or, for several choices, a tuple of codes. `DECLINED` is the answer "tidak menjawab", which a
question with choices offers where it may be declined; nothing at all means untouched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

DECLINED = "not_answered"
NONE = "none"  # as one of several choices: nothing else beside it

Value = str | tuple[str, ...]
Values = Mapping[str, Value]


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMBER = "number"
    AMOUNT = "amount"  # whole rupiah
    TEXT = "text"
    DATE = "date"


CHOICE_KINDS = frozenset({Kind.SINGLE, Kind.MULTIPLE})
NUMBER_KINDS = frozenset({Kind.NUMBER, Kind.AMOUNT})


@dataclass(frozen=True)
class ShownIf:
    """The item is asked when the answer of the choice question `question` is, or holds, one of `values`."""

    question: str
    values: tuple[str, ...]

    def holds(self, values: Values) -> bool:
        given = values.get(self.question, "")
        chosen = (given,) if isinstance(given, str) else given
        return any(value in self.values for value in chosen)


@dataclass(frozen=True)
class Item:
    """One question. `minimum` and `maximum` are whole numbers in digits, or ISO dates of a date."""

    code: str
    kind: Kind
    label: str  # of a column and of a table
    prompt: str  # what the owner is asked
    choices: tuple[tuple[str, str], ...] = ()
    help_text: str = ""
    required: bool = True
    may_decline: bool = False
    minimum: str = ""
    maximum: str = ""
    max_length: int = 0
    shown_if: ShownIf | None = None
    is_core: bool = False

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """The choices as they are put, with "tidak menjawab" where it may be said."""
        return (*self.choices, (DECLINED, "Tidak menjawab")) if self.may_decline else self.choices

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.choices)


@dataclass(frozen=True)
class Part:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Definition:
    """The questions of one version, in their order; an item is shown only after the one it depends on."""

    parts: tuple[Part, ...]
    consent: str = ""

    def __iter__(self) -> Iterator[Item]:
        for part in self.parts:
            yield from part.items

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Item:
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self}

    @cached_property
    def local(self) -> tuple[Item, ...]:
        """What the wave asks beside the core questions."""
        return tuple(item for item in self if not item.is_core)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Definition:
        return cls(
            parts=tuple(
                Part(part["title"], tuple(_item(item) for item in part["items"]))
                for part in document["parts"]
            ),
            consent=document["consent"],
        )

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the definition, the same for the same questions whatever wrote them."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()


def _item(document: Mapping[str, Any]) -> Item:
    shown_if = document["shown_if"]
    return Item(
        **{
            **document,
            "kind": Kind(document["kind"]),
            "choices": tuple((code, label) for code, label in document["choices"]),
            "shown_if": ShownIf(shown_if["question"], tuple(shown_if["values"])) if shown_if else None,
        }
    )
