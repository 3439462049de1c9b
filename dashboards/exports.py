"""A table as text: the bare long form, the form for a terminal, and the download with its provenance."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from core.csv_cells import safe_cell
from core.formats import format_date, format_integer, format_share
from dashboards.aggregates import RULE_SET_LABELS, WaveReport
from dashboards.breakdowns import Breakdown, Row
from registry.size_class import SCALE_LABELS, Scale

LONG_HEADER = ("sector", "category", "count")
RECONSTRUCTION_LABEL = "baris rekonstruksi, bukan data survei"


def long_csv(table: Breakdown) -> str:
    """`sector,category,count`: a line a cell, the empty ones as 0, in the order of the tables."""
    rows = ((row.label, cell.column.code, cell.count) for row in table.rows for cell in row.cells)
    return _csv([LONG_HEADER, *rows])


def aligned_text(table: Breakdown) -> str:
    """The table for a terminal."""
    lines = [_heads(table), *(_counts(table, row) for row in (*table.rows, table.total))]
    texts = [[_shown(value) for value in line] for line in lines]
    widths = [max(len(line[place]) for line in texts) for place in range(len(texts[0]))]
    return "".join(_padded(line, widths) + "\n" for line in texts)


def download_csv(report: WaveReport, table: Breakdown) -> str:
    """What an official takes away: where the numbers come from, a blank line, the table as on the page."""
    return _csv([*provenance(report, table), (), *_table_lines(table)])


def provenance(report: WaveReport, table: Breakdown) -> list[tuple[str, str]]:
    wave = report.wave
    lines = [
        ("Tabel", table.heading),
        ("Gelombang", wave.title),
        ("Masa pendataan", f"{format_date(wave.period_start)} – {format_date(wave.period_end)}"),
        ("Rancangan", wave.get_design_display()),
        ("Diwawancarai", format_integer(report.interviewed)),
        ("n tabel ini", f"{format_integer(table.total.answered)} {table.spec.unit}"),
        ("Metode", wave.method),
        ("Sumber", wave.source),
        ("Dasar skala usaha", RULE_SET_LABELS[report.rule_set]),
    ]
    if report.is_reviewed:
        lines.append(("Menunggu pemeriksaan", f"{format_integer(report.waiting)} wawancara, belum dihitung"))
    lines += [("Filter", f"{name}: {value}") for name, value in active_filters(report)]
    if wave.note:
        lines.append(("Catatan", wave.note))
    if wave.is_reconstruction:
        lines.append(("Perhatian", RECONSTRUCTION_LABEL))
    return lines


def active_filters(report: WaveReport) -> list[tuple[str, str]]:
    """The chosen filters as a reader names them."""
    chosen = report.filters
    named = []
    if chosen.district is not None:
        named.append(("Kecamatan", chosen.district.name))
    if chosen.sector is not None:
        named.append(("Jenis usaha", chosen.sector.table_label))
    if chosen.scale:
        label = f"{SCALE_LABELS[Scale(chosen.scale)]} ({RULE_SET_LABELS[report.rule_set]})"
        named.append(("Skala usaha", label))
    return named


def _table_lines(table: Breakdown) -> Iterable[Sequence[object]]:
    heads = _heads(table)
    for column in table.columns:
        heads.append(f"{column.label} (%)")
    yield heads
    for row in (*table.rows, table.total):
        yield [*_counts(table, row), *_percents(row)]


def _heads(table: Breakdown) -> list[object]:
    heads: list[object] = ["Jenis usaha", *(column.label for column in table.columns)]
    return [*heads, "Menjawab", "Tidak menjawab"] if table.spec.is_question else heads


def _counts(table: Breakdown, row: Row) -> list[object]:
    counts: list[object] = [row.label, *row.counts]
    return [*counts, row.answered, row.not_answered] if table.spec.is_question else counts


def _percents(row: Row) -> list[str]:
    if row.is_small:
        return ["n kecil"] * len(row.cells)
    return [format_share(cell.count, cell.share.base) for cell in row.cells]


def _shown(value: object) -> str:
    if isinstance(value, int):
        return format_integer(value) if value else "–"
    return str(value)


def _padded(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        line[0].ljust(widths[0]),
        *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)),
    ]
    return "  ".join(cells).rstrip()


def _csv(lines: Iterable[Sequence[object]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(
        [safe_cell(str(value)) for value in line] for line in lines
    )
    return buffer.getvalue()
