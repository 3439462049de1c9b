"""The words of a cell as answers: codes, labels and what people write for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from core.cleaning import BLANK_WORDS, CleaningError, clean_text, parse_date, parse_whole_number
from core.csv_cells import unquoted
from core.importing.headers import folded
from registry import cells
from registry.cells import Cell
from surveys.questionnaire import DECLINED, Item, Kind

DECLINED_WORDS = (
    "Tidak menjawab",
    "tdk menjawab",
    "tak menjawab",
    "menolak menjawab",
    "tidak mau menjawab",
    "TJ",
)
YES_NO_WORDS = {"yes": ("y", "iya", "1", "v", "true"), "no": ("t", "tdk", "0", "false")}
EVERYDAY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "marketing_channel": {
        "offline": ("luring",),
        "online": ("daring",),
        "both": ("keduanya", "dua-duanya", "online dan offline", "luring dan daring", "daring dan luring"),
    },
    "partnership": {
        "partnered": ("mitra", "ya"),
        "independent": ("tidak", "mandiri", "sendiri", "belum bermitra"),
    },
    "revenue_trend": {
        "decreased": ("turun",),
        "stable": ("tetap", "sama"),
        "increased": ("naik",),
    },
    "capital_source": {
        "own_capital": ("modal sendiri", "pribadi", "sendiri"),
        "business_credit": ("kredit", "pinjaman", "pinjaman bank", "KUR"),
        "both": ("dua-duanya", "modal pribadi dan kredit"),
    },
    "platforms": {
        "social_media": ("medsos", "sosmed"),
        "website": ("website", "web"),
    },
    "problems": {"human_resources": ("SDM",), "capital": ("modal",), "marketing": ("pemasaran",)},
    "mode": {"direct": ("tatap muka",), "indirect": ("telepon", "lewat telepon")},
}
_SEPARATORS = re.compile(r"[;\n]")
_NEGATIVE = re.compile(r"-[0-9]{1,15}\Z")
_TIME_OF_DAY = re.compile(r"\s+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?\Z")


def cell_of(item: Item) -> Cell:
    """How the column of a question is read; several answers come as a list of codes."""
    if item.kind is Kind.AMOUNT:
        return cells.rupiah()
    if item.kind is Kind.TEXT:
        return cells.lines(item.max_length or 5_000)
    if item.kind is Kind.NUMBER:
        return Cell(_number)
    if item.kind is Kind.DATE:
        return Cell(day)
    known = words_of(item)
    read: Callable[..., Any] = _several if item.kind is Kind.MULTIPLE else _one
    return Cell(partial(read, item, known))


def words_of(item: Item) -> dict[str, str]:
    """Folded words to codes. A word that could mean two answers means none, unless it is the whole label or code."""
    everyday = EVERYDAY.get(item.code, {})
    is_yes_no = item.codes == {"yes", "no"}
    loose: dict[str, set[str]] = {}
    for code, label in item.choices:
        short = label.partition("(")[0]
        bracketed = label.partition("(")[2].rstrip(") ")
        said = (short, bracketed, *everyday.get(code, ()), *(YES_NO_WORDS[code] if is_yes_no else ()))
        for word in filter(None, map(folded, said)):
            loose.setdefault(word, set()).add(code)
    words = {word: codes.pop() for word, codes in loose.items() if len(codes) == 1}
    if item.may_decline:
        words |= dict.fromkeys(map(folded, (DECLINED, *DECLINED_WORDS)), DECLINED)
    words |= {folded(label): code for code, label in item.choices}
    return words | {folded(code): code for code in item.codes}


def day(text: str) -> str | None:
    """A day as ISO; the time of day behind it says nothing we keep."""
    if _is_blank(text):
        return None
    return parse_date(_TIME_OF_DAY.sub("", clean_text(unquoted(text)))).isoformat()


def _one(item: Item, known: Mapping[str, str], text: str) -> str | None:
    word = folded(unquoted(text))
    if word in known:
        return known[word]
    if _is_blank(text):
        return None
    raise CleaningError(_unknown(item, text, known))


def _several(item: Item, known: Mapping[str, str], text: str) -> list[str] | None:
    """Parted by semicolons, lines or commas; a comma inside a label parts nothing."""
    codes: list[str] = []
    for part in _SEPARATORS.split(unquoted(text)):
        whole = folded(part)
        for word in [part] if whole in known else part.split(","):
            if folded(word) in known:
                codes.append(known[folded(word)])
            elif not _is_blank(word):
                raise CleaningError(_unknown(item, word, known))
    return [code for code, _ in item.offered if code in codes] or None


def _is_blank(text: str) -> bool:
    return clean_text(text).casefold() in BLANK_WORDS


def _unknown(item: Item, text: str, known: Mapping[str, str]) -> str:
    """Naming what is offered, and the likeliest of it as a page of repeated mistakes suggests it."""
    labels = dict(item.offered)
    near = get_close_matches(folded(text), known, n=1, cutoff=0.75)
    hint = f" Mungkin maksudnya “{labels[known[near[0]]]}”?" if near else ""
    return f"Jawaban ini tidak dikenal; pilihannya: {'; '.join(labels.values())}.{hint}"


def _number(text: str) -> int | None:
    bare = clean_text(unquoted(text))
    return int(bare) if _NEGATIVE.match(bare) else parse_whole_number(bare, 10**15 - 1)
