"""What leaves in a file comes back as it was, through every form field, in every kind of file."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.csv_cells import unquoted
from registry import table_files
from registry.forms import BusinessForm, OwnerForm
from registry.models import LegalForm, MicroKind, Sex
from registry.resources import BusinessResource, OwnerResource
from registry.spreadsheets import FORMATS, neutral

LISTS = {"sector", "ward", "is_branch_or_subsidiary", "legal_form", "micro_kind", "owner_sex", "sex"}
NOT_OF_THE_RECORD = {
    "owner",
    "change_reason",
    "seen_version",
    "seen_at",
    "reapply",
    "duplicate_reason",
    "seen_doubles",
}
LIVE = ["=1+1", "+62", "-1+1", "@SUM(A1)", "＝1", "'", "''=", "'=1", "_x0041_", "<b>&amp;", '";\n;"', "00012"]
LINE = st.one_of(st.text(min_size=1, max_size=40), st.sampled_from(LIVE))
RUPIAH = st.integers(0, 10**15 - 1)
DIGITS = st.text("0123456789", min_size=12, max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": LINE,
    "address": LINE,
    "products": st.lists(LINE, max_size=3).map("\n".join),
    "national_id": DIGITS.map(lambda digits: f"{digits}0001"),
    "phone": DIGITS.map(lambda digits: f"+628{digits[:9]}"),
    "born_on": st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    "kbli_code": DIGITS.map(lambda digits: f"1{digits[:4]}"),
    "nib": DIGITS.map(lambda digits: f"{digits}0"),
    "npwp": DIGITS.map(lambda digits: f"{digits}000"),
    "latitude": st.decimals(-11, 6, places=6),
    "longitude": st.decimals(95, 141, places=6),
    "started_on": st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    "net_assets": RUPIAH,
    "business_capital": RUPIAH,
    "annual_sales": RUPIAH,
    "workers_male": st.integers(0, 100_000),
    "workers_female": st.integers(0, 100_000),
}


def strategy_of(field: str) -> st.SearchStrategy[Any]:
    return VALUES[field.removeprefix("owner_")]


FIELDS = [
    (BusinessForm.base_fields[name], column, strategy_of(name))
    for name, column in BusinessResource.fields.items()
    if name in BusinessForm.base_fields and name not in LISTS
] + [
    (OwnerForm.base_fields[name], column, strategy_of(name))
    for name, column in OwnerResource.fields.items()
    if name in OwnerForm.base_fields and name not in LISTS
]


def read_back(file_format: str, content: bytes) -> list[str]:
    """The cells of the one row below the headings."""
    if file_format == "csv":
        text = StringIO(content.decode("utf-8-sig"), newline="")
        return [unquoted(cell) for cell in list(csv.reader(text, delimiter=";"))[1]]
    row = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()[1]
    return [unquoted(str(int(cell)) if isinstance(cell, float) else cell) for cell in row]


def test_every_typed_field_of_both_forms_is_tried() -> None:
    tried = {field for field, _, _ in FIELDS}
    for form in (BusinessForm, OwnerForm):
        typed = {field for name, field in form.base_fields.items() if name not in LISTS | NOT_OF_THE_RECORD}
        assert typed
        assert typed <= tried


@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=40, deadline=None)
@given(typed=st.tuples(*(strategy for _, _, strategy in FIELDS)))
def test_cleaned_values_come_back_as_they_were(file_format: str, typed: tuple[Any, ...]) -> None:
    values = []
    for (field, _, _), value in zip(FIELDS, typed, strict=True):
        try:  # what is on record went through the form once
            values.append(field.to_python(str(value) if isinstance(value, Decimal) else value))
        except Exception:
            values.append(None)
    cells = [
        "" if value in (None, "") else column.shower(full=True)(value)
        for (_, column, _), value in zip(FIELDS, values, strict=True)
    ]
    out = BytesIO()
    FORMATS[file_format]().write(out, [[f"k{n}" for n in range(len(cells) + 1)], [*cells, "akhir"]])

    found = read_back(file_format, out.getvalue())[:-1]

    for (field, column, _), value, cell in zip(FIELDS, values, found, strict=True):
        assert (field.to_python(cell) or None) == (value or None) or (value == 0 and cell == "0"), (
            column.column_name
        )


@pytest.mark.parametrize(
    ("choices", "column"),
    [
        (LegalForm, BusinessResource.fields["legal_form"]),
        (MicroKind, BusinessResource.fields["micro_kind"]),
        (Sex, BusinessResource.fields["owner_sex"]),
    ],
)
def test_every_choice_is_shown_by_its_label_and_no_two_alike(choices: Any, column: Any) -> None:
    labels = [column.shower(full=False)(value) for value in choices.values]

    assert labels == [str(label) for label in choices.labels]
    assert len({label.casefold() for label in labels}) == len(labels)


@pytest.mark.parametrize("text", ["a\ud800b", "a\ufffeb", "a\x01b"])
def test_what_xml_cannot_hold_is_left_out(text: str) -> None:
    assert neutral(text) == "ab"


@pytest.mark.parametrize("write", [table_files.write_xlsx, table_files.write_ods])
def test_a_sheet_is_not_made_longer_than_a_program_shows(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_SHEET_ROWS", 3)
    write(BytesIO(), [["a"]] * 3)

    with pytest.raises(table_files.TooManyRows, match="CSV"):
        write(BytesIO(), [["a"]] * 4)
