"""The child process that reads a stranger's file: `python -m core.importing.reader PATH OPTIONS`.

It may use little memory and little time and write no file, and dies rather than the server. To its standard
output go lines of JSON: the facts of the file first, then blocks of rows `[[number, cells], ...]`, then the
end. Without the line of the end the reading has failed. OPTIONS is a JSON object; see `reading.open_table`.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.importing import csv_text, ods, xlsx
from core.importing.archives import BROKEN, LOCKED, Archive
from core.importing.cells import MAX_CELL, Cell, plain_text, text_of, typed
from core.importing.files import UnreadableFile, is_archive
from core.importing.layout import LOOKED_AT
from core.importing.sheets import MAX_COLUMNS, MAX_ROWS, Scan

MEMORY_BYTES = 512 * 1024 * 1024  # of addresses; the largest workbook let in needs 200 MB of them filled
CPU_SECONDS = 60
BLOCK = 200  # rows a line
TOO_MANY_ROWS = "Berkas lebih panjang dari 200.000 baris. Bagi menjadi beberapa berkas."
TOO_MANY_COLUMNS = f"Tabel lebih lebar dari {MAX_COLUMNS} kolom (baris {{row}})."
TOO_BIG = "Berkas terlalu besar atau terlalu rumit untuk dibaca. Bagi menjadi beberapa berkas."
NO_SHEET = "Berkas tidak memiliki lembar kerja yang terlihat."
FAR = "Ada isi jauh di luar tabel, yaitu pada {place}. Hapus isi itu, simpan, lalu unggah lagi."
LINKS = "Berkas mengambil data dari berkas atau sumber lain. Sambungan itu diabaikan."
MOJIBAKE = "Ada huruf yang sudah rusak di dalam berkas (misalnya “Ã©”). Periksa di pratinjau."

Rows = Iterable[tuple[int, list[Cell]]]


def limit_resources() -> None:
    """Of this process, before it opens anything; where the system knows no such limit, without it."""
    try:
        import resource
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for number, limit in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(number, (limit, limit))


def lines(path: Path, options: dict[str, Any]) -> Iterator[str]:
    if is_archive(path, name=options.get("name", "")):
        facts, rows = _workbook(path, options)
    else:
        facts, rows = _text(path, options)
    yield _json({"facts": facts})
    rows = iter(rows)
    while block := list(islice(rows, BLOCK)):
        yield line_of(block)


def _text(path: Path, options: dict[str, Any]) -> tuple[dict[str, Any], Rows]:
    text, encoding, guessed = csv_text.decoded(path.read_bytes(), options.get("encoding"))
    delimiter = options.get("delimiter") or csv_text.delimiter_of(text)
    if delimiter not in csv_text.DELIMITERS:
        raise UnreadableFile("Pemisah kolom harus titik koma, koma, atau tab.")
    facts = {
        "kind": "csv",
        "encoding": encoding,
        "delimiter": delimiter,
        "last_row": max(text.count("\n"), text.count("\r")) + 1,
        "warnings": [csv_text.GUESSED] if guessed else [],
    }
    rows: Rows = csv_text.rows_of(text, delimiter)
    if "\0" in text:
        rows = ((number, [plain_text(text_of(cell)) for cell in cells]) for number, cells in rows)
    return facts, _within_limits(rows)


def _workbook(path: Path, options: dict[str, Any]) -> tuple[dict[str, Any], Rows]:
    archive = Archive(str(path))
    try:
        sheet, scan, facts = _opened(path, archive, options.get("sheet"))
    except PasswordError as error:
        raise UnreadableFile(LOCKED) from error
    except (CalamineError, OSError) as error:
        raise UnreadableFile(BROKEN) from error
    facts |= {
        "last_row": scan.last_row,
        "hidden": scan.hidden,
        "merges": [astuple(merge) for merge in scan.merges],
        "warnings": [LINKS] if xlsx.follows_links(archive) else [],
    }
    return facts, _within_limits(_sheet_rows(sheet, scan))


def _opened(path: Path, archive: Archive, wanted: str | None) -> tuple[CalamineSheet, Scan, dict[str, Any]]:
    """The sheet, what was scanned of it, and facts; calamine gets nothing whose extent was not looked at."""
    is_ods = "content.xml" in archive.names
    scans: dict[str, Scan] = {}
    if is_ods:
        if ods.LOCKED in archive.text("META-INF/manifest.xml"):
            raise UnreadableFile(LOCKED)
        scans = ods.scan(archive)
        for scan in scans.values():
            _refuse_extent(scan)
    book = CalamineWorkbook.from_path(str(path))
    sheets = [
        {"name": sheet.name, "visible": sheet.visible == SheetVisibleEnum.Visible}
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]
    name = _chosen(sheets, wanted)
    scan = scans.get(name, Scan()) if is_ods else xlsx.scan(archive, xlsx.sheet_part(archive, name))
    _refuse_extent(scan)
    facts = {"kind": "ods" if is_ods else "xlsx", "sheets": sheets, "sheet": name}
    return book.get_sheet_by_name(name), scan, facts


def _chosen(sheets: list[dict[str, Any]], wanted: str | None) -> str:
    names = [sheet["name"] for sheet in sheets if sheet["visible"] or sheet["name"] == wanted]
    if wanted is not None and wanted not in names:
        raise UnreadableFile("Lembar kerja yang dipilih tidak ada di berkas ini.")
    if not names:
        raise UnreadableFile(NO_SHEET)
    return wanted if wanted is not None else str(names[0])


def _refuse_extent(scan: Scan) -> None:
    """Before calamine makes room for every cell between the first and the last one."""
    if scan.far:
        raise UnreadableFile(FAR.format(place=scan.far))
    if scan.last_row > MAX_ROWS:
        raise UnreadableFile(TOO_MANY_ROWS)


def _sheet_rows(sheet: CalamineSheet, scan: Scan) -> Rows:
    _, first_column = sheet.start or (0, 0)
    # iter_rows begins with the first row of the sheet, but with the first column that holds something
    indent: list[Cell] = [""] * first_column
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = indent + [value if type(value) is str else typed(value) for value in values]
        for column, cell in scan.marks.get(number, {}).items():
            cells += [""] * (column - len(cells))
            cells[column - 1] = cell
        yield number, cells


def _within_limits(rows: Rows) -> Rows:
    """Rows that hold something, without the empty cells at their end."""
    count = 0
    for number, cells in rows:
        while cells and (cells[-1] == "" or (isinstance(cells[-1], str) and not cells[-1].strip())):
            cells.pop()
        if not cells:
            continue
        count += 1
        if len(cells) > MAX_COLUMNS:
            raise UnreadableFile(TOO_MANY_COLUMNS.format(row=number))
        if count > MAX_ROWS + LOOKED_AT:
            raise UnreadableFile(TOO_MANY_ROWS)
        if max(map(len, cells)) > MAX_CELL:
            cells = [plain_text(cell) if isinstance(cell, str) else cell for cell in cells]
        yield number, cells


def line_of(block: list[tuple[int, list[Cell]]]) -> str:
    """The block as JSON; text that is the name of an error becomes an error."""
    line = _json(block)
    if '"#' not in line:
        return line
    return _json(
        [
            (number, [plain_text(cell) if isinstance(cell, str) else cell for cell in cells])
            for number, cells in block
        ]
    )


def _json(message: Any) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str]) -> int:
    limit_resources()
    out = sys.stdout.buffer
    mojibake = False
    try:
        for line in lines(Path(arguments[0]), json.loads(arguments[1]) if arguments[1:] else {}):
            mojibake = mojibake or "Ã" in line or "â€" in line
            out.write(line.encode() + b"\n")
        last: dict[str, Any] = {"end": {"warnings": [MOJIBAKE] if mojibake else []}}
    except UnreadableFile as error:
        last = {"error": str(error)}
    except MemoryError:
        last = {"error": TOO_BIG}
    out.write(json.dumps(last).encode() + b"\n")
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
