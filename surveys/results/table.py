"""Interviews as rows of a table: codes beside labels, one column of 0 and 1 for each of several choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from core.formats import JAKARTA
from registry.size_class import SCALE_LABELS, Scale
from surveys.models import Door, Response, ResponseState
from surveys.questionnaire import DECLINED, Kind, Value, Values
from surveys.questionnaire.codebook import Variable
from surveys.results.reading import Results, labels_of

RECONSTRUCTED = "baris rekonstruksi, bukan data survei"
SURVEYED = "data survei"
Cell = str | int


@dataclass(frozen=True)
class Column:
    heading: str
    show: Callable[[Response, Values], Cell]


def columns_of(results: Results) -> list[Column]:
    columns = _about(results)
    taken = {column.heading for column in columns}
    for variable in results.variables:
        for column in _of_question(variable, taken):
            taken.add(column.heading)
            columns.append(column)
    return columns


def lines(results: Results) -> Iterator[list[Cell]]:
    """The headings, then a line for each interview."""
    columns = columns_of(results)
    yield [column.heading for column in columns]
    for response, values in results.rows():
        yield [column.show(response, values) for column in columns]


def day_of(moment: datetime | None) -> str:
    return moment.astimezone(JAKARTA).date().isoformat() if moment else ""


def _about(results: Results) -> list[Column]:
    """The interview itself, and the business as it was on that day."""
    sectors = results.sectors
    doors, states = dict(Door.choices), dict(ResponseState.choices)
    kind = RECONSTRUCTED if results.wave.is_reconstruction else SURVEYED
    shown: dict[str, Callable[[Response], Cell]] = {
        "keterangan_data": lambda one: kind,
        "gelombang": lambda one: results.wave.code,
        "id_wawancara": lambda one: str(one.public_id),
        "id_umkm": results.business_of,
        "tanggal_wawancara": lambda one: day_of(one.interviewed_at),
        "tanggal_diterima": lambda one: day_of(one.received_at),
        "lama_detik": lambda one: "" if one.duration_seconds is None else one.duration_seconds,
        "kode_keadaan": lambda one: one.state,
        "keadaan": lambda one: str(states[one.state]),
        "kode_pintu": lambda one: one.door,
        "pintu": lambda one: str(doors[one.door]),
        "versi_kuesioner": results.number_of,
        "kode_jenis_usaha": lambda one: sectors[one.sector_id].code,
        "jenis_usaha": lambda one: sectors[one.sector_id].table_label,
        "kecamatan": lambda one: results.place_of(one.district_id),
        "kelurahan": lambda one: results.place_of(one.ward_id),
        "kode_skala_uu20": lambda one: one.scale_uu20,
        "skala_uu20": lambda one: SCALE_LABELS[Scale(one.scale_uu20)],
        "kode_skala_pp7": lambda one: one.scale_pp7,
        "skala_pp7": lambda one: SCALE_LABELS[Scale(one.scale_pp7)],
    }
    return [Column(heading, _of_response(show)) for heading, show in shown.items()]


def _of_response(show: Callable[[Response], Cell]) -> Callable[[Response, Values], Cell]:
    return lambda response, values: show(response)


def _of_question(variable: Variable, taken: set[str]) -> Iterator[Column]:
    code = variable.code
    if not variable.choices:
        is_number = variable.kind in (Kind.NUMBER, Kind.AMOUNT)
        yield Column(code if code not in taken else f"jawaban_{code}", _plain(code, is_number=is_number))
        return
    labels = labels_of(variable)
    yield Column(f"kode_{code}", lambda response, values: ";".join(answer(values.get(code))))
    heading = variable.label.lower().replace(" ", "_")
    yield Column(
        heading if heading not in taken else f"{heading}_{code}",
        lambda response, values: ";".join(labels[one] for one in answer(values.get(code))),
    )
    if variable.kind is Kind.MULTIPLE:
        for choice in labels:
            if choice != DECLINED:
                yield Column(f"{code}__{choice}", _ticked(code, choice))


def _plain(code: str, *, is_number: bool) -> Callable[[Response, Values], Cell]:
    def show(response: Response, values: Values) -> Cell:
        given = str(values.get(code, ""))
        return int(given) if is_number and given else given

    return show


def _ticked(code: str, choice: str) -> Callable[[Response, Values], Cell]:
    """1 or 0 where the question was answered; nothing where it was declined or not put."""

    def show(response: Response, values: Values) -> Cell:
        given = answer(values.get(code))
        return int(choice in given) if given and DECLINED not in given else ""

    return show


def answer(given: Value | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else given
