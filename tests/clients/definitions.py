"""Random questionnaires, and random answers such as a form lets somebody give; the same seed gives the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from surveys.questionnaire import DECLINED, Definition, Item, Kind, Part, ShownIf, Value, questionnaire
from surveys.questionnaire.definition import NONE

WORDS = ("Berapa", "warung", "< 5", "& kemasan", '"baik"', "pak'Edi", "${x}", "50 %", "*tebal*", "🧵", "a|b")
LETTERS = "abc XYZ.,-é漢0189'\"<>&\n"
KINDS = (Kind.SINGLE, Kind.SINGLE, Kind.MULTIPLE, Kind.MULTIPLE, *Kind)
MISSING = 0.12  # of all answers


def random_definition(random: Random) -> Definition:
    """The core questions with up to a dozen others, or these alone."""
    items: list[Item] = []
    for number in range(random.randint(1, 12)):
        items.append(_item(random, f"q{number}_{random.choice('abcdef')}", items))
    if random.random() < 0.5:
        return questionnaire(tuple(items))
    cut = random.randint(0, len(items))
    parts = [Part("Satu", tuple(items[:cut])), Part("Dua & < tiga", tuple(items[cut:]))]
    return Definition(tuple(part for part in parts if part.items), "Bersedia?")


def _item(random: Random, code: str, before: list[Item]) -> Item:
    kind = random.choice(KINDS)
    text = " ".join(random.choices(WORDS, k=3)).strip()
    return Item(
        code=code,
        kind=kind,
        label=text,
        prompt=text,
        choices=_choices(random, kind),
        help_text=random.choice(("", text)),
        required=random.random() < 0.7,
        may_decline=kind in (Kind.SINGLE, Kind.MULTIPLE) and random.random() < 0.6,
        shown_if=_shown_if(random, before),
        **_range(random, kind),
    )


def _choices(random: Random, kind: Kind) -> tuple[tuple[str, str], ...]:
    if kind not in (Kind.SINGLE, Kind.MULTIPLE):
        return ()
    codes = [f"c{number}" for number in range(random.randint(2, 5))]
    if kind is Kind.MULTIPLE and random.random() < 0.6:
        codes.append(NONE)
    return tuple((code, f"Pilihan {code} & lain") for code in codes)


def _range(random: Random, kind: Kind) -> dict[str, str | int]:
    """A lower and an upper end, either of them or none; for text its longest length."""
    if kind is Kind.TEXT:
        return {"max_length": random.choice((0, 1, 7, 200))}
    if kind is Kind.DATE:
        ends = [f"20{random.randint(10, 19)}-03-04", f"20{random.randint(20, 29)}-11-30"]
    elif kind in (Kind.NUMBER, Kind.AMOUNT):
        low = random.choice((-500, 0, 1, 10**9))
        ends = [str(low), str(low + random.choice((0, 9, 10**6, 9 * 10**14)))]
    else:
        return {}
    keep = random.choice(((True, True), (True, False), (False, True), (False, False)))
    return {"minimum": ends[0] if keep[0] else "", "maximum": ends[1] if keep[1] else ""}


def _shown_if(random: Random, before: list[Item]) -> ShownIf | None:
    others = [item for item in before if item.offered]
    if not others or random.random() < 0.4:
        return None
    other = random.choice(others)
    codes = [code for code, _ in other.offered]
    return ShownIf(other.code, tuple(random.sample(codes, random.randint(1, len(codes) - 1))))


def random_fill(random: Random, definition: Definition) -> dict[str, Value]:
    """Answers to all questions, the hidden ones too, right and wrong ones; some are left out."""
    return {item.code: _answer(random, item) for item in definition if random.random() > MISSING}


def right_fill(random: Random, definition: Definition) -> dict[str, Value]:
    """Answers that `check` lets through, by a way of its own."""
    kept: dict[str, Value] = {}
    for item in definition:
        if item.shown_if is not None and not item.shown_if.holds(kept):
            continue
        if item.required or random.random() < 0.6:
            kept[item.code] = _right_answer(random, item)
    return kept


def _answer(random: Random, item: Item) -> Value:
    if item.kind is Kind.SINGLE:
        return random.choice([code for code, _ in item.offered])
    if item.kind is Kind.MULTIPLE:
        codes = [code for code, _ in item.offered]
        return tuple(random.sample(codes, random.choice((1, 1, 2, len(codes)))))
    if item.kind is Kind.DATE:
        return random.choice(list(_around(item, random)) or [f"{random.randint(1900, 2100)}-02-28"])
    if item.kind is Kind.TEXT:
        length = random.choice((1, 2, max(item.max_length, 1), item.max_length + 1, 12))
        return random.choice(("".join(random.choices(LETTERS, k=length)), "  ", " \n "))
    return random.choice((*_around(item, random), *_odd_numbers(random)))


def _around(item: Item, random: Random) -> Iterator[str]:
    """The ends of the range, and one beside each."""
    if item.kind is Kind.DATE:
        for end in filter(None, (item.minimum, item.maximum)):
            yield from (end, f"{end[:8]}03", f"{end[:8]}05", f"{random.randint(1950, 2050)}-07-15")
    else:
        for end in filter(None, (item.minimum, item.maximum)):
            yield from (str(int(end) + step) for step in (-1, 0, 1))


def _odd_numbers(random: Random) -> tuple[str, ...]:
    return (
        str(random.randint(-(10**6), 10**6)),
        str(random.randint(10**14, 10**15 - 1)),
        str(10**15),
        "2147483648",
        "007",
        "-0",
        "-",
        "12.5",
        "1e3",
        "1.000",
        " 5",
        "5 ",
        "+5",
        "0x1F",
        "lima",
        "NaN",
    )


def _right_answer(random: Random, item: Item) -> Value:
    if item.kind is Kind.SINGLE:
        return random.choice([code for code, _ in item.offered])
    if item.kind is Kind.MULTIPLE:
        usual = [code for code, _ in item.choices if code != NONE]
        alone = [code for code, _ in item.offered if code in (NONE, DECLINED)]
        if alone and random.random() < 0.3:
            return (random.choice(alone),)
        return tuple(random.sample(usual, random.randint(1, len(usual))))
    if item.kind is Kind.DATE:
        return item.minimum or item.maximum or "2026-02-28"
    if item.kind is Kind.TEXT:
        letters = "".join(random.choices("abc é漢<&'\"", k=min(item.max_length or 20, 20)))
        return " ".join(letters.split()) or "x"  # blanks are put in order when it is stored
    low = int(item.minimum or -(10**14))
    return str(random.randint(low, int(item.maximum or max(low, 10**14))))
