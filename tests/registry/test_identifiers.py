"""NIK, NIB, NPWP, telephone and KBLI as they are typed or come out of a spreadsheet. Every number here is made up.
Numbers in the ids are those of the catalogue of bad inputs.
"""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cleaning import CleaningError
from registry.identifiers import (
    PROVINCE_CODES,
    IdentifierError,
    PhoneNumber,
    mask_nik,
    mask_npwp,
    mask_phone,
    nik_warnings,
    normalise_kbli_code,
    normalise_nib,
    normalise_nik,
    normalise_npwp,
    normalise_phone,
)

NIK = "3574011203850003"
KADEMANGAN, WONOASIH = "35.74.01", "35.74.02"
ONE_IN_FIELD = "Hanya nomor telepon pertama yang disimpan."

digits = st.text(alphabet="0123456789", min_size=1, max_size=20)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("3574011203850003", id="43-plain"),
        pytest.param("3574 0112 0385 0003", id="43-spaces"),
        pytest.param("35.74.01.120385.0003", id="43-dots"),
        pytest.param("357401-120385-0003", id="43-dashes"),
        pytest.param("357401–120385–0003", id="43-en-dashes"),
        pytest.param("'3574011203850003", id="43-apostrophe"),
        pytest.param("３５７４０１１２０３８５０００３", id="45-full-width"),
        pytest.param("3574011203850003\n", id="46-trailing-newline"),
        pytest.param("\u00a03574011203850003\u200b", id="46-invisible"),
    ],
)
def test_a_nik_is_read_however_it_is_spaced(typed):
    assert normalise_nik(typed) == NIK


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("3,57401E+15", "berformat teks", id="41-comma-exponent"),
        pytest.param("3.57401E+15", "berformat teks", id="41-dot-exponent"),
        pytest.param("3E15", "berformat teks", id="41-short-exponent"),
        pytest.param("3574011203850000", "0000", id="42-serial-0000"),
        pytest.param("357401120385000", "harus 16 digit; yang diisi 15", id="44-15-digits"),
        pytest.param("35740112038500031", "harus 16 digit; yang diisi 17", id="44-17-digits"),
        pytest.param("", "belum diisi", id="44-empty"),
        pytest.param("'", "belum diisi", id="44-apostrophe-alone"),
        pytest.param("tidak ada", "belum diisi", id="75-tidak-ada"),
        pytest.param("-", "belum diisi", id="75-dash"),
        pytest.param("1" * 16, "sama semua", id="44-all-equal"),
        pytest.param("0" * 16, "sama semua", id="44-zeros"),
        pytest.param("٣٥٧٤٠١١٢٠٣٨٥٠٠٠٣", "hanya boleh berisi angka", id="45-arabic-digits"),
        pytest.param("357401120385000²", "pangkat", id="45-superscript"),
        pytest.param("357401120385000O", "hanya boleh berisi angka", id="45-letter-o"),
        pytest.param("-.-.", "hanya boleh berisi angka", id="44-only-marks"),
        pytest.param("#REF!", "galat lembar kerja", id="63-error-cell"),
        pytest.param("3574\x00011203850003", "NUL", id="67-nul"),
    ],
)
def test_a_nik_that_can_not_be_one_is_refused(typed, reason):
    with pytest.raises(CleaningError, match=reason):
        normalise_nik(typed)


@pytest.mark.parametrize("normalise", [normalise_nik, normalise_nib, normalise_npwp, normalise_kbli_code])
@given(typed=st.one_of(digits, st.text(max_size=20)))
def test_a_refusal_does_not_repeat_the_number(normalise, typed):
    try:
        assert re.fullmatch(r"[0-9]+", normalise(typed))
    except CleaningError as refusal:
        message = refusal.message
    else:
        message = ""
    long_runs = re.findall(r"[0-9]{5,}", typed)
    assert not any(run in message for run in long_runs)


@given(st.from_regex(r"[1-9][0-9]{14}[1-9]", fullmatch=True))
def test_a_nik_read_twice_stays_the_same(nik):
    if len(set(nik)) > 1:
        assert normalise_nik(nik) == normalise_nik(normalise_nik(nik)) == nik


NO_SUCH_DISTRICT = "Enam digit awal NIK bukan kode kecamatan di kota ini."
NO_SUCH_PROVINCE = "Dua digit awal NIK bukan kode provinsi."
NO_SUCH_DAY = "Tanggal lahir di dalam NIK tidak ada di kalender."
OTHER_DAY = "Tanggal lahir di dalam NIK berbeda dari tanggal lahir yang diisi."


@pytest.mark.parametrize(
    ("nik", "born_on", "warnings"),
    [
        pytest.param("3574011203850003", date(1985, 3, 12), (), id="47-man"),
        pytest.param("3574015203850003", date(1985, 3, 12), (), id="47-woman"),
        pytest.param("3574015203050003", date(2005, 3, 12), (), id="47-born-after-2000"),
        pytest.param("3574011203850003", None, (), id="47-birth-date-not-known"),
        pytest.param("3574012902000003", None, (), id="47-leap-day-2000"),
        pytest.param("3574013102850003", date(1985, 3, 3), (NO_SUCH_DAY,), id="47-31-february"),
        pytest.param("3574017102850003", None, (NO_SUCH_DAY,), id="47-31-february-woman"),
        pytest.param("3574010001850003", None, (NO_SUCH_DAY,), id="47-day-zero"),
        pytest.param("3574014001850003", None, (NO_SUCH_DAY,), id="47-day-forty"),
        pytest.param("3574013513850003", None, (NO_SUCH_DAY,), id="47-month-thirteen"),
        pytest.param("3574011203850003", date(1985, 3, 13), (OTHER_DAY,), id="47-other-day"),
        pytest.param("3574011203850003", date(1986, 3, 12), (OTHER_DAY,), id="47-other-year"),
        pytest.param(
            "3574991203850003", date(1985, 3, 12), (NO_SUCH_DISTRICT,), id="47-unknown-kecamatan-here"
        ),
        pytest.param("3578011203850003", date(1985, 3, 12), (), id="47-born-in-another-city"),
        pytest.param("9601011203850003", date(1985, 3, 12), (), id="47-born-in-the-newest-province"),
        pytest.param("9999011203850003", date(1985, 3, 12), (NO_SUCH_PROVINCE,), id="47-no-province"),
        pytest.param("2001011203850003", date(1985, 3, 12), (NO_SUCH_PROVINCE,), id="47-a-gap-in-the-codes"),
        pytest.param("9999013102850003", None, (NO_SUCH_PROVINCE, NO_SUCH_DAY), id="47-two-warnings"),
    ],
)
def test_what_a_nik_says_is_only_warned_about(nik, born_on, warnings):
    assert normalise_nik(nik) == nik
    assert nik_warnings(nik, region_codes=[KADEMANGAN, WONOASIH], born_on=born_on) == warnings


def test_where_no_city_is_known_only_the_province_is_weighed():
    assert nik_warnings("3574991203850003", region_codes=[], born_on=None) == ()


def test_the_provinces_are_38_in_number_and_this_one_is_among_them():
    assert len(PROVINCE_CODES) == 38
    assert "35" in PROVINCE_CODES


def test_region_codes_may_come_without_dots():
    assert nik_warnings(NIK, region_codes={"357401"}, born_on=None) == ()


@given(st.dates(date(1926, 1, 1), date(2025, 12, 31)), st.booleans())
def test_a_nik_made_from_a_birth_date_agrees_with_it(born_on, woman):
    nik = f"357401{born_on.day + 40 * woman:02d}{born_on:%m%y}0003"
    assert nik_warnings(nik, region_codes=[KADEMANGAN], born_on=born_on) == ()


def test_a_masked_nik_shows_its_ends():
    assert mask_nik("3574011203850003") == "3574••••••••0003"


@pytest.mark.parametrize(
    ("mask", "value"),
    [
        (mask_nik, ""),
        (mask_nik, "357401120385"),
        (mask_nik, "35740112038500031"),
        (mask_npwp, "12345678"),
        (mask_phone, "081234567890"),
        (mask_phone, "+62812"),
    ],
)
def test_what_is_no_identifier_is_masked_altogether(mask, value):
    assert mask(value) == "•" * len(value)


@pytest.mark.parametrize("typed", ["0220012345678", "022-001-2345678", " '0220012345678 ", "0220 0123 45678"])
def test_a_nib_keeps_its_leading_zero(typed):
    assert normalise_nib(typed) == "0220012345678"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("220012345678", "harus 13 digit; yang diisi 12", id="44-lost-zero"),
        pytest.param("2,20012E+11", "berformat teks", id="41-exponent"),
        pytest.param("0" * 13, "sama semua", id="44-zeros"),
        pytest.param("NIB 0220012345678", "hanya boleh berisi angka", id="44-with-its-name"),
        pytest.param("n/a", "belum diisi", id="75-na"),
    ],
)
def test_a_nib_that_can_not_be_one_is_refused(typed, reason):
    with pytest.raises(IdentifierError, match=reason):
        normalise_nib(typed)


@pytest.mark.parametrize(
    ("typed", "npwp"),
    [
        ("01.234.567.8-999.000", "012345678999000"),
        ("012345678999000", "012345678999000"),
        ("0012345678999000", "0012345678999000"),
        ("3574 0112 0385 0003", NIK),
    ],
)
def test_an_npwp_has_15_or_16_digits(typed, npwp):
    assert normalise_npwp(typed) == npwp


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("01.234.567.8-999", "harus 15 atau 16 digit; yang diisi 12"),
        ("01234567899900000", "yang diisi 17"),
        ("1,23457E+13", "berformat teks"),
        ("00.000.000.0-000.000", "sama semua"),
        ("01.234.567.X-999.000", "hanya boleh berisi angka"),
    ],
)
def test_an_npwp_that_can_not_be_one_is_refused(typed, reason):
    with pytest.raises(IdentifierError, match=reason):
        normalise_npwp(typed)


def test_a_masked_npwp_shows_its_ends():
    assert mask_npwp("012345678999000") == "0123•••••••9000"
    assert mask_npwp(NIK) == mask_nik(NIK)


@pytest.mark.parametrize(
    ("typed", "number", "note"),
    [
        pytest.param("081234567890", "+6281234567890", "", id="60-plain"),
        pytest.param("81234567890", "+6281234567890", "", id="60-lost-leading-zero"),
        pytest.param("+6281234567890", "+6281234567890", "", id="60-plus-62"),
        pytest.param("6281234567890", "+6281234567890", "", id="60-62"),
        pytest.param("+62 (0)812-3456-7890", "+6281234567890", "", id="60-plus-62-and-zero"),
        pytest.param("0812-3456-7890", "+6281234567890", "", id="60-dashes"),
        pytest.param("0812.3456.7890", "+6281234567890", "", id="60-dots"),
        pytest.param("0812 0813 4567", "+6281208134567", "", id="60-group-that-looks-like-a-start"),
        pytest.param("'+6281234567890", "+6281234567890", "", id="66-apostrophe-of-our-export"),
        pytest.param("０８１２３４５６７８９０", "+6281234567890", "", id="45-full-width"),
        pytest.param("(0335) 421234", "+62335421234", "", id="60-fixed-line"),
        pytest.param("081234567890 / 081298765432", "+6281234567890", ONE_IN_FIELD, id="60-two-slash"),
        pytest.param("081234567890,081298765432", "+6281234567890", ONE_IN_FIELD, id="60-two-comma"),
        pytest.param("081234567890 atau 0335421234", "+6281234567890", ONE_IN_FIELD, id="60-two-atau"),
        pytest.param("0335 421234\n081298765432", "+62335421234", ONE_IN_FIELD, id="60-two-lines"),
        pytest.param("081234567890 081298765432", "+6281234567890", ONE_IN_FIELD, id="60-two-space"),
        pytest.param("081234567890 +6281298765432", "+6281234567890", ONE_IN_FIELD, id="60-two-space-plus"),
        pytest.param("081234567890 081298765432 / 0813", "+6281234567890", ONE_IN_FIELD, id="60-three"),
        pytest.param("081234567890;", "+6281234567890", "", id="60-mark-behind"),
    ],
)
def test_a_telephone_number_gets_its_country_code(typed, number, note):
    assert normalise_phone(typed) == PhoneNumber(number, note)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("0812-ABCD-7890", "hanya boleh berisi angka", id="60-letters"),
        pytest.param("WA 081234567890", "hanya boleh berisi angka", id="60-letters-before"),
        pytest.param("٠٨١٢٣٤٥٦٧٨٩٠", "tidak lengkap", id="45-arabic-digits"),
        pytest.param("0812345", "tidak lengkap", id="60-too-short"),
        pytest.param("08123456789012345", "tidak lengkap", id="60-too-long"),
        pytest.param("335421234", "tidak lengkap", id="60-fixed-line-without-zero"),
        pytest.param("+6581234567", "harus nomor Indonesia", id="60-foreign"),
        pytest.param("6,28123E+12", "berformat teks", id="41-exponent"),
        pytest.param("0000000000", "tidak lengkap", id="44-zeros"),
        pytest.param("0812 / 081234567890", "tidak lengkap", id="60-first-of-two-broken"),
        pytest.param("", "belum diisi", id="75-empty"),
        pytest.param("tidak ada", "belum diisi", id="75-tidak-ada"),
        pytest.param("/", "tidak lengkap", id="60-only-a-mark"),
        pytest.param("0812\x003456789", "NUL", id="67-nul"),
    ],
)
def test_a_telephone_number_that_can_not_be_one_is_refused(typed, reason):
    with pytest.raises(CleaningError, match=reason) as refusal:
        normalise_phone(typed)
    assert not re.search(r"[0-9]{5,}", refusal.value.message.split(";")[0])


@given(st.from_regex(r"8[0-9]{8,11}", fullmatch=True))
def test_all_spellings_of_a_mobile_number_are_one_number(national):
    spellings = (
        f"0{national}",
        national,
        f"62{national}",
        f"+62 {national}",
        f"0{national[:3]}-{national[3:]}",
    )
    assert {normalise_phone(spelling).number for spelling in spellings} == {f"+62{national}"}


@given(st.text(max_size=40))
def test_any_telephone_field_gives_a_number_or_a_message(typed):
    try:
        number = normalise_phone(typed).number
    except CleaningError:
        return
    assert normalise_phone(number) == PhoneNumber(number)


def test_a_masked_telephone_number_shows_its_last_three_digits():
    assert mask_phone("+6281234567890") == "+62••••••••890"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("10710", "10710"), (" 01.11.1 ", "01111"), ("４７１１１", "47111"), ("22222", "22222")],
)
def test_a_kbli_code_has_five_digits(typed, code):
    assert normalise_kbli_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1111", "harus 5 digit; yang diisi 4"),
        ("C10710", "hanya boleh berisi angka"),
        ("00123", "00"),
        ("", "belum diisi"),
    ],
)
def test_a_kbli_code_that_can_not_be_one_is_refused(typed, reason):
    with pytest.raises(IdentifierError, match=reason):
        normalise_kbli_code(typed)
