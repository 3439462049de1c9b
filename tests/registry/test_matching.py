"""Names folded as Indonesians write them, and the weight of what two businesses have in common."""

import os
from collections.abc import Iterable, Iterator
from multiprocessing import active_children

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import pairing
from registry.folding import fold_business_name, fold_person_name
from registry.matching import (
    AT_MOST_FOR_OTHERS,
    Features,
    Match,
    business_keys,
    owner_key,
    threshold_for,
    weigh,
)
from registry.pairing import HALF_OF_THE_WORK, KEYS, LONGEST_WALK, Businesses, find_pairs

SARI = Features(1, "Warung Sari Rasa", "Siti Aminah", ward=7, phone="a", nik="n")


@pytest.mark.parametrize(
    ("written", "telling"),
    [
        ("UD. Warung Bu Sri Redjeki 2", "sri rejeki 2"),
        ("C.V. Barokah", "barokah"),
        ("PT Soekses Djaja", "sukses jaya"),
        ("Tjahaja  Café", "cahaya cafe"),
        ("T0ko Вarokah", "barokah"),  # a nought, and a Cyrillic letter
        ("TOKO MAKMUUR", "makmur"),
        ("Toko Ma’ruf", "maruf"),
        ("Kedai H. Achmad", "ahmad"),
        ("Sari-Rasa 07", "sari rasa 7"),
        ("Warung", "warung"),  # nothing else is there to tell it by
        ("Warung Bu", "warung bu"),
        ("…", ""),
    ],
)
def test_a_business_is_told_by_what_is_its_own(written: str, telling: str) -> None:
    assert fold_business_name(written).telling == telling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hj. Siti Choiroel Bariyyah, S.Pd", "SITI CHOIRUL BARIYAH"),
        ("Moh. Soeharto", "Mohammad Suharto"),
        ("H.M. Achmad Djoemali", "Ahmad Jumali"),
        ("Bu Rizky", "Rizki"),
    ],
)
def test_a_person_is_one_person_however_written(one: str, other: str) -> None:
    assert fold_person_name(one) == fold_person_name(other)


def test_a_kind_of_shop_is_known_by_any_of_its_words() -> None:
    assert fold_business_name("Kedai Sari").kinds == fold_business_name("Wrg. Sari").kinds
    assert not fold_business_name("Kedai Sari").kinds & fold_business_name("Bengkel Sari").kinds


@given(st.text(max_size=60))
def test_any_text_folds_to_plain_words_and_folding_ends(text: str) -> None:
    folded = fold_business_name(text)
    assert all(char.isascii() and (char.isalnum() or char == " ") for char in folded.whole)
    assert set(folded.telling.split()) <= set(folded.whole.split())
    fold_person_name(text)


def test_keys_are_the_same_for_words_in_another_order_and_fit_the_database() -> None:
    assert business_keys("Toko Sari Rasa") == business_keys("Warung Rasa Sari")
    assert business_keys("…") == (None, None)
    assert owner_key("Bu Aminah Siti") == owner_key("Siti Aminah")
    assert owner_key("") is None
    assert all(-(2**63) <= key < 2**63 for key in business_keys("Toko Sari") if key is not None)


def test_a_mistyped_copy_scores_high_and_says_why() -> None:
    match = weigh(SARI, SARI._replace(id=9, name="Warung Sari Rsa", owner="Siti Aminha", nik=None))
    assert (match.a, match.b) == (1, 9)
    assert match.score >= 80
    assert match.evidence == ("phone", "name", "owner", "ward")


def test_an_equal_record_scores_full_marks() -> None:
    assert weigh(SARI, SARI._replace(id=2)).score == 100


def test_two_businesses_of_one_owner_are_not_one() -> None:
    match = weigh(SARI, SARI._replace(id=2, name="Bengkel Maju Jaya"))
    assert match.score <= AT_MOST_FOR_OTHERS
    assert "nik" in match.evidence
    assert "name" not in match.evidence


@pytest.mark.parametrize(
    ("first", "second", "is_more"),
    [
        ({"nik": "n"}, {"nik": "n"}, True),
        ({"nib": "1"}, {"nib": "1"}, True),
        ({"phone": "p"}, {"phone": "p"}, True),
        ({"nik": "n"}, {"nik": "other"}, False),
        ({"nib": "1"}, {"nib": "2"}, False),
        ({"phone": "p"}, {"phone": "other"}, False),
        ({}, {"ward": 8}, False),
        ({}, {"name": "Bengkel Sri Rsa"}, False),
        ({}, {"owner": ""}, False),
        ({}, {"owner": "Budi Santoso"}, False),
    ],
)
def test_each_fact_moves_the_score(
    first: dict[str, str], second: dict[str, str | int], is_more: bool
) -> None:
    plain = SARI._replace(phone=None, nik=None)
    mistyped = plain._replace(id=2, name="Warung Sri Rsa")
    base = weigh(plain, mistyped).score
    changed = weigh(plain._replace(**first), mistyped._replace(**second)).score
    assert changed > base if is_more else changed < base


def test_a_shorter_name_of_the_owner_still_counts() -> None:
    alone = SARI._replace(nik=None, phone=None)
    assert weigh(alone, alone._replace(id=2, owner="Siti")).score >= 80
    assert weigh(alone, alone._replace(id=2, owner="Budi")).score < 80


def test_the_threshold_rises_with_the_number_of_rows() -> None:
    thresholds = [threshold_for(rows) for rows in (0, 33_391, 200_000, 1_000_000, 50_000_000)]
    assert thresholds[:2] == [80, 80]
    assert thresholds == sorted(thresholds)
    assert thresholds[3] == pytest.approx(86)
    assert thresholds[4] <= 90


# --- Many at once ---------------------------------------------------------------------------------
def test_pairs_of_a_list_come_once_and_as_weighed_one_by_one() -> None:
    rows = [
        SARI,
        SARI._replace(id=2, name="Wrg Sari Raas", nik=None),
        SARI._replace(id=3, name="Bengkel Maju"),
        Features(4, "Toko Lain", "Budi", ward=1),
    ]
    pairs = list(find_pairs(rows))
    assert [(match.a, match.b) for match in pairs] == [(1, 2)]
    assert pairs == [weigh(rows[0], rows[1])]


@pytest.mark.parametrize(
    "other",
    [
        SARI._replace(id=2, name="Xari Yasa", owner="Sitti Amina", ward=1, phone=None),  # the NIK
        SARI._replace(id=2, name="Xari Yasa", owner="Sitti Amina", ward=1, nik=None),  # the telephone
        Features(2, "Toko Rasa Sari", "Budi", ward=7),  # the name in the kelurahan
        Features(2, "Toko Rasa Sari", "Sitti Amina", ward=1),  # the name, and the owner's first letter
        Features(2, "Warung Xari Yasa", "Aminah Siti", ward=7),  # the owner in the kelurahan
        Features(2, "Warung Sri Rsa", "Siti Amnah", ward=7),  # the initials in the kelurahan
        Features(2, "Warung Sri Rsa", "Siti Aminah", ward=1),  # the owner and the initials
    ],
)
def test_each_key_brings_a_pair_together(other: Features) -> None:
    assert len(list(find_pairs([SARI, other], threshold=1))) == 1


def test_what_shares_no_key_is_not_weighed() -> None:
    assert list(find_pairs([SARI, Features(2, "Kios Buku", "Budi", ward=7)], threshold=0)) == []


def test_a_name_that_everybody_uses_does_not_weigh_all_against_all() -> None:
    rows = [Features(number, "Toko Barokah", ward=number) for number in range(1, 4 * LONGEST_WALK)]
    assert len(list(find_pairs(rows, threshold=0))) < LONGEST_WALK * len(rows)
    assert len(Businesses(rows)) == len(rows)


# --- With a second process ------------------------------------------------------------------------
ALIKE = [
    SARI,
    SARI._replace(id=2, name="Wrg Sari Raas", nik=None),
    Features(3, "Toko Rasa Sari", "Budi", ward=7),
    Features(4, "Toko Rasa Sari", "Sitti Amina", ward=1),
    Features(5, "Warung Xari Yasa", "Aminah Siti", ward=7),
    Features(6, "Warung Sri Rsa", "Siti Amnah", ward=7),
    Features(7, "Warung Sri Rsa", "Siti Aminah", ward=1),
]


def by_one_and_by_two(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Match], list[Match], list[int]]:
    """Pairs found by one process and by two, and under which keys this one looked for the second."""
    looked: list[int] = []
    under = Businesses._under

    def noting(self: Businesses, place: int, needed: float) -> Iterator[Match]:
        looked.append(place)
        return under(self, place, needed)

    alone = list(find_pairs(ALIKE, threshold=1))
    monkeypatch.setattr(pairing, "HAS_TWO_CORES", True)
    monkeypatch.setattr(pairing, "MANY_ROWS", len(ALIKE))
    monkeypatch.setattr(Businesses, "_under", noting)
    return alone, list(find_pairs(ALIKE, threshold=1)), looked


def test_two_processes_share_the_keys_and_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, by_two, looked = by_one_and_by_two(monkeypatch)
    assert len(alone) > 5
    assert by_two == alone
    assert looked == list(KEYS[:HALF_OF_THE_WORK])


def test_nothing_is_missed_when_the_second_process_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    here, all_of = os.getpid(), Businesses._under_all

    def dying(self: Businesses, places: Iterable[int], needed: float) -> Iterator[Match]:
        if os.getpid() != here:
            os._exit(9)
        return all_of(self, places, needed)

    monkeypatch.setattr(Businesses, "_under_all", dying)
    alone, by_two, looked = by_one_and_by_two(monkeypatch)
    assert by_two == alone
    assert looked == list(KEYS)


def test_the_second_process_ends_when_nobody_wants_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "HAS_TWO_CORES", True)
    monkeypatch.setattr(pairing, "MANY_ROWS", len(ALIKE))
    pairs = Businesses(ALIKE).pairs(1)
    next(pairs)
    assert len(active_children()) == 1
    del pairs
    assert active_children() == []
