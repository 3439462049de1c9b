"""Questionnaires with local questions of every kind."""

from __future__ import annotations

from surveys.questionnaire import Definition, Item, Kind, ShownIf, questionnaire

EVERY_KIND = (
    Item("workers", Kind.NUMBER, "Pekerja", 'Berapa "pekerja" < 5 & ${x} *?*', minimum="1", maximum="500"),
    Item(
        "turnover",
        Kind.AMOUNT,
        "Omzet",
        "Berapa omzet setahun?",
        help_text="Dalam rupiah.",
        required=False,
        minimum="-1000",
        maximum="999999999999999",
    ),
    Item(
        "training",
        Kind.SINGLE,
        "Pelatihan",
        "Pernah ikut pelatihan?",
        (("yes", "Ya"), ("no", "Tidak")),
        may_decline=True,
    ),
    Item(
        "subjects",
        Kind.MULTIPLE,
        "Bidang",
        "Bidang apa saja?",
        (("finance", "Keuangan"), ("design", "Kemasan"), ("none", "Tidak ada")),
        may_decline=True,
        shown_if=ShownIf("training", ("yes", "not_answered")),
    ),
    Item(
        "trained_on",
        Kind.DATE,
        "Tanggal pelatihan",
        "Kapan?",
        minimum="2020-01-01",
        maximum="2026-12-31",
        shown_if=ShownIf("subjects", ("finance", "design")),
    ),
    Item("wish", Kind.TEXT, "Harapan", "Apa harapan Bapak/Ibu?", required=False, max_length=12),
)


def with_every_kind() -> Definition:
    return questionnaire(EVERY_KIND)
