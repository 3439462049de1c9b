"""A table of a file: opened in a child process with limits, read row by row.

    with open_table(path) as table:
        table.header           # ("NIK", "Nama Pemilik", …)
        for number, cells in table:
            ...                # cells as in core.importing.cells, at least as many as headings

Whatever is wrong with the file, or happens to the child, is raised as UnreadableFile with an Indonesian
sentence: by `open_table` for the file as a whole, while iterating for what stands further down.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from core.importing import layout
from core.importing.cells import Cell
from core.importing.files import UnreadableFile

SILENCE_SECONDS = 90  # of the child; its own limit of processor time is shorter
TOO_LONG = "Berkas terlalu lama dibaca. Bagi menjadi beberapa berkas, lalu unggah lagi."
DIED = "Berkas tidak dapat dibaca: isinya rusak, atau terlalu besar untuk diolah."
NO_HEADER = "Judul kolom tidak ditemukan pada 20 baris pertama."
NO_ROWS = "Berkas kosong: perlu satu baris judul kolom dan paling sedikit satu baris data."
MERGED = "Ada sel gabungan pada {address}. Pisahkan sel gabungan di bagian data, lalu unggah lagi."
TOTAL = "Baris {row} tampak seperti baris jumlah dan tidak dibaca."
NUMBERING = "Baris {row} berisi nomor kolom dan tidak dibaca."
REPEATED = "Baris {row} mengulang judul kolom dan tidak dibaca."
SECOND_TABLE = "Mulai baris {row} tampak tabel lain; bagian itu tidak dibaca."
COMMAND = (sys.executable, "-m", "core.importing.reader")
_ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV")

Row = tuple[int, list[Cell]]
Source = str | os.PathLike[str] | IO[bytes]


@dataclass(frozen=True)
class Sheet:
    name: str
    visible: bool


@dataclass(frozen=True)
class Meta:
    """The facts of a file. Rows count from 1, as a spreadsheet numbers them."""

    kind: str  # "xlsx", "ods" or "csv"
    sheets: tuple[Sheet, ...]  # none in a CSV
    sheet: str | None
    encoding: str | None  # "utf-8", "utf-16" or "cp1252"; None in a spreadsheet
    delimiter: str | None
    header_row: int
    header: tuple[str, ...]  # trimmed; "" where a column has none
    last_row: int  # of a CSV with cells of several lines an upper bound
    hidden_rows: int  # below the headings; they are read like the others
    first_rows: tuple[Row, ...]  # of the first 20 rows those that are not blank, to choose the headings from


class Table:
    """See the module; `warnings` are Indonesian sentences for the preview, complete after the last row."""

    def __init__(self, child: _Child, header_row: int | None, known: Collection[str]) -> None:
        self._child = child
        facts = child.facts
        self._rows = child.rows()
        self._first: list[Row] = []
        for row in self._rows:
            self._first.append(row)
            if row[0] > layout.LOOKED_AT:
                break
        self.warnings: list[str] = list(facts["warnings"])
        self.meta = self._meta(facts, header_row, known)
        self.header = self.meta.header
        self._headings = layout.Headings(self.header, known)
        self._refuse_merges(facts.get("merges", []))

    def _meta(self, facts: dict[str, Any], header_row: int | None, known: Collection[str]) -> Meta:
        if not self._first:
            raise UnreadableFile(NO_ROWS)
        chosen = header_row or layout.find_header_row(self._first, known)
        cells = next((cells for number, cells in self._first if number == chosen), None)
        if chosen is None or cells is None:
            raise UnreadableFile(NO_HEADER)
        if self._first[-1][0] == chosen:
            raise UnreadableFile(NO_ROWS)
        return Meta(
            kind=facts["kind"],
            sheets=tuple(Sheet(**sheet) for sheet in facts.get("sheets", [])),
            sheet=facts.get("sheet"),
            encoding=facts.get("encoding"),
            delimiter=facts.get("delimiter"),
            header_row=chosen,
            header=tuple(layout.heading_texts(cells)),
            last_row=facts["last_row"],
            hidden_rows=sum(number > chosen for number in facts.get("hidden", [])),
            first_rows=tuple(row for row in self._first if row[0] <= layout.LOOKED_AT),
        )

    def _refuse_merges(self, merges: list[list[Any]]) -> None:
        for first_row, _, _, _, address in merges:
            if self.meta.header_row < first_row <= self.meta.last_row:
                raise UnreadableFile(MERGED.format(address=address))

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._child.close()

    def __iter__(self) -> Iterator[Row]:
        """The rows below the headings, once; blank rows, totals and repeated headings are left out."""
        previous = self.meta.header_row
        width = len(self.header)
        for number, cells in self._all_rows():
            if number <= self.meta.header_row:
                continue
            left_out = self._left_out(number, cells, number - previous - 1)
            previous = number
            if left_out is SECOND_TABLE:
                self.warnings.append(SECOND_TABLE.format(row=number))
                return
            if left_out:
                self.warnings.append(left_out.format(row=number))
                continue
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            yield number, cells
        self.warnings += self._child.end["warnings"]

    def _all_rows(self) -> Iterator[Row]:
        while self._first:
            yield self._first.pop(0)
        yield from self._rows

    def _left_out(self, number: int, cells: list[Cell], blank_before: int) -> str | None:
        if layout.is_total(cells):
            return TOTAL
        if number == self.meta.header_row + 1 and layout.is_numbering(cells):
            return NUMBERING
        if self._headings.are_repeated(cells):
            return REPEATED
        return SECOND_TABLE if self._headings.begin_anew(cells, blank_before) else None


def open_table(
    path: Source,
    *,
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header_row: int | None = None,
    name: str = "",
    known: Collection[str] = (),
) -> Table:
    """Open a file for reading; close the table, or use it in a `with`.

    What is not given is found out: the first visible sheet, the delimiter, the encoding, the row of the
    headings. `known` are headings (`headers.folded`) by which that row is told. `name` is what
    the file's owner called it; only messages use it. Of an open file the child gets the descriptor.
    """
    options = {"sheet": sheet, "delimiter": delimiter, "encoding": encoding, "name": name}
    child = _Child(path, options)
    try:
        return Table(child, header_row, known)
    except BaseException:
        child.close()
        raise


class _Child:
    """The process that reads (`core.importing.reader`) and what it says."""

    def __init__(self, path: Source, options: dict[str, str | None]) -> None:
        place = str(Path(path).resolve()) if isinstance(path, (str, os.PathLike)) else "/dev/stdin"
        self._process = subprocess.Popen(  # noqa: S603 - our own module; the path is one argument
            [*COMMAND, place, json.dumps(options)],
            cwd=_ROOT,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},  # no secret of ours
            stdin=subprocess.DEVNULL if isinstance(path, (str, os.PathLike)) else path,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._lines = self._read_lines()
        self.end: dict[str, Any] = {}
        try:
            self.facts: dict[str, Any] = self._next()["facts"]
        except BaseException:
            self.close()
            raise

    def rows(self) -> Iterator[Row]:
        while True:
            message = self._next()
            if isinstance(message, dict):
                self.end = message["end"]
                return
            yield from message

    def _next(self) -> Any:
        line = next(self._lines)
        try:
            message = json.loads(line)
        except ValueError as error:
            raise UnreadableFile(DIED) from error
        if isinstance(message, dict) and "error" in message:
            raise UnreadableFile(message["error"])
        return message

    def _read_lines(self) -> Iterator[bytes]:
        """Lines as they come; a child that ends without its last line, or is silent, is an unreadable file."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        parts: list[bytes] = []
        while True:
            ready, _, _ = select.select([pipe], [], [], SILENCE_SECONDS)
            if not ready:
                raise UnreadableFile(TOO_LONG)
            chunk = os.read(pipe, 1 << 20)
            if not chunk:
                raise UnreadableFile(self._cause_of_death())
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                yield b"".join([*parts, line])
                parts.clear()
            if rest:
                parts.append(rest)

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        return TOO_LONG if code in (-signal.SIGXCPU, -signal.SIGKILL) else DIED

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
