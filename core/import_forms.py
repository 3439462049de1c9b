"""What people fill in on the way of a list into the register: the file, its columns, what to do with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django import forms

from core.forms import NOT_A_CHOICE, CleanCharField
from core.importing.importers import ColumnInfo, Importer, Target, kinds_for
from core.importing.reading import Meta
from core.models import ImportBatch, ImportPolicy, User

ENCODINGS = [("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252 (Excel lama)")]
DELIMITERS = [(";", "Titik koma (;)"), (",", "Koma (,)"), ("\t", "Tab")]
POLICY_HELP = {
    ImportPolicy.SKIP: "Data yang sudah ada tidak disentuh; hanya yang baru masuk.",
    ImportPolicy.FILL_EMPTY: "Hanya kolom yang masih kosong diisi dari berkas.",
    ImportPolicy.OVERWRITE: "Isi berkas menggantikan isi yang lama.",
}
SAMPLES = 3


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label="Isi daftar", error_messages={"invalid_choice": NOT_A_CHOICE})
    file = forms.FileField(
        label="Berkas",
        help_text="XLSX, ODS, atau CSV; paling besar 20 MB.",
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt"}),
        error_messages={
            "required": "Pilih berkas yang akan diimpor.",
            "empty": "Berkas kosong.",
            "missing": "Pilih berkas yang akan diimpor.",
            "invalid": "Berkas tidak sampai dengan utuh. Unggah lagi.",
            "max_length": "Nama berkas terlalu panjang: paling banyak %(max)d karakter.",
        },
    )
    source = CleanCharField(
        label="Sumber", required=False, max_length=60, help_text="Boleh kosong, misalnya: data kecamatan 2026"
    )
    sheet = CleanCharField(
        label="Nama lembar", required=False, max_length=60, help_text="Bila bukan lembar pertama"
    )

    def __init__(self, *args: Any, user: User, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.targets = dict(targets_for(user, day))
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(value, target.label) for value, target in self.targets.items()]

    @property
    def kind_and_about(self) -> tuple[str, str]:
        kind, _, about = self.cleaned_data["kind"].partition(":")
        return kind, about

    @property
    def templates(self) -> list[Target]:
        return [target for target in self.targets.values() if target.template_url]


def targets_for(user: User, day: date) -> Iterator[tuple[str, Target]]:
    """What the user can begin an import for: the value of the choice, and what it means."""
    for name, kind in kinds_for(user).items():
        for target in kind.targets(day=day):
            yield (f"{name}:{target.about}" if target.about else name), target


class ReadingForm(forms.Form):
    """How the file is read, as it was found out; to be corrected where that went wrong."""

    sheet = forms.ChoiceField(label="Lembar", required=False)
    encoding = forms.ChoiceField(label="Pengodean", required=False, choices=ENCODINGS)
    delimiter = forms.ChoiceField(label="Pemisah kolom", required=False, choices=DELIMITERS)
    header_row = forms.TypedChoiceField(label="Baris judul kolom", required=False, coerce=int)

    def __init__(self, data: Any = None, *, meta: Meta) -> None:
        found = {name: getattr(meta, name) for name in ("sheet", "encoding", "delimiter", "header_row")}
        super().__init__(data, initial=found)
        for name, field in self.fields.items():
            field.error_messages["invalid_choice"] = NOT_A_CHOICE
            if found[name] is None:
                field.widget = forms.HiddenInput()
        self._offer("sheet", [(sheet.name, _sheet_label(sheet.name, sheet.visible)) for sheet in meta.sheets])
        self._offer("header_row", [(number, f"Baris {number}") for number, _ in meta.first_rows])

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def reading(self) -> dict[str, Any]:
        """As `storage.read_headers` takes it; call it on a valid form. Another sheet has other headings."""
        chosen = {name: value or None for name, value in self.cleaned_data.items()}
        if chosen["sheet"] != self.initial["sheet"] and "header_row" not in self.changed_data:
            chosen["header_row"] = None
        return chosen


def _sheet_label(name: str, visible: bool) -> str:
    return name if visible else f"{name} (tersembunyi)"


class StagingForm(forms.Form):
    """Which heading fills which column, and what to do with records that exist."""

    policy = forms.ChoiceField(
        label="Bila datanya sudah ada",
        choices=[(policy.value, f"{policy.label}. {POLICY_HELP[policy]}") for policy in ImportPolicy],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih salah satu.", "invalid_choice": NOT_A_CHOICE},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        batch: ImportBatch,
        of_kind: Importer,
        earlier: ImportBatch | None = None,
    ) -> None:
        super().__init__(data, initial={"policy": batch.policy})
        self.batch = batch
        columns: Sequence[ColumnInfo] = of_kind.columns()
        if not of_kind.updates:
            del self.fields["policy"]
        for option in of_kind.options:
            self.fields[f"option_{option.name}"] = forms.BooleanField(
                label=option.label,
                help_text=option.help_text,
                required=False,
                initial=option.name in batch.options,
            )
        choices = [("", "– tidak dipakai –"), *((column.name, column.header) for column in columns)]
        for place, header in enumerate(batch.headers):
            if header:
                self.fields[f"column_{place}"] = forms.ChoiceField(
                    label=header,
                    choices=choices,
                    required=False,
                    initial=batch.mapping.get(str(place), ""),
                    error_messages={"invalid_choice": NOT_A_CHOICE},
                    widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
                )
        if earlier is not None:
            self.fields["again"] = forms.BooleanField(
                label="Tetap impor berkas yang sama ini",
                error_messages={"required": "Berkas ini sudah pernah diunggah. Centang bila tetap diimpor."},
            )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column_")]

    def option_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("option_")]

    @property
    def options(self) -> list[str]:
        chosen = (name for name, ticked in self.cleaned_data.items() if ticked is True)
        return [name.removeprefix("option_") for name in chosen if name.startswith("option_")]

    @property
    def mapping(self) -> dict[int, str]:
        return {
            int(name.removeprefix("column_")): column
            for name, column in self.cleaned_data.items()
            if name.startswith("column_") and column
        }


class PolicyForm(forms.Form):
    policy = forms.ChoiceField(
        label="Bila datanya sudah ada",
        choices=ImportPolicy.choices,
        error_messages={"required": "Pilih salah satu.", "invalid_choice": NOT_A_CHOICE},
    )


class CommitForm(forms.Form):
    """Bad rows are left out only when somebody says so."""

    skip_bad = forms.BooleanField(label="Lewati baris bermasalah", required=False)

    def __init__(self, *args: Any, bad: int, **options: Any) -> None:
        super().__init__(*args, **options)
        if not bad:
            del self.fields["skip_bad"]

    def clean_skip_bad(self) -> bool:
        if not self.cleaned_data["skip_bad"]:
            raise forms.ValidationError(
                "Masih ada baris bermasalah. Perbaiki, atau centang untuk melewatinya."
            )
        return True


def samples(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """For each heading what stands below it in the first rows."""
    found = []
    for place in range(len(headers)):
        texts = [row[place] for row in rows if place < len(row) and row[place]]
        found.append(" · ".join(text for text, _ in groupby(texts[:SAMPLES])))
    return found
