"""The core questions as the items of every questionnaire, in the order they are asked. Pure."""

from __future__ import annotations

from dataclasses import replace

from surveys.answers import OWN_CAPITAL, REASONS_APPLY_NOTE
from surveys.questionnaire.definition import Definition, Item, Kind, Part, ShownIf
from surveys.questions import (
    ASKED_BY_STUDY,
    BOOKKEEPING,
    CAPITAL_SOURCE,
    CHANNEL,
    CREDIT_REFUSAL,
    METHODS,
    MODE,
    MULTIPLE,
    PARTNERSHIP,
    PLATFORMS,
    POTENTIAL,
    PROBLEMS,
    REVENUE_TREND,
    SEPARATED,
    Question,
)

CONSENT = (
    "Dinas mengumpulkan keterangan ini untuk mengetahui keadaan UMKM dan merencanakan pembinaan. Jawaban disimpan "
    "rahasia, dan yang diumumkan hanya angka gabungan. Menjawab bersifat sukarela: Bapak/Ibu boleh menolak, tidak "
    "menjawab pertanyaan tertentu, atau berhenti kapan saja. Apakah Bapak/Ibu bersedia diwawancarai?"
)
LOCAL_TITLE = "Pertanyaan tambahan"
POTENTIAL_NOTE = Item(
    "potential_note",
    Kind.TEXT,
    "Catatan potensi",
    "Catatan potensi",
    required=False,
    max_length=1_000,
    is_core=True,
)
NOTE = Item(
    "note",
    Kind.TEXT,
    "Catatan pewawancara",
    "Catatan pewawancara",
    required=False,
    max_length=2_000,
    is_core=True,
)
# The owner may decline the others; how the answers were obtained is the enumerator's to know.
ALWAYS_KNOWN = frozenset({MODE.code, METHODS.code})


def item_of(question: Question) -> Item:
    return Item(
        code=question.code,
        kind=Kind.MULTIPLE if question in MULTIPLE else Kind.SINGLE,
        label=question.label,
        prompt=question.prompt,
        choices=question.choices,
        help_text=question.help_text,
        may_decline=question.code not in ALWAYS_KNOWN,
        is_core=True,
    )


REASONS = replace(
    item_of(CREDIT_REFUSAL),
    help_text=REASONS_APPLY_NOTE,
    shown_if=ShownIf(CAPITAL_SOURCE.code, (OWN_CAPITAL,)),
)


def questionnaire(local: tuple[Item, ...] = (), *, consent: str = CONSENT) -> Definition:
    """The core questions with those of one wave before "how the answers were obtained"."""
    parts = [
        Part("Pemasaran dan kemitraan", (item_of(CHANNEL), item_of(PLATFORMS), item_of(PARTNERSHIP))),
        Part(
            "Pendapatan dan modal",
            (
                item_of(REVENUE_TREND),
                item_of(CAPITAL_SOURCE),
                REASONS,
                item_of(BOOKKEEPING),
                item_of(SEPARATED),
            ),
        ),
        Part("Masalah dan potensi", (item_of(PROBLEMS), item_of(POTENTIAL), POTENTIAL_NOTE)),
    ]
    if local:
        parts.append(Part(LOCAL_TITLE, local))
    parts.append(Part("Cara memperoleh jawaban", (item_of(METHODS), item_of(MODE), NOTE)))
    return Definition(tuple(parts), consent)


def study_questionnaire() -> Definition:
    """The three questions the published survey put."""
    return Definition((Part("Pertanyaan survei terbit", tuple(map(item_of, ASKED_BY_STUDY))),))
