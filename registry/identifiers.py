"""The numbers that identify people and businesses: read, warned about, masked. Pure: imports no Django.

What is stored is digits only, as text, because leading zeros count. No message repeats the number it
speaks of.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from core.cleaning import CleaningError, fold_figures, is_blank

PROVINCES_FILE = Path(__file__).with_name("data") / "provinces.csv"
WOMEN_DAY_OFFSET = 40
_BULLET = "•"
_LOST_DIGITS = re.compile(r"[0-9][.,]?[0-9]*e\+?[0-9]+")
_DIGITS_ARE_LOST = "Digit {name} hilang karena sel berformat angka; isi ulang dengan sel berformat teks."
_BETWEEN_DIGITS = re.compile(r"[\s.\-\u2010-\u2015\u2212]")
_APOSTROPHES = "'’‘`"

_SEVERAL_NUMBERS = re.compile(r"[/;,|&\n]|\batau\b|\bdan\b")
_NEXT_NUMBER = re.compile(r"\s+(?=(?:\+?62|0)8)")
_PHONE = re.compile(r"(?:\+?620?|0)(?P<national>8[0-9]{8,11}|[2-79][0-9]{6,10})|(?P<bare>8[0-9]{8,11})")
_CLEAN_PHONE = re.compile(f"'?(?:{_PHONE.pattern})")  # as our own lists have it, and most others


def _read_province_codes() -> frozenset[str]:
    with PROVINCES_FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return frozenset(row["code"] for row in rows)


# The source of the codes stands in the file.
PROVINCE_CODES = _read_province_codes()


class IdentifierError(CleaningError):
    """A number that can't be the identifier it is given as."""


@dataclass(frozen=True)
class PhoneNumber:
    """`number` is +62 and the national number; `note` is empty, or says what was left out, in Indonesian."""

    number: str
    note: str = ""


def normalise_nik(value: str) -> str:
    """The 16 digits of a resident's number (NIK).

    PP 40/2019 article 30 and the population offices: six digits for the region of first registration, six for
    the date of birth as DDMMYY with 40 added to a woman's day, four serial digits. It is given once and never
    changes, so that only its form is required here; `nik_warnings` weighs what the digits say.
    """
    digits = _identity_digits(value, "NIK", (16,))
    if digits.endswith("0000"):
        raise IdentifierError(
            "Empat digit terakhir NIK tidak mungkin 0000. Lembar kerja mengganti digit terakhir dengan nol "
            "bila sel berformat angka; isi ulang dari KTP dengan sel berformat teks."
        )
    return digits


def nik_warnings(nik: str, *, region_codes: Collection[str], born_on: date | None) -> tuple[str, ...]:
    """What a verifier should look at in a normalised NIK, in Indonesian; never a reason to refuse it.

    `region_codes` are the kecamatan codes of the cities that are known in full, with or without dots; of another
    city only the province can be weighed. People keep the NIK of the place and the birth date they were first
    registered with, so that every warning occurs with true numbers.
    """
    warnings = []
    districts, cities = _beginnings(frozenset(region_codes))
    if nik[:4] in cities:
        if nik[:6] not in districts:
            warnings.append("Enam digit awal NIK bukan kode kecamatan di kota ini.")
    elif nik[:2] not in PROVINCE_CODES:
        warnings.append("Dua digit awal NIK bukan kode provinsi.")
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if day > WOMEN_DAY_OFFSET:
        day -= WOMEN_DAY_OFFSET
    # Every day of 19YY is a day of 20YY too, so that the century need not be known.
    if not _is_day(2000 + year, month, day):
        warnings.append("Tanggal lahir di dalam NIK tidak ada di kalender.")
    elif born_on is not None and (born_on.day, born_on.month, born_on.year % 100) != (day, month, year):
        warnings.append("Tanggal lahir di dalam NIK berbeda dari tanggal lahir yang diisi.")
    return tuple(warnings)


@lru_cache(maxsize=8)
def _beginnings(region_codes: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """How a NIK of these kecamatan begins, and how one of their cities."""
    districts = frozenset(code.replace(".", "") for code in region_codes)
    return districts, frozenset(code[:4] for code in districts)


def mask_nik(nik: str) -> str:
    """3574••••••••0003; a value of another length shows none of its digits."""
    return _masked(nik, 4, 4, lengths=(16,))


def normalise_nib(value: str) -> str:
    """The 13 digits of a business number (NIB).

    PP 24/2018, now PP 28/2025: given out by the licensing system. No check digit is published.
    """
    return _identity_digits(value, "NIB", (13,))


def normalise_npwp(value: str) -> str:
    """The 15 or 16 digits of a tax number (NPWP), also when written XX.XXX.XXX.X-XXX.XXX.

    PMK 112/PMK.03/2022: the older 15 digits; 16 digits for entities (the older ones behind a zero) and for
    residents, whose NPWP is their NIK. No rule for a check digit is published.
    """
    return _identity_digits(value, "NPWP", (15, 16))


def mask_npwp(npwp: str) -> str:
    """Like a NIK, which it may be: the first and the last four digits stay."""
    return _masked(npwp, 4, 4, lengths=(15, 16))


def normalise_phone(value: str) -> PhoneNumber:
    """An Indonesian number as +62…; of several in one field the first, with a note.

    A mobile number may have lost its leading zero (8123…), as spreadsheets do; a fixed line needs its area
    code.
    """
    if written := _CLEAN_PHONE.fullmatch(value):
        return PhoneNumber(_in_full(written))
    text = "\n".join(fold_figures(line) for line in value.splitlines()).strip().lstrip(_APOSTROPHES)
    if is_blank(text):
        raise IdentifierError("Nomor telepon belum diisi.")
    if _LOST_DIGITS.fullmatch(text):
        raise IdentifierError(_DIGITS_ARE_LOST.format(name="nomor telepon"))
    first, *others = [part.strip() for part in _SEVERAL_NUMBERS.split(text) if part.strip()] or [text]
    if _phone(first) is None:
        first, *others = _NEXT_NUMBER.split(first)
    number = _phone(first)
    if number is None:
        raise IdentifierError(_why_no_phone(first))
    return PhoneNumber(number, "Hanya nomor telepon pertama yang disimpan." if others else "")


def mask_phone(phone: str) -> str:
    """+62••••••••890; what is no +62 number shows none of its digits."""
    return _masked(phone, 3, 3, lengths=range(10, 16)) if phone.startswith("+62") else _BULLET * len(phone)


def normalise_kbli_code(value: str) -> str:
    """The five digits of a group of economic activity (Peraturan BPS 2/2020 and 7/2025).

    The letter of the section is no part of the code: its meaning differs between the versions.
    """
    digits = _digits(value, "Kode KBLI", (5,))
    if digits.startswith("00"):
        raise IdentifierError("Kode KBLI tidak dimulai dengan 00.")
    return digits


def _digits(value: str, name: str, lengths: tuple[int, ...]) -> str:
    if len(value) in lengths and value.isascii() and value.isdigit():
        return value
    text = fold_figures(value).lstrip(_APOSTROPHES)
    if is_blank(text):
        raise IdentifierError(f"{name} belum diisi.")
    if _LOST_DIGITS.fullmatch(text):
        raise IdentifierError(_DIGITS_ARE_LOST.format(name=name))
    digits = _BETWEEN_DIGITS.sub("", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise IdentifierError(f"{name} hanya boleh berisi angka.")
    if len(digits) not in lengths:
        wanted = " atau ".join(str(length) for length in lengths)
        raise IdentifierError(f"{name} harus {wanted} digit; yang diisi {len(digits)} digit.")
    return digits


def _identity_digits(value: str, name: str, lengths: tuple[int, ...]) -> str:
    digits = _digits(value, name, lengths)
    if len(set(digits)) == 1:
        raise IdentifierError(f"{name} tidak mungkin berisi satu angka yang sama semua.")
    return digits


def _phone(text: str) -> str | None:
    written = _PHONE.fullmatch(re.sub(r"[()]", "", _BETWEEN_DIGITS.sub("", text)))
    return _in_full(written) if written else None


def _in_full(written: re.Match[str]) -> str:
    return f"+62{written['national'] or written['bare']}"


def _why_no_phone(text: str) -> str:
    if re.search(r"[^\W\d_]", text):
        return "Nomor telepon hanya boleh berisi angka."
    if text.startswith("+") and not text.startswith("+62"):
        return "Nomor telepon harus nomor Indonesia (+62)."
    return "Nomor telepon tidak lengkap; contoh yang diterima: 0812-3456-7890 atau 0335-421234."


def _masked(value: str, first: int, last: int, *, lengths: Collection[int]) -> str:
    if len(value) not in lengths:
        return _BULLET * len(value)
    return f"{value[:first]}{_BULLET * (len(value) - first - last)}{value[-last:]}"


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
