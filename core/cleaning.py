"""The cleaners that every form and every import column uses. Pure: imports no Django.

Each takes the text as it came in and gives the clean value, or raises CleaningError with a message in
Indonesian for the person who typed it. Amounts and dates are read as written in Indonesia: a dot groups
thousands, a comma starts decimals, day before month. Nothing is guessed: what could mean two things is
refused with a hint.
"""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest

from core.formats import MONTH_NAMES, format_date, format_decimal, format_integer

BLANK_WORDS = frozenset({"", "-", "--", "–", "—", "n/a", "na", "tidak ada"})
MAX_MONEY_DIGITS = 15
COORDINATE_DECIMALS = 6
INDONESIA_LATITUDE = (Decimal("-11"), Decimal("6.1"))
INDONESIA_LONGITUDE = (Decimal("95"), Decimal("141.1"))

_SPREADSHEET_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_LOOKALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})

_ZERO_WIDTH_JOINER = "\u200d"
_EMOJI_OUTSIDE_SYMBOLS = frozenset("‼⁉〰〽↔⤴⤵◽◾")
_KEYCAP_BASES = frozenset("0123456789#*")

_GROUPED = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"
_WHOLE = re.compile(rf"[0-9]+|{_GROUPED}")
_MONEY = re.compile(rf"(?P<whole>[0-9]+|{_GROUPED})(?:,(?P<decimals>[0-9]+))?")
_MONEY_SUFFIX = re.compile(r"(?<=[0-9])\s*(ribu|rb|juta|jt|miliar|milyar|triliun|m|k|t)\.?\Z")
_MULTIPLIERS = {
    "ribu": 10**3,
    "rb": 10**3,
    "juta": 10**6,
    "jt": 10**6,
    "miliar": 10**9,
    "milyar": 10**9,
    "triliun": 10**12,
}
_AMERICAN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[0-9.,]+e[+-]?[0-9]+")

_DATE_DIGITS = re.compile(r"(?P<day>[0-9]{1,2})(?P<mark>[/-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]+)")
_DATE_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_DATE_WORDS = re.compile(r"(?P<day>[0-9]{1,2}) (?P<month>[a-z]+)\.? (?P<year>[0-9]+)")
_MONTHS = {name.lower(): number for number, name in enumerate(MONTH_NAMES, start=1)}
_MONTHS |= {name.lower()[:3]: number for number, name in enumerate(MONTH_NAMES, start=1)}
_MONTHS |= {"pebruari": 2, "agt": 8, "ags": 8, "sept": 9, "nop": 11, "nopember": 11}

_COORDINATE = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{1,20})?")


class CleaningError(ValueError):
    """A value that can't be taken; `message` tells the person who typed it why, in Indonesian."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def clean_text(value: str) -> str:
    """One line of text: NFC, no invisible characters, single spaces. Empty text stays empty."""
    if _is_plain(value):
        return " ".join(value.split())
    return unicodedata.normalize("NFC", " ".join(_visible(value).split()))


def clean_multiline(value: str) -> str:
    """Like clean_text, line by line; empty lines inside stay, those around the text go."""
    return "\n".join(clean_text(line) for line in value.splitlines()).strip("\n")


def is_blank(value: str) -> bool:
    """Nothing, or what people write for nothing: a dash, "n/a", "tidak ada". Refuses what clean_text does."""
    return _folded(value) in BLANK_WORDS


def is_mixed_script(value: str) -> bool:
    """Latin letters beside letters of a script that looks like it (a Cyrillic "а" in "Warung").

    A name in Javanese or Arabic letters beside Latin ones is not flagged: nobody takes one for the other.
    """
    letters = (letter for letter in unicodedata.normalize("NFKC", value) if letter.isalpha())
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return "LATIN" in scripts and len(scripts & _LOOKALIKE_SCRIPTS) > 1


def fold_figures(value: str) -> str:
    """Cleaned text with full-width figures, minus signs and case in one spelling, as the parsers read it.

    Refuses 10², which this folding would turn into 102.
    """
    if not value.isascii() and any(char.isdigit() and not char.isdecimal() for char in value):
        raise CleaningError("Tulis angka biasa, tanpa pangkat atau angka berlingkar.")
    return _folded(value)


def parse_whole_number(value: str, maximum: int) -> int | None:
    """A count from 0 to `maximum`: "1.250" is 1250. None when blank (see is_blank)."""
    text = fold_figures(value)
    if text in BLANK_WORDS:
        return None
    if text.startswith("-"):
        raise CleaningError("Angka tidak boleh negatif.")
    if not _WHOLE.fullmatch(text):
        raise CleaningError("Tulis bilangan bulat dengan angka saja, misalnya 12 atau 1.250.")
    digits = _digits(text)
    if len(digits) > len(str(maximum)) or int(digits) > maximum:
        raise CleaningError(f"Angka terlalu besar: paling banyak {format_integer(maximum)}.")
    return int(digits)


def parse_rupiah(value: str) -> int | None:
    """Whole rupiah: "1.000" is 1000, "Rp 1.000.000,-" and "1jt" a million. None when blank (see is_blank)."""
    text = fold_figures(value)
    if text in BLANK_WORDS:
        return None
    _refuse_what_is_no_amount(text)
    text = re.sub(r"\A(?:rp\.?|idr)\s*", "", text)
    text = re.sub(r"(?:,[-–]+|\s*rupiah)\Z", "", text)
    multiplier = 1
    if suffix := _MONEY_SUFFIX.search(text):
        word = suffix.group(1)
        if word not in _MULTIPLIERS:
            raise CleaningError(f"Singkatan “{word}” bisa berarti dua hal; tulis ribu, juta, atau miliar.")
        multiplier = _MULTIPLIERS[word]
        text = text[: suffix.start()]
    return _amount(text, multiplier)


def parse_date(value: str, *, earliest: date | None = None, latest: date | None = None) -> date:
    """A day written 31/01/2026, 31-1-2026, 2026-01-31 or 31 Januari 2026; both bounds are allowed days."""
    text = fold_figures(value)
    if text in BLANK_WORDS:
        raise CleaningError("Tanggal belum diisi.")
    day = _day(text)
    if earliest is not None and day < earliest:
        raise CleaningError(f"Tanggal tidak boleh sebelum {format_date(earliest)}.")
    if latest is not None and day > latest:
        raise CleaningError(f"Tanggal tidak boleh sesudah {format_date(latest)}.")
    return day


def parse_coordinate(value: str) -> Decimal:
    """Decimal degrees with a comma or a dot, rounded to 6 decimals (about 11 cm)."""
    text = fold_figures(value)
    if text in BLANK_WORDS:
        raise CleaningError("Koordinat belum diisi.")
    if not _COORDINATE.fullmatch(text):
        raise CleaningError("Tulis koordinat dalam derajat desimal, misalnya -7,7543 (bukan 7°45'S).")
    degrees = Decimal(text.replace(",", "."))
    if abs(degrees) > 180:
        raise CleaningError("Koordinat harus antara -180 dan 180 derajat.")
    return degrees.quantize(Decimal(1).scaleb(-COORDINATE_DECIMALS), rounding=ROUND_HALF_UP)


def parse_latitude_longitude(latitude: str, longitude: str) -> tuple[Decimal, Decimal] | None:
    """A place in Indonesia; None when both are blank (see is_blank)."""
    blank = is_blank(latitude), is_blank(longitude)
    if all(blank):
        return None
    if any(blank):
        raise CleaningError("Isi lintang dan bujur bersama-sama, atau kosongkan keduanya.")
    north, east = parse_coordinate(latitude), parse_coordinate(longitude)
    if north == east == 0:
        raise CleaningError("Koordinat 0, 0 bukan lokasi usaha.")
    if _in_indonesia(north, east):
        return north, east
    if _in_indonesia(east, north):
        raise CleaningError(
            "Lintang dan bujur tampaknya tertukar: tulis "
            f"lintang {format_decimal(east, COORDINATE_DECIMALS)} "
            f"dan bujur {format_decimal(north, COORDINATE_DECIMALS)}."
        )
    raise CleaningError("Koordinat di luar Indonesia: lintang -11 sampai 6,1 dan bujur 95 sampai 141,1.")


def _visible(value: str) -> str:
    """NFC text without controls and invisible marks; what holds an emoji together stays."""
    if value.strip() in _SPREADSHEET_ERRORS:
        raise CleaningError(f"Sel berisi galat lembar kerja ({value.strip()}), bukan isian.")
    if value.isascii() and value.isprintable():
        return value
    if "\x00" in value:
        raise CleaningError("Teks memuat karakter NUL yang tidak dapat disimpan.")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise CleaningError("Teks memuat karakter rusak; ketik ulang bagian itu.")
    spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", value))
    chars = [char for char in spaced if char == _ZERO_WIDTH_JOINER or not _is_control(char)]
    return "".join(_without_stray_joiners(chars))


def _without_stray_joiners(chars: list[str]) -> list[str]:
    """Zero-width joiners and variation selectors stay only where they make an emoji."""
    kept: list[str] = []
    for char, following in zip_longest(chars, chars[1:], fillvalue=""):
        before = kept[-1] if kept else ""
        if char == _ZERO_WIDTH_JOINER:
            belongs = _is_emoji(before, selected=True) and _is_emoji(following)
        elif _is_variation_selector(char):
            belongs = _is_emoji(before) or (before in _KEYCAP_BASES and following == "\u20e3")
        else:
            belongs = True
        if belongs:
            kept.append(char)
    return kept


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf"}


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _is_emoji(char: str, *, selected: bool = False) -> bool:
    """A pictograph or skin tone; `selected`: the variation selector behind one counts too."""
    if not char:
        return False
    pictograph = unicodedata.category(char) == "So" or "\U0001f000" <= char <= "\U0001faff"
    return pictograph or char in _EMOJI_OUTSIDE_SYMBOLS or (selected and _is_variation_selector(char))


def _is_plain(value: str) -> bool:
    """Printable ASCII, in which nothing has to be looked for; most of what is typed."""
    return value.isascii() and value.isprintable() and "#" not in value


def _folded(value: str) -> str:
    if _is_plain(value):
        return " ".join(value.split()).lower()
    return unicodedata.normalize("NFKC", clean_text(value)).replace("\u2212", "-").strip().lower()


def _digits(text: str) -> str:
    return text.replace(".", "").lstrip("0") or "0"


def _refuse_what_is_no_amount(text: str) -> None:
    if text.startswith("-") or re.match(r"(?:rp\.?|idr)\s*-", text):
        raise CleaningError("Jumlah rupiah tidak boleh negatif.")
    if "(" in text or ")" in text:
        raise CleaningError("Jumlah dalam kurung berarti negatif; tulis jumlah tanpa kurung.")
    if "%" in text:
        raise CleaningError("Tulis jumlah rupiah, bukan persen.")
    if _EXPONENT.fullmatch(text):
        raise CleaningError("Angka berbentuk 1E+10 tidak diterima; tulis semua digitnya.")


def _amount(text: str, multiplier: int) -> int:
    """`text` without currency and suffix, times `multiplier`."""
    if _AMERICAN.fullmatch(text):
        raise CleaningError("Pakai titik untuk ribuan dan koma untuk desimal, misalnya 1.000.000.")
    written = _MONEY.fullmatch(text)
    if not written:
        if re.fullmatch(r"[0-9.,]+", text):
            raise CleaningError("Titik memisahkan ribuan dan koma desimal: tulis 1.500.000 atau 1,5 juta.")
        raise CleaningError("Ini bukan jumlah rupiah; contoh yang diterima: 1.500.000 atau 1,5 juta.")
    decimals = (written["decimals"] or "").rstrip("0")
    units, digits = len(str(multiplier)) - 1, _digits(written["whole"])
    if len(decimals) > units:
        raise CleaningError("Tulis rupiah bulat tanpa sen; hanya ,00 yang boleh mengikuti.")
    amount_digits = (digits + decimals.ljust(units, "0")).lstrip("0") or "0"
    if len(amount_digits) > MAX_MONEY_DIGITS:
        raise CleaningError(f"Jumlah terlalu besar: paling banyak {MAX_MONEY_DIGITS} digit.")
    return int(amount_digits)


def _day(text: str) -> date:
    written = _DATE_DIGITS.fullmatch(text) or _DATE_ISO.fullmatch(text) or _DATE_WORDS.fullmatch(text)
    if not written:
        if re.fullmatch(r"[0-9]{5,6}", text):
            raise CleaningError("Ini nomor seri tanggal; tulis tanggalnya, misalnya 31/01/2026.")
        raise CleaningError("Tulis tanggal seperti 31/01/2026 atau 31 Januari 2026.")
    if len(written["year"]) != 4:
        raise CleaningError("Tulis tahun dengan empat digit, misalnya 31/01/2026.")
    month = _MONTHS.get(written["month"]) if written["month"].isalpha() else int(written["month"])
    if month is None:
        raise CleaningError("Nama bulan tidak dikenal; contoh yang diterima: 31 Januari 2026.")
    if not 1 <= month <= 12:
        raise CleaningError("Bulan harus 1 sampai 12; urutannya hari/bulan/tahun.")
    try:
        return date(int(written["year"]), month, int(written["day"]))
    except ValueError as error:
        raise CleaningError("Tanggal ini tidak ada di kalender.") from error


def _in_indonesia(latitude: Decimal, longitude: Decimal) -> bool:
    south, north = INDONESIA_LATITUDE
    west, east = INDONESIA_LONGITUDE
    return south <= latitude <= north and west <= longitude <= east
