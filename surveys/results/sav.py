"""Interviews as the variables and cases of a statistics program.

An answer is a number with its label. *Tidak menjawab* is a missing value of its own; what was not put to somebody
has no value at all. What people wrote freely is in no such file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from core.formats import JAKARTA
from registry.size_class import SCALE_LABELS
from surveys.models import Door, Response, ResponseState
from surveys.questionnaire import DECLINED, Kind, Values
from surveys.questionnaire.codebook import Variable as Question
from surveys.questions import NOT_ANSWERED, REVENUE_TREND
from surveys.results import sav_file
from surveys.results.reading import Results, coded, labels_of
from surveys.results.sav_file import LONGEST_TEXT, Format, Measure, Value, Variable, seconds
from surveys.results.table import RECONSTRUCTED, SURVEYED, answer

DECLINED_NUMBER = 999  # more than a question has choices
ORDERED = frozenset({REVENUE_TREND.code})
LONGEST_NAME = 64
_RESERVED = frozenset(["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"])
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_]")


@dataclass(frozen=True)
class Column:
    variable: Variable
    show: Callable[[Response, Values], Value]


def write(out: IO[bytes], results: Results, *, at: datetime) -> int:
    columns = columns_of(results)
    return sav_file.write(
        out,
        label=results.wave.title,
        variables=[column.variable for column in columns],
        rows=([column.show(*row) for column in columns] for row in results.rows()),
        at=at.astimezone(JAKARTA),
    )


def columns_of(results: Results) -> list[Column]:
    columns = [*_about(results), *_questions(results)]
    names = unique_names([column.variable.name for column in columns])
    return [
        Column(Variable(**{**vars(column.variable), "name": name}), column.show)
        for column, name in zip(columns, names, strict=True)
    ]


def unique_names(wanted: Iterable[str]) -> list[str]:
    """As the program takes them: at most 64 letters, none reserved, none twice."""
    names: list[str] = []
    for name in wanted:
        base = _NOT_IN_NAMES.sub("_", name.lower())[:LONGEST_NAME]
        new, count = f"{base}_" if base in _RESERVED else base, 1
        while new in names:
            count += 1
            new = f"{base[: LONGEST_NAME - 4]}_{count}"
        names.append(new)
    return names


def numbered(choices: Iterable[tuple[str, str]]) -> tuple[dict[str, int], dict[float | str, str]]:
    """The numbers of codes in their order, and the labels of the numbers."""
    numbers, labels = {}, {}
    for number, (code, label) in enumerate(choices, start=1):
        numbers[str(code)], labels[float(number)] = number, str(label)
    return numbers, labels  # type: ignore[return-value]  # a float is one of both


def _about(results: Results) -> Iterator[Column]:
    sectors = results.sectors
    kind = RECONSTRUCTED if results.wave.is_reconstruction else SURVEYED
    yield _text("keterangan_data", "Keterangan data", 40, lambda one: kind)
    yield _text("gelombang", "Gelombang", 40, lambda one: results.wave.code)
    yield _text("id_wawancara", "ID wawancara", 36, lambda one: str(one.public_id))
    yield _text("id_umkm", "ID UMKM", 36, results.business_of)
    yield _day("tanggal_wawancara", "Tanggal wawancara", lambda one: one.interviewed_at)
    yield _day("tanggal_diterima", "Tanggal diterima", lambda one: one.received_at)
    duration = Variable("lama_detik", "Lama wawancara (detik)", measure=Measure.SCALE)
    yield Column(duration, lambda one, values: one.duration_seconds)
    yield _coded("keadaan", "Keadaan", ResponseState.choices, lambda one: one.state)
    yield _coded("pintu", "Pintu", Door.choices, lambda one: one.door)
    version = Variable("versi_kuesioner", "Versi kuesioner", measure=Measure.ORDINAL)
    yield Column(version, lambda one, values: results.number_of(one))
    labels: dict[float | str, str] = {sector.code: sector.table_label for sector in sectors.values()}
    sector = Variable("kode_jenis_usaha", "Jenis usaha", width=8, values=labels)
    yield Column(sector, lambda one, values: sectors[one.sector_id].code)
    yield _text("kecamatan", "Kecamatan", 150, lambda one: results.place_of(one.district_id))
    yield _text("kelurahan", "Kelurahan", 150, lambda one: results.place_of(one.ward_id))
    scales = [(str(scale), label) for scale, label in SCALE_LABELS.items()]
    for name, label in (("uu20", "Skala menurut UU 20/2008"), ("pp7", "Skala menurut PP 7/2021")):
        yield _coded(f"skala_{name}", label, scales, _scale(name), measure=Measure.ORDINAL)


def _scale(name: str) -> Callable[[Response], str]:
    return lambda one: str(getattr(one, f"scale_{name}"))


def _text(name: str, label: str, width: int, show: Callable[[Response], str]) -> Column:
    return Column(Variable(name, label, width=min(width, LONGEST_TEXT)), lambda one, values: show(one))


def _day(name: str, label: str, of: Callable[[Response], datetime | None]) -> Column:
    def show(one: Response, values: Values) -> Value:
        moment = of(one)
        return seconds(moment.astimezone(JAKARTA).date()) if moment else None

    return Column(Variable(name, label, measure=Measure.SCALE, format=Format.DATE), show)


def _coded(
    name: str,
    label: str,
    choices: Iterable[tuple[str, str]],
    of: Callable[[Response], str],
    *,
    measure: Measure = Measure.NOMINAL,
) -> Column:
    numbers, labels = numbered(choices)
    return Column(Variable(name, label, measure=measure, values=labels), lambda one, values: numbers[of(one)])


def _questions(results: Results) -> Iterator[Column]:
    numbers = coded(results.versions)
    for question in results.variables:
        if question.kind is Kind.TEXT:
            continue
        if question.kind is Kind.SINGLE:
            yield _single(question, numbers[question.code])
        elif question.kind is Kind.MULTIPLE:
            yield from _several(question, numbers[question.code])
        else:
            yield _figure(question)


def _single(question: Question, numbers: Mapping[str, int]) -> Column:
    labels = labels_of(question)
    values: dict[float | str, str] = {float(number): labels[code] for code, number in numbers.items()}
    missing: Sequence[float] = ()
    if DECLINED in labels:
        values[float(DECLINED_NUMBER)] = NOT_ANSWERED
        missing = (float(DECLINED_NUMBER),)
    known = {**numbers, DECLINED: DECLINED_NUMBER}

    def show(one: Response, given: Values) -> Value:
        said = answer(given.get(question.code))
        return known[said[0]] if said else None

    measure = Measure.ORDINAL if question.code in ORDERED else Measure.NOMINAL
    return Column(
        Variable(question.code, question.prompt, measure=measure, values=values, missing=missing), show
    )


def _several(question: Question, numbers: Mapping[str, int]) -> Iterator[Column]:
    """A variable for each choice; the question declined is missing in all of them."""
    labels = labels_of(question)
    values: dict[float | str, str] = {0.0: "Tidak", 1.0: "Ya"}
    missing: Sequence[float] = ()
    if DECLINED in labels:
        values[float(DECLINED_NUMBER)] = NOT_ANSWERED
        missing = (float(DECLINED_NUMBER),)
    for code in numbers:
        variable = Variable(
            f"{question.code}__{code}", f"{question.label}: {labels[code]}", values=values, missing=missing
        )
        yield Column(variable, _ticked(question.code, code))


def _ticked(question: str, code: str) -> Callable[[Response, Values], Value]:
    def show(one: Response, given: Values) -> Value:
        said = answer(given.get(question))
        if DECLINED in said:
            return DECLINED_NUMBER
        return int(code in said) if said else None

    return show


def _figure(question: Question) -> Column:
    is_day = question.kind is Kind.DATE

    def show(one: Response, given: Values) -> Value:
        said = str(given.get(question.code, ""))
        if not said:
            return None
        return seconds(date.fromisoformat(said)) if is_day else float(said)

    variable = Variable(
        question.code,
        question.prompt,
        measure=Measure.SCALE,
        format=Format.DATE if is_day else Format.NUMBER,
        digits=16,
    )
    return Column(variable, show)
