"""What differs between two versions is said in words, and nothing is said of equal ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from surveys.questionnaire import Definition, Item, Kind, ShownIf, differences, questionnaire
from tests.surveys.questionnaire.fillings import definitions

PLACE = Item(
    "tempat", Kind.SINGLE, "Tempat", "Di mana?", (("kios", "Kios"), ("rumah", "Rumah")), may_decline=True
)
RENT = Item("sewa", Kind.AMOUNT, "Sewa", "Berapa sewa sebulan?", minimum="0")


@given(definitions(), definitions())
def test_two_versions_differ_exactly_when_something_is_said(old, new):
    assert bool(differences(old, new)) == (old.fingerprint != new.fingerprint)
    assert differences(old, Definition.from_json(old.as_json())) == []


def said(*now: Item, before: tuple[Item, ...] = (PLACE, RENT)) -> list[str]:
    return differences(questionnaire(before), questionnaire(now))


def test_each_change_has_its_words():
    assert said(PLACE, RENT, before=()) == [
        "Pertanyaan baru: “Tempat” (Satu pilihan).",
        "Pertanyaan baru: “Sewa” (Rupiah).",
    ]
    assert said(PLACE) == ["Pertanyaan dihapus: “Sewa”."]
    assert said(RENT, PLACE) == ["Urutan pertanyaan diubah."]
    assert said(PLACE, replace(RENT, prompt="Berapa?", required=False)) == [
        "“Sewa”: pertanyaannya sekarang berbunyi “Berapa?”.",
        "“Sewa”: sekarang boleh kosong.",
    ]
    assert said(PLACE, replace(RENT, maximum="5000000")) == [
        "“Sewa”: batas atas sekarang Rp5.000.000, semula tidak ada."
    ]
    assert said(PLACE, replace(RENT, shown_if=ShownIf("tempat", ("kios", "not_answered")))) == [
        "“Sewa”: sekarang ditanyakan bila Tempat dijawab Kios atau Tidak menjawab."
    ]
    stalls = replace(PLACE, choices=(("rumah", "Rumah sendiri"), ("los", "Los")))
    assert said(stalls, RENT) == [
        "“Tempat”: pilihan “Rumah” sekarang berbunyi “Rumah sendiri”.",
        "“Tempat”: pilihan baru “Los”.",
        "“Tempat”: pilihan “Kios” dihapus.",
    ]


def test_consent_and_parts_are_compared_too():
    first = questionnaire()
    assert differences(first, questionnaire(consent="Boleh?")) == ["Naskah persetujuan diubah."]
    renamed = replace(first, parts=(replace(first.parts[0], title="Pasar"), *first.parts[1:]))
    assert differences(first, renamed) == ["Pembagian ke dalam bagian diubah."]
