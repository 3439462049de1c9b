"""Whether the questions a wave adds can be published: one judge for the form at the desk and for publishing. Pure.

Keys live as long as the wave: a code once published keeps its kind, and a choice taken away never comes back
as something else, so that an old answer can't be read as a new one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveys.questionnaire.core import questionnaire
from surveys.questionnaire.definition import (
    CHOICE_KINDS,
    DECLINED,
    NONE,
    NUMBER_KINDS,
    Definition,
    Item,
    Kind,
)
from surveys.questionnaire.wording import KIND_LABELS

CORE_CODES = frozenset(item.code for item in questionnaire())
# Columns of files, parts of the XForm and fields of the form, which a question of the same name would hide.
_RESERVED = (
    "accepted accuracy_m address answers audit back_check back_check_of back_check_of_id back_checks business"
    " business_id choices clock_skew_seconds code consent consented_at day deviceid district district_id door"
    " duration_seconds end enumerator enumerator_id extra finished_at flags found gps id instance_id instanceid"
    " interviewed_at interviewed_on latitude longitude location meta name none not_answered number outcome owner"
    " photos public_id questionnaire questionnaire_id received_at reviews scale_pp7 scale_uu20 sector sector_id"
    " start started_at state submission_id submissions today user version visit visited_at ward ward_id wave"
    " wave_id weight"
)
RESERVED_CODES = frozenset(_RESERVED.split())
_ASKED_LAST = frozenset({"methods", "mode", "note"})  # after the local questions
CHOICE_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,27}\Z")
MOST_CHOICES = 60
LONGEST_CHOICE = 120
LIMITED_KINDS = NUMBER_KINDS | {Kind.DATE}


@dataclass(frozen=True)
class Fault:
    """`field` is the one of the draft that has to change: code, kind, choices, minimum, maximum or shown_if."""

    code: str
    field: str
    message: str


def faults(local: Sequence[Item], published: Mapping[int, Definition]) -> list[Fault]:
    """Everything that keeps these questions from being published after `published`, by version number."""
    found: list[Fault] = []
    before: dict[str, Item] = {item.code: item for item in questionnaire() if item.code not in _ASKED_LAST}
    seen: set[str] = set()
    for item in local:
        found += [Fault(item.code, field, message) for field, message in _faults(item, before, published)]
        if item.code in seen:
            found.append(
                Fault(item.code, "code", "Kode ini sudah dipakai pertanyaan lain pada gelombang ini.")
            )
        seen.add(item.code)
        before.setdefault(item.code, item)
    return found


def askable(local: Sequence[Item]) -> list[Item]:
    """The choice questions that a question standing after `local` may depend on."""
    asked = (item for item in (*questionnaire(), *local) if item.code not in _ASKED_LAST)
    return [item for item in asked if item.kind in CHOICE_KINDS]


def _faults(
    item: Item, before: Mapping[str, Item], published: Mapping[int, Definition]
) -> Iterator[tuple[str, str]]:
    if item.code in CORE_CODES:
        yield "code", "Kode ini milik pertanyaan inti; pilih kode lain."
    elif item.code in RESERVED_CODES:
        yield "code", "Kode ini dipakai aplikasi untuk hal lain; pilih kode lain."
    yield from _choice_faults(item)
    yield from _limit_faults(item)
    yield from _condition_faults(item, before)
    yield from _key_faults(item, published)


def _choice_faults(item: Item) -> Iterator[tuple[str, str]]:
    if item.kind not in CHOICE_KINDS:
        if item.choices:
            yield (
                "choices",
                "Hanya pertanyaan dengan pilihan yang memakai daftar pilihan; kosongkan bagian ini.",
            )
        return
    if len(item.choices) < 2:
        yield "choices", "Tulis paling sedikit dua pilihan, satu pada setiap baris."
    if len(item.choices) > MOST_CHOICES:
        yield "choices", f"Terlalu banyak: paling banyak {MOST_CHOICES} pilihan."
    codes = [code for code, _ in item.choices]
    labels = [label.casefold() for _, label in item.choices]
    for code, label in item.choices:
        if code == DECLINED or label.casefold() == "tidak menjawab":
            yield "choices", "“Tidak menjawab” selalu ditawarkan; hapus dari daftar pilihan."
        elif not CHOICE_CODE.match(code):
            yield "choices", f"Kode “{code}”: pakai paling banyak 28 huruf kecil, angka, atau garis bawah."
        if not label or len(label) > LONGEST_CHOICE:
            yield "choices", f"Pilihan “{code}”: tulis 1 sampai {LONGEST_CHOICE} huruf."
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield "choices", f"Kode “{code}” ditulis lebih dari sekali."
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield "choices", f"Pilihan “{label}” ditulis lebih dari sekali."


def _limit_faults(item: Item) -> Iterator[tuple[str, str]]:
    if item.kind not in LIMITED_KINDS:
        for name in ("minimum", "maximum"):
            if getattr(item, name):
                yield name, "Hanya bilangan, rupiah, dan tanggal yang mempunyai batas; kosongkan bagian ini."
    elif item.minimum and item.maximum:
        low, high = item.minimum, item.maximum
        if low > high if item.kind is Kind.DATE else int(low) > int(high):
            yield "maximum", "Batas atas tidak boleh kurang dari batas bawahnya."


def _condition_faults(item: Item, before: Mapping[str, Item]) -> Iterator[tuple[str, str]]:
    if item.shown_if is None:
        return
    asked = before.get(item.shown_if.question)
    if asked is None or asked.kind not in CHOICE_KINDS:
        yield (
            "shown_if",
            "Pertanyaan yang menentukan harus pertanyaan berpilihan yang ditanyakan lebih dahulu.",
        )
    elif not item.shown_if.values or not set(item.shown_if.values) <= {code for code, _ in asked.offered}:
        yield "shown_if", f"Jawaban ini tidak ada pada pertanyaan “{asked.label}”."


def _key_faults(item: Item, published: Mapping[int, Definition]) -> Iterator[tuple[str, str]]:
    labels: dict[str, tuple[int, str]] = {}
    for number in sorted(published):
        if item.code not in published[number]:
            continue
        earlier = published[number][item.code]
        if earlier.is_core:
            continue
        if earlier.kind is not item.kind:
            yield (
                "kind",
                f"Pada versi {number} kode “{item.code}” berjenis {KIND_LABELS[earlier.kind]}; "
                "jenisnya tetap. Untuk jenis lain, buat pertanyaan baru dengan kode lain.",
            )
            return
        labels |= {code: (number, label) for code, label in earlier.choices}
    standing = published[max(published)] if published else None
    standing_codes = standing[item.code].codes if standing and item.code in standing else frozenset()
    for code, label in item.choices:
        if code in labels and code not in standing_codes and labels[code][1] != label:
            number, was = labels[code]
            yield (
                "choices",
                f"Kode “{code}” berarti “{was}” pada versi {number}; pakai kode lain untuk “{label}”.",
            )


def choice_lines(text: str) -> tuple[tuple[str, str], ...]:
    """Choices typed one a line, "kode: label" or the label alone, for which a code is made."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    typed = [_typed_choice(line) for line in lines]
    taken = {code for code, _ in typed if code}
    choices = []
    for code, label in typed:
        if not code:
            code = NONE if label.casefold() == "tidak ada" else made_code(label, taken)
            taken.add(code)
        choices.append((code, label))
    return tuple(choices)


def choices_text(choices: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"{code}: {label}" for code, label in choices)


def _typed_choice(line: str) -> tuple[str, str]:
    code, colon, label = line.partition(":")
    if colon and CHOICE_CODE.match(code.strip()):
        return code.strip(), label.strip()
    return "", line


def made_code(label: str, taken: Collection[str], *, longest: int = 24) -> str:
    """A code like the label and unlike those taken; a number is added beyond `longest`."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:longest].strip("_") or "pilihan"
    code, number = plain, 2
    while code in taken:
        code, number = f"{plain}_{number}", number + 1
    return code
