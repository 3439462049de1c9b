"""The questionnaire of a wave as an XForm. Pure: the same version gives the same bytes, whoever asks for it.

The rules are those of `surveys.questionnaire.check`, and so are their messages. Whole numbers are text that only
takes digits: an int of XForms has 32 bits, too few for rupiah, and a decimal comes back as 1.0E12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from pyxform.xls2xform import convert

from surveys.questionnaire import CONSENT, DECLINED, Definition, Item, Kind, Part, ShownIf, Value, check
from surveys.questionnaire.definition import NONE, NUMBER_KINDS

NEW_BUSINESS = "baru"
BUSINESS_LIST, SECTOR_LIST, WARD_LIST = "umkm", "jenis_usaha", "kelurahan"
LISTS = (BUSINESS_LIST, SECTOR_LIST, WARD_LIST)
# Whoever uses a reserve reports the business they could not interview; the reserve is drawn at the office.
OUTCOMES = (
    ("done", "Bersedia ditemui"),
    ("not_found", "Tidak ditemukan"),
    ("closed", "Tutup"),
    ("refused", "Menolak"),
    ("moved", "Pindah"),
)
FORM_PREFIX = "umkm-"
YES, NO = "yes", "no"
DONE, REFUSED = "done", "refused"
PHOTO_PIXELS = 1600
TRUE = "yes"
MISSING = "Belum diisi"
ROOT = "root"  # of a list
COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "appearance",
    "calculation",
    "parameters",
)
Row = dict[str, str]


def form_id(wave_code: str) -> str:
    return FORM_PREFIX + wave_code


@lru_cache(maxsize=64)
def xform(wave_code: str, title: str, number: int, definition: Definition) -> bytes:
    """The form as the telephone gets it, UTF-8."""
    converted = convert(
        {
            "survey": [*_frame(definition), *_answers(definition)],
            "survey_header": [dict.fromkeys(COLUMNS, "")],
            "choices": list(_choices(definition)),
            "choices_header": [dict.fromkeys(("list_name", "name", "label"), "")],
            "settings": [
                {
                    "form_id": form_id(wave_code),
                    "form_title": _shown(title),
                    "version": str(number),
                    "instance_name": _of_business("label"),
                    "client_editable": TRUE,
                }
            ],
        },
        validate=False,
        form_name="data",
    )
    text: str = converted.xform
    return text.encode()


def _frame(definition: Definition) -> Iterator[Row]:
    """Who is visited and what came of it, up to the consent."""
    done = f"/data/visit/outcome = '{DONE}'"
    yield {"type": "start", "name": "start"}
    yield {"type": "end", "name": "end"}
    yield {"type": "begin group", "name": "visit", "label": "Kunjungan"}
    yield {"type": "start-geopoint", "name": "gps"}
    yield _from_list(
        BUSINESS_LIST,
        "business",
        "UMKM yang dikunjungi",
        hint="Usaha yang tidak ada di daftar: pilih Usaha baru di lapangan.",
    )
    yield {"type": "calculate", "name": "ReviewNote", "calculation": _of_business("note")}
    yield {
        "type": "note",
        "name": "ReviewShown",  # capitals, which no question of an office has
        "label": "Dikembalikan oleh pengawas. ${ReviewNote}",
        "relevant": "/data/visit/ReviewNote != ''",
    }
    yield from _found(f"/data/visit/business = '{NEW_BUSINESS}'")
    yield _asked("select_one outcome", "outcome", "Hasil kunjungan")
    yield _text(
        "note",
        "Catatan kunjungan",
        1_000,
        relevant=f"/data/visit/outcome != '' and /data/visit/outcome != '{DONE}'",
        appearance="multiline",
    )
    yield {
        "type": "image",
        "name": "photo",
        "label": "Foto tempat usaha",
        "hint": "Boleh dilewati.",
        "parameters": f"max-pixels={PHOTO_PIXELS}",
    }
    yield {"type": "end group"}
    yield _asked("select_one consent", "consent", _shown(definition.consent or CONSENT), relevant=done)
    yield _calculated("consented_at", f"{done} and /data/consent = '{YES}'", "now()")


def _found(shown: str) -> Iterator[Row]:
    """A business that is not in the register; its id stays the same when the interview is corrected."""
    yield _calculated("found_id", shown, "uuid()")
    yield _text("found_name", "Nama usaha", 150, relevant=shown, required=TRUE, required_message=MISSING)
    yield _from_list(SECTOR_LIST, "found_sector", "Jenis usaha", relevant=shown)
    yield _from_list(WARD_LIST, "found_ward", "Kelurahan", relevant=shown)
    yield _text("found_owner", "Nama pelaku usaha", 150, relevant=shown)
    yield _text("found_address", "Alamat usaha", 250, relevant=shown)


def _asked(kind: str, name: str, label: str, **others: str) -> Row:
    row = {"type": kind, "name": name, "label": label, "required": TRUE, "required_message": MISSING}
    return row | others


def _from_list(file: str, name: str, label: str, **others: str) -> Row:
    return _asked(f"select_one_from_file {file}.csv", name, label, appearance="autocomplete", **others)


def _text(name: str, label: str, length: int, **others: str) -> Row:
    rule = _rule(Item(name, Kind.TEXT, label, label, max_length=length))
    return {"type": "text", "name": name, "label": label} | rule | others


def _calculated(name: str, condition: str, value: str) -> Row:
    """What is worked out once, when the condition comes to hold."""
    return {"type": "calculate", "name": name, "calculation": f"if({condition}, once({value}), '')"}


def _of_business(column: str) -> str:
    """What the list says of the chosen business."""
    return f"instance('{BUSINESS_LIST}')/{ROOT}/item[name=/data/visit/business]/{column}"


def _answers(definition: Definition) -> Iterator[Row]:
    places = {
        item.code: f"/data/answers/part_{number}/{item.code}"
        for number, part in enumerate(definition.parts, 1)
        for item in part.items
    }
    yield {
        "type": "begin group",
        "name": "answers",
        "label": "Wawancara",
        "relevant": f"/data/visit/outcome = '{DONE}' and /data/consent = '{YES}'",
    }
    for number, part in enumerate(definition.parts, 1):
        yield {"type": "begin group", "name": f"part_{number}", "label": _shown(part.title)}
        for item in part.items:
            yield _question(item, places)
        yield {"type": "end group"}
    yield {"type": "end group"}


def _question(item: Item, places: dict[str, str]) -> Row:
    row = {
        "type": _TYPES[item.kind].format(code=item.code),
        "name": item.code,
        "label": _shown(item.prompt),
        "hint": _shown(item.help_text),
        "appearance": _APPEARANCES.get(item.kind, ""),
    }
    if item.required:
        row |= {"required": TRUE, "required_message": _shown(_problem(item, ""))}
    if item.shown_if:
        row["relevant"] = _is_shown(item.shown_if, places)
    return row | _rule(item)


_TYPES = {
    Kind.SINGLE: "select_one c_{code}",
    Kind.MULTIPLE: "select_multiple c_{code}",
    Kind.NUMBER: "text",
    Kind.AMOUNT: "text",
    Kind.TEXT: "text",
    Kind.DATE: "date",
}
_APPEARANCES = {
    Kind.NUMBER: "numbers",
    Kind.AMOUNT: "numbers thousands-sep",
    Kind.TEXT: "multiline",
}


def _is_shown(shown_if: ShownIf, places: dict[str, str]) -> str:
    place = places[shown_if.question]
    return " or ".join(f"selected({place}, '{value}')" for value in shown_if.values) or "false()"


def _rule(item: Item) -> Row:
    """The constraint of an item, and all that can be wrong with it in one message: a form has but one for each."""
    rules = dict(_rules(item))
    if not rules:
        return {}
    first, *others = (_problem(item, breaking) for breaking in rules.values())
    rest = (problem.removeprefix(f"{item.label}: ") for problem in others)
    message = " ".join([first, *(sentence[:1].upper() + sentence[1:] for sentence in rest)])
    return {"constraint": " and ".join(rules), "constraint_message": _shown(message)}


def _rules(item: Item) -> Iterator[tuple[str, Value]]:
    """Each rule as XPath, with an answer that breaks it."""
    if item.kind is Kind.MULTIPLE:
        for alone in (DECLINED, NONE):
            others = [code for code, _ in item.offered if code != alone]
            if len(others) < len(item.offered) and others:
                yield f"not(selected(., '{alone}') and count-selected(.) > 1)", (others[0], alone)
    elif item.kind in NUMBER_KINDS:
        yield "regex(., '^-?[0-9]{1,15}$')", "x"
        if item.minimum:
            yield f". >= {int(item.minimum)}", str(int(item.minimum) - 1)
        if item.maximum:
            yield f". <= {int(item.maximum)}", str(int(item.maximum) + 1)
    elif item.kind is Kind.DATE:
        if item.minimum:
            yield f". >= date('{item.minimum}')", "0001-01-01"
        if item.maximum:
            yield f". <= date('{item.maximum}')", "9999-12-31"
    elif item.kind is Kind.TEXT:
        if item.required:
            yield "normalize-space(.) != ''", " "
        if item.max_length:
            yield f"string-length(.) <= {item.max_length}", "x" * (item.max_length + 1)


def _problem(item: Item, given: Value) -> str:
    """What `check` says of this one answer."""
    alone = Definition((Part("", (replace(item, shown_if=None),)),))
    return check(alone, {item.code: given}).problems[item.code]


def _choices(definition: Definition) -> Iterator[Row]:
    for code, label in OUTCOMES:
        yield {"list_name": "outcome", "name": code, "label": label}
    for code, label in ((YES, "Ya, bersedia"), (NO, "Tidak bersedia")):
        yield {"list_name": "consent", "name": code, "label": label}
    for item in definition:
        for code, label in item.offered:
            yield {"list_name": f"c_{item.code}", "name": code, "label": _shown(label)}


def _shown(text: str) -> str:
    """Text of an office as it is: what pyxform would read as a reference to a question stays text."""
    return text.replace("${", "$ {")
