"""Names of businesses and people as they are compared: one spelling for what sounds and looks alike.

Pure: imports no Django. What goes: legal forms (UD, CV, PT), kinds of shop (toko, warung), ways to address people
(Bu, Pak, H., Hj.), accents, letters of other scripts that look like ours, digits typed for letters (T0ko),
punctuation, doubled letters, and spellings from before 1972 (oe, dj, tj, sj, nj).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_APOSTROPHES = re.compile(r"[\u0027\u0060\u00b4\u2018\u2019\u02bc]")
_SPACED_INITIALS = re.compile(r"\b(\w)\.(?=\w\b)")
_PARTS = re.compile(r"[a-z]+|[0-9]+")
_DIGIT_AS_LETTER = re.compile(r"(?<=[a-z])[013457](?=[a-z])")
_OLD_SPELLING = re.compile(r"oe|dj|tj|sj|nj")
_OLD_Y = re.compile(r"(?<![dtsn])j")
_DOUBLED = re.compile(r"([a-z])\1+")
_LETTER_OF_DIGIT = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}
# Cyrillic and Greek letters that look like Latin ones, as found in text copied from elsewhere.
_LOOK_ALIKES = str.maketrans(
    "абвгеёзкмнорстухіјѕԁһԛԝαβεηικμνορτυχıłø",
    "abbreezkmhopctyxijsdhqwabenikuvoptuxilo",
)
_SPELLINGS = (
    ("oe", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("sj", "sy"),
    ("nj", "ny"),
    ("kh", "h"),
    ("q", "k"),
    ("v", "f"),
    ("x", "ks"),
)
_SAME_NAME = {
    **dict.fromkeys(
        ("moh", "mohd", "mohamad", "mohamed", "moch", "mochamad", "muh", "muhamad", "muhamed", "mokhamad"),
        "muhamad",
    ),
    **dict.fromkeys(("abd", "abdoel"), "abdul"),
    **dict.fromkeys(("achmad", "akhmad"), "ahmad"),
}
_TITLES = frozenset(
    [
        "bu",
        "ibu",
        "ibuk",
        "bunda",
        "pak",
        "bapak",
        "bpk",
        "bapake",
        "mak",
        "emak",
        "mbok",
        "mbah",
        "mbak",
        "mas",
        "cak",
        "ning",
        "gus",
        "neng",
        "kang",
        "pakde",
        "bude",
        "bulek",
        "haji",
        "hajah",
        "h",
        "hj",
        "hm",
        "hjh",
        "dr",
        "drs",
        "dra",
        "ir",
        "prof",
        "sh",
        "se",
        "spd",
        "sag",
        "skom",
        "st",
        "mm",
        "msi",
        "mpd",
        "alm",
        "almh",
        "kh",
        "kyai",
        "ustad",
        "ustadz",
    ]
)
_LEGAL_FORMS = frozenset(
    [
        "ud",
        "cv",
        "pt",
        "pd",
        "fa",
        "ukm",
        "umkm",
        "kub",
        "tbk",
        "usaha",
        "dagang",
        "persero",
        "ikm",
        "kelompok",
        "koperasi",
    ]
)
# Words of one line speak of one kind of place; the number is the bit that `kinds_of` sets for it.
_KINDS = {
    word: 1 << bit
    for bit, line in enumerate(
        (
            "warung wr wrg wrng kedai depot rm kantin warkop kafe cafe lesehan angkringan katering catering resto restoran",
            "toko tk kios grosir tb swalayan minimarket konter counter agen lapak",
            "salon pangkas barber barbershop",
            "bengkel",
            "penatu laundry londri",
            "konveksi penjahit tailor jahit",
            "kerajinan mebel meubel",
            "tani tambak ternak kebun",
            "bangun las tukang",
            "angkutan kurir ekspedisi",
            "daur bank pengepul",
            "studio warnet media foto",
            "klinik griya rumah",
            "bimbel kursus",
            "sewa rental",
            "sanggar taman",
            "dapur jasa",
        )
    )
    for word in line.split()
}

_ADDED = _TITLES | _LEGAL_FORMS
_FRONT = dict.fromkeys(_ADDED, 0) | _KINDS


def parts_of(text: str) -> list[str]:
    """The folded words and numbers of any text, in their order."""
    parts: list[str] = []
    for word in text.split():
        parts += _parts_of_word(word)
    return parts


@lru_cache(maxsize=50_000)
def _parts_of_word(word: str) -> tuple[str, ...]:
    """Of what stands between two blanks, where nothing beyond them changes how it folds."""
    if word.isascii():
        plain = word.lower()
    else:
        plain = unicodedata.normalize("NFKD", word).casefold().translate(_LOOK_ALIKES)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = _SPACED_INITIALS.sub(r"\1", _APOSTROPHES.sub("", plain))
    return tuple(_folded(part) for part in _PARTS.findall(_DIGIT_AS_LETTER.sub(_as_letter, plain)))


def _as_letter(digit: re.Match[str]) -> str:
    return _LETTER_OF_DIGIT[digit[0]]


def _folded(part: str) -> str:
    if part.isdigit():
        return part.lstrip("0") or "0"
    if part in _SAME_NAME:
        return _SAME_NAME[part]
    if len(part) <= 2:
        return part
    if _OLD_SPELLING.search(part):
        part = _OLD_Y.sub("y", part)
    for old, new in _SPELLINGS:
        part = part.replace(old, new)
    if part.endswith("y"):
        part = f"{part[:-1]}i"
    part = _DOUBLED.sub(r"\1", part)
    return _SAME_NAME.get(part, part)


class BusinessName(NamedTuple):
    """`telling`: what tells a business from others of its kind; `kinds`: bits of the kinds its name speaks of."""

    telling: str
    whole: str
    kinds: int


def fold_business_name(name: str) -> BusinessName:
    """`"UD. Warung Bu Sri Redjeki 2"` is `("sri rejeki 2", "ud warung bu sri rejeki 2", 1)`.

    A name of such words only keeps them: "Warung Kopi" tells "kopi", "Warung" tells "warung".
    """
    parts = parts_of(name)
    kinds = start = 0
    for part in parts:
        kind = _FRONT.get(part)
        if kind is None:
            break
        kinds |= kind
        start += 1
    rest = parts[start:]
    telling = rest if _ADDED.isdisjoint(rest) else [part for part in rest if part not in _ADDED]
    return BusinessName(" ".join(telling or rest or parts), " ".join(parts), kinds)


def fold_person_name(name: str) -> str:
    """`fold_person_name("Hj. Siti Choiroel Bariyyah, S.Pd")` is "siti choirul bariyah"."""
    parts = parts_of(name.partition(",")[0]) or parts_of(name)
    return " ".join([part for part in parts if part not in _TITLES] or parts)
