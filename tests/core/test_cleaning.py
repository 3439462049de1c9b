"""What people and spreadsheets write, and what is taken from it. Numbers in the ids are those of
the catalogue of bad inputs that the office's forms and imports must withstand.
"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cleaning import (
    CleaningError,
    clean_multiline,
    clean_text,
    is_blank,
    is_mixed_script,
    parse_coordinate,
    parse_date,
    parse_latitude_longitude,
    parse_rupiah,
    parse_whole_number,
)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        pytest.param("Warung Bu Sri\n", "Warung Bu Sri", id="46-trailing-newline"),
        pytest.param("Warung\u200b Bu Sri\u200b", "Warung Bu Sri", id="46-zero-width-space"),
        pytest.param("\u00a0Warung\u00a0Bu  Sri\u00a0", "Warung Bu Sri", id="46-no-break-space"),
        pytest.param("\ufeffWarung", "Warung", id="46-byte-order-mark"),
        pytest.param("Warung\tBu\r\nSri", "Warung Bu Sri", id="46-tab-and-newline-inside"),
        pytest.param("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", id="65-formula-is-text"),
        pytest.param("\t=1+1", "=1+1", id="65-tab-before-formula"),
        pytest.param("＝1+1", "＝1+1", id="65-full-width-formula"),
        pytest.param("@SUM(A1)", "@SUM(A1)", id="65-at-formula"),
        pytest.param("War\x07ung\x1b", "Warung", id="69-control-characters"),
        pytest.param("Warung\u202eirS uB", "WarungirS uB", id="69-right-to-left-override"),
        pytest.param("\u2066Warung\u2069 \u200fSri", "Warung Sri", id="69-bidi-isolates"),
        pytest.param("Wa\u200drung", "Warung", id="69-joiner-outside-emoji"),
        pytest.param("Warung\ufe0f", "Warung", id="69-variation-selector-outside-emoji"),
        pytest.param("Tani 👩\u200d🌾", "Tani 👩\u200d🌾", id="70-emoji-with-joiner"),
        pytest.param("👩🏽\u200d🌾", "👩🏽\u200d🌾", id="70-emoji-with-skin-tone"),
        pytest.param("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈", id="70-emoji-with-selector"),
        pytest.param("👩\u200d⚕\ufe0f", "👩\u200d⚕\ufe0f", id="70-emoji-ending-in-selector"),
        pytest.param("1\ufe0f\u20e3", "1\ufe0f\u20e3", id="70-keycap"),
        pytest.param("1\ufe0f", "1", id="70-selector-that-makes-no-keycap"),
        pytest.param("👩\u200d", "👩", id="70-joiner-that-joins-nothing"),
        pytest.param("ꦮꦫꦸꦁ", "ꦮꦫꦸꦁ", id="70-javanese"),
        pytest.param("مطعم", "مطعم", id="70-arabic"),
        pytest.param("Cafe\u0301", "Café", id="72-decomposed"),
        pytest.param("Cafe\u200b\u0301", "Café", id="72-decomposed-around-invisible"),
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="74-html"),
        pytest.param("{{ x }} '; DROP TABLE--", "{{ x }} '; DROP TABLE--", id="74-template-and-sql"),
        pytest.param(" \t\u00a0\u2003 ", "", id="75-whitespace-only"),
        pytest.param("a" * 1_000_000, "a" * 1_000_000, id="73-a-megabyte-is-left-to-the-field-length"),
    ],
)
def test_text_is_cleaned(typed, clean):
    assert clean_text(typed) == clean


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("War\x00ung", "NUL", id="67-nul"),
        pytest.param("Warung \ud83d", "rusak", id="68-lone-high-surrogate"),
        pytest.param("\udc00Warung", "rusak", id="68-lone-low-surrogate"),
        pytest.param("#REF!", "galat lembar kerja", id="63-error-cell"),
        pytest.param(" #N/A ", "galat lembar kerja", id="63-error-cell-with-spaces"),
    ],
)
@pytest.mark.parametrize("clean", [clean_text, clean_multiline])
def test_text_that_can_not_be_kept_is_refused(clean, typed, reason):
    with pytest.raises(CleaningError, match=reason) as refusal:
        clean(typed)
    assert refusal.value.message == str(refusal.value)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(typed):
    try:
        clean = clean_text(typed)
    except CleaningError:
        return
    assert clean_text(clean) == clean
    assert clean == clean.strip()
    assert unicodedata.is_normalized("NFC", clean)


@given(st.text(alphabet=st.sampled_from("😀🏽\u200d\ufe0f\u200b1\u20e3e\u0301 \u2adc=\u0338")))
def test_cleaning_emoji_twice_changes_nothing_more(typed):
    clean = clean_text(typed)
    assert clean_text(clean) == clean


@given(st.text(alphabet=st.characters(categories=["Cc", "Cf"], exclude_characters="\x00")))
def test_nothing_but_invisible_characters_is_empty(typed):
    assert clean_text(typed) == ""


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Jalan Melati 3\r\n  RT 02  RW 01 \r\n", "Jalan Melati 3\nRT 02 RW 01"),
        ("a\n\nb", "a\n\nb"),
        ("\n\n a \u200b\n\n", "a"),
        ("a\rb\u2028c", "a\nb\nc"),
        ("", ""),
    ],
)
def test_long_text_keeps_its_lines(typed, clean):
    assert clean_multiline(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="75-empty"),
        pytest.param(" \t\u00a0", id="75-whitespace-only"),
        pytest.param("-", id="75-dash"),
        pytest.param("–", id="75-en-dash"),
        pytest.param("n/a", id="75-na"),
        pytest.param("N/A ", id="75-capital-na"),
        pytest.param("Tidak  Ada", id="75-tidak-ada"),
    ],
)
def test_what_people_write_for_nothing_is_nothing(typed):
    assert is_blank(typed)
    assert parse_rupiah(typed) is None
    assert parse_whole_number(typed, 10) is None
    assert parse_latitude_longitude(typed, typed) is None
    with pytest.raises(CleaningError, match="belum diisi"):
        parse_date(typed)
    with pytest.raises(CleaningError, match="belum diisi"):
        parse_coordinate(typed)


def test_a_zero_is_not_nothing():
    assert not is_blank("0")
    assert parse_rupiah("0") == 0
    assert parse_whole_number("0", 10) == 0


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        pytest.param("Wаrung", True, id="71-cyrillic-a"),
        pytest.param("Тоkо Maju", True, id="71-cyrillic-and-latin-letters"),
        pytest.param("Warung Βudi", True, id="71-greek-beta"),
        pytest.param("Warung Bu Sri 2", False, id="71-latin-only"),
        pytest.param("Café Ｍaju", False, id="71-accents-and-full-width"),
        pytest.param("Кафе", False, id="71-cyrillic-only"),
        pytest.param("Warung ꦮꦫꦸꦁ", False, id="70-javanese-beside-latin"),
        pytest.param("Kedai مطعم", False, id="70-arabic-beside-latin"),
        pytest.param("", False, id="75-empty"),
    ],
)
def test_letters_that_pose_as_latin_are_noticed(name, mixed):
    assert is_mixed_script(name) is mixed
