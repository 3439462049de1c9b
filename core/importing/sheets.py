"""What the scans of XLSX and ODS share. Rows and columns count from 1."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_COLUMNS = 60
MAX_ROWS = 200_000
MAX_BLANK_ROWS = 200


@dataclass(frozen=True)
class Merge:
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    address: str


@dataclass
class Scan:
    hidden: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    marks: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)  # row: column: cell
    last_row: int = 0  # of the block of rows in which no more than MAX_BLANK_ROWS follow one another
    far: str = ""  # where something is written outside that block, or right of MAX_COLUMNS


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
