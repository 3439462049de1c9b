"""A data file of SPSS, written row by row: variables with labels, value labels, missing values. Pure.

The format is that of the PSPP developers' guide, "System File Format": a header, the dictionary, then the cases,
here compressed by one byte a value. Numbers are IEEE doubles, little end first; texts are UTF-8, at most 255 bytes.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import IO

SYSTEM_MISSING = -sys.float_info.max
EPOCH = date(1582, 10, 14)  # the first day SPSS counts seconds from
LONGEST_TEXT, LONGEST_LABEL, LONGEST_VALUE_LABEL = 255, 255, 120
_CASES_AT = 80  # where the header tells how many cases follow
_BIAS = 100.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SMALL, _LITERAL, _SPACES, _NO_VALUE = 151, 253, 254, 255
_NEXT_TO_LOWEST = struct.unpack("<d", b"\xfe\xff\xff\xff\xff\xff\xef\xff")[0]
Value = float | str | None


class Measure(IntEnum):
    NOMINAL = 1
    ORDINAL = 2
    SCALE = 3


class Format(IntEnum):
    TEXT = 1
    NUMBER = 5
    DATE = 20


@dataclass(frozen=True)
class Variable:
    """`width` is the longest text in bytes, 0 for a number; `missing` are at most three values that are none."""

    name: str
    label: str
    width: int = 0
    measure: Measure = Measure.NOMINAL
    values: Mapping[float | str, str] = field(default_factory=dict)
    missing: Sequence[float] = ()
    format: Format = Format.NUMBER
    digits: int = 8

    @property
    def parts(self) -> int:
        """Of eight bytes each."""
        return max(1, -(-self.width // 8))


def seconds(day: date) -> float:
    return float((day - EPOCH).days * 86_400)


def write(
    out: IO[bytes],
    *,
    label: str,
    variables: Sequence[Variable],
    rows: Iterable[Sequence[Value]],
    at: datetime,
) -> int:
    """How many cases were written; `out` can be sought in, as the header tells it."""
    start = out.tell()
    out.write(_header(label, variables, at))
    out.write(_dictionary(variables))
    cases = 0
    packer = _Packer(out)
    for row in rows:
        for variable, value in zip(variables, row, strict=True):
            packer.add(variable, value)
        cases += 1
    packer.end()
    end = out.tell()
    out.seek(start + _CASES_AT)
    out.write(struct.pack("<i", cases))
    out.seek(end)
    return cases


def _header(label: str, variables: Sequence[Variable], at: datetime) -> bytes:
    width = sum(variable.parts for variable in variables)
    head = b"$FL2" + _padded("@(#) SPSS DATA FILE - Register UMKM", 60)
    head += struct.pack("<iiiiid", 2, width, 1, 0, -1, _BIAS)
    head += f"{at.day:02d} {_MONTHS[at.month - 1]} {at:%y}{at:%H:%M:%S}".encode()
    return head + _padded(label, 64) + bytes(3)


def _dictionary(variables: Sequence[Variable]) -> bytes:
    shorts = [f"V{number:07d}" for number in range(1, len(variables) + 1)]
    records = [
        record for one, short in zip(variables, shorts, strict=True) for record in _variable(one, short)
    ]
    records += _value_labels(variables)
    records.append(_extension(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)))
    floats = struct.pack("<3d", SYSTEM_MISSING, sys.float_info.max, _NEXT_TO_LOWEST)
    records.append(_extension(4, 8, floats))
    shown = [(one.measure, min(max(one.width, 8), 40), 0 if one.width == 0 else 1) for one in variables]
    records.append(_extension(11, 4, b"".join(struct.pack("<3i", *three) for three in shown)))
    names = "\t".join(f"{short}={one.name}" for one, short in zip(variables, shorts, strict=True))
    records.append(_extension(13, 1, names.encode()))
    records.append(_extension(20, 1, b"UTF-8"))
    return b"".join(records) + struct.pack("<2i", 999, 0)


def _variable(one: Variable, short: str) -> Iterator[bytes]:
    kind = Format.TEXT if one.width else one.format
    shown = (kind << 16) | ((one.width or (11 if kind is Format.DATE else one.digits)) << 8)
    label = _cut(one.label, LONGEST_LABEL)
    record = struct.pack("<6i", 2, one.width, bool(label), len(one.missing), shown, shown) + short.encode()
    if label:
        record += struct.pack("<i", len(label)) + label + bytes(-len(label) % 4)
    yield record + b"".join(struct.pack("<d", value) for value in one.missing)
    for _ in range(one.parts - 1):
        yield struct.pack("<6i", 2, -1, 0, 0, 0, 0) + bytes(8)


def _value_labels(variables: Sequence[Variable]) -> Iterator[bytes]:
    place = 1
    for one in variables:
        if one.values:
            record = struct.pack("<2i", 3, len(one.values))
            for value, text in one.values.items():
                label = _cut(text, LONGEST_VALUE_LABEL)
                record += _padded(value, 8) if isinstance(value, str) else struct.pack("<d", value)
                record += bytes([len(label)]) + label + b" " * (-(len(label) + 1) % 8)
            yield record + struct.pack("<3i", 4, 1, place)
        place += one.parts


def _extension(kind: int, size: int, content: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(content) // size) + content


class _Packer:
    """Commands of one byte each, eight together, then what they could not say in a byte."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.commands = bytearray()
        self.literals = bytearray()

    def add(self, variable: Variable, value: Value) -> None:
        if not variable.width:
            self._number(value if not isinstance(value, str) else None)
            return
        text = _padded(str(value or ""), variable.parts * 8, most=variable.width)
        for start in range(0, len(text), 8):
            part = text[start : start + 8]
            self._command(_SPACES if part == b" " * 8 else _LITERAL, part)

    def _number(self, value: float | None) -> None:
        if value is None:
            self._command(_NO_VALUE)
        elif value == int(value) and 1 - _BIAS <= value <= _SMALL:
            self._command(int(value + _BIAS))
        else:
            self._command(_LITERAL, struct.pack("<d", value))

    def _command(self, code: int, literal: bytes = b"") -> None:
        self.commands.append(code)
        if code == _LITERAL:
            self.literals += literal
        if len(self.commands) == 8:
            self._flush()

    def _flush(self) -> None:
        self.out.write(bytes(self.commands) + bytes(self.literals))
        self.commands.clear()
        self.literals.clear()

    def end(self) -> None:
        if self.commands:
            self.commands += bytes(8 - len(self.commands))
            self._flush()


def _cut(text: str, most: int) -> bytes:
    """At most so many bytes, and no half character."""
    return text.encode()[:most].decode(errors="ignore").encode()


def _padded(text: str, width: int, *, most: int | None = None) -> bytes:
    return _cut(text, width if most is None else most).ljust(width)
