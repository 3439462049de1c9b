"""Which columns a file may have, under which headings, and what each row of it says before the database is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from core.cleaning import CleaningError
from core.csv_cells import unquoted
from core.importing.headers import Form, folded
from core.importing.importers import ERROR, WARNING, ColumnInfo, Draft, Problem
from core.models import ImportBatch
from registry import cells
from registry.cells import HIDDEN, Cell
from registry.resources import Column

SUBMIT_NEW = "submit_new"  # the option of a batch
LOOK_AHEAD = 1_000
REMEMBERED = 1_000  # texts of one column kept with their value; of names and numbers hardly one comes again
SHOWN = 60
RANKS = {"name": 0, "code": 2}  # what a row is called by goes before its other cells, our own id behind them
MASKED = "Nomor ini tersamar. Tulis nomor lengkapnya, atau kosongkan."
Reading = tuple[Any, str, str]  # value, why it is refused, what to look at


def infos(columns: Mapping[str, Column]) -> list[ColumnInfo]:
    return [
        ColumnInfo(
            name,
            str(column.column_name),
            column.aliases,
            personal=column.mask is not None,
            rank=RANKS.get(name, 1),
        )
        for name, column in columns.items()
        if column.cell is not None
    ]


def own_form(name: str, columns: Mapping[str, Column]) -> Form:
    """The form of our own exports; columns that are only handed out are part of it, but fill nothing."""
    return Form(
        name,
        {
            folded(str(column.column_name)): key if column.cell is not None else ""
            for key, column in columns.items()
        },
    )


class Memo:
    """What the texts of one column mean; those that came lately are not read again."""

    def __init__(self, cell: Cell, read: Callable[[str], Any]) -> None:
        self.cell, self.read = cell, read
        self.reading = lru_cache(maxsize=REMEMBERED)(self._reading)

    def _reading(self, text: str) -> Reading:
        if self.cell.mask is not None and HIDDEN in text:
            return HIDDEN, "", ""
        try:
            value = self.read(text)
            warning = self.cell.warn(text) if self.cell.warn else ""
        except CleaningError as error:
            return None, error.message, ""
        return value, "", warning


class Sheet:
    """The cells of one batch, column by column. `fields` names the values of a row in their order."""

    def __init__(
        self,
        batch: ImportBatch,
        columns: Mapping[str, Column],
        fields: Sequence[str],
        *,
        today: date,
        apart: Sequence[str] = (),
    ) -> None:
        """`apart` are columns that are read together with others, by whoever owns the sheet."""
        self.headers: list[str] = list(batch.headers)
        self.width = len(self.headers)
        self.places = {column: int(place) for place, column in batch.mapping.items() if column in columns}
        self.fields = fields
        self.columns = columns
        self.styles: dict[str, str] = {}
        index = {name: number for number, name in enumerate(fields)}
        self.plan: list[tuple[int, int, Memo]] = []
        for name, place in self.places.items():
            cell = columns[name].cell
            if cell is not None and name in index and name not in apart:
                read = cells.until(today) if cell.is_day else cell.read
                self.plan.append((place, index[name], Memo(cell, read)))
        for name, style in batch.styles.items():
            self._set_style(name, style)

    def look_ahead(self, rows: Sequence[Sequence[str]]) -> None:
        """Decide how the amounts of each column are written, before one of them is read."""
        for place, _, memo in self.plan:
            if memo.cell.is_amount:
                style = cells.amount_style([row[place] for row in rows if place < len(row) and row[place]])
                if style != "id":
                    self._set_style(self.headers[place], style)

    def _set_style(self, header: str, style: str) -> None:
        self.styles[header] = style
        for place, _, memo in self.plan:
            if self.headers[place] == header and style == "us":
                memo.read = cells.american_rupiah
                memo.reading.cache_clear()

    def read(self, number: int, row: list[str]) -> Draft:
        """The row with the values and problems of its single cells."""
        if len(row) != self.width:
            row = (row + [""] * self.width)[: self.width]
        values: list[Any] = [None] * len(self.fields)
        draft = Draft(number, row, values)
        for place, index, memo in self.plan:
            text = row[place]
            if not text:
                continue
            value, refused, warning = memo.reading(text)
            if refused or warning:
                self._note(draft, place, memo.cell, text, refused, warning)
            if value is HIDDEN:
                draft.masked[self.fields[index]] = unquoted(text.strip())
            else:
                values[index] = value
        return draft

    def _note(self, draft: Draft, place: int, cell: Cell, text: str, refused: str, warning: str) -> None:
        shown = (cell.mask(text.strip()) if cell.mask else text)[:SHOWN]
        level = ERROR if refused else WARNING
        draft.problems.append(Problem(level, self.headers[place], shown, refused or warning))

    def text(self, draft: Draft, column: str) -> str:
        place = self.places.get(column)
        return draft.cells[place] if place is not None else ""

    def heading(self, column: str) -> str:
        """As the file has it, else ours."""
        place = self.places.get(column)
        return self.headers[place] if place is not None else str(self.columns[column].column_name)

    def problem(self, draft: Draft, column: str, reason: str, *, level: str = ERROR) -> None:
        """About a column of the row, with what stands there."""
        cell = self.columns[column].cell
        text = self.text(draft, column)
        shown = (cell.mask(text.strip()) if cell is not None and cell.mask else text)[:SHOWN]
        draft.problems.append(Problem(level, self.heading(column), shown, reason))
