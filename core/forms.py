"""Form fields that clean what was typed with `core.cleaning`, and show values as they are written here.

A value reaches the database only through a cleaner: no NUL, no broken or invisible characters, amounts and
dates as they are written in Indonesia. What was typed stays in the field when it is refused.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES, MaxLengthValidator
from django.forms.models import ModelChoiceIterator

from core import cleaning
from core.formats import format_integer
from core.personal_numbers import NO_NIK_HERE, NO_PERSONAL_NUMBER

REQUIRED = "Bagian ini wajib diisi."
TOO_LONG = "Terlalu panjang: paling banyak %(limit_value)d karakter, yang diisi %(show_value)d."
NOT_A_CHOICE = "Pilih salah satu dari daftar."
EARLIEST_DAY = date(1900, 1, 1)


class SearchInput(forms.TextInput):
    """A search box whose browser refuses to put a NIK into the address."""

    input_type = "search"

    def __init__(self) -> None:
        super().__init__({"pattern": NO_PERSONAL_NUMBER, "title": NO_NIK_HERE})


def cleaned(cleaner: Callable[[str], Any], value: str) -> Any:
    """What the cleaner makes of the value; its refusal becomes the message of the form field."""
    try:
        return cleaner(value)
    except cleaning.CleaningError as error:
        raise ValidationError(error.message, code="invalid") from error


class CleanCharField(forms.CharField):
    """One line of text."""

    default_error_messages = {"required": REQUIRED}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG

    def to_python(self, value: Any) -> Any:
        if value in EMPTY_VALUES:
            return self.empty_value
        text = cleaned(self.clean_line, str(value))
        return text or self.empty_value

    def clean_line(self, value: str) -> str:
        return cleaning.clean_text(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: a browser would cut a pasted text silently where we say what is wrong."""
        return {"autocomplete": "off"}


class CleanTextField(CleanCharField):
    """Text of several lines."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean_line(self, value: str) -> str:
        return cleaning.clean_multiline(value)


class IdentifierField(CleanCharField):
    """A number that identifies; `normalise` gives its stored form or raises CleaningError.

    What people write for nothing ("-", "tidak ada") is nothing.
    """

    def __init__(self, *, normalise: Callable[[str], str], **options: Any) -> None:
        self.normalise = normalise
        super().__init__(**options)

    def clean_line(self, value: str) -> str:
        return "" if cleaning.is_blank(value) else self.normalise(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "numeric"}


class _ParsedField(forms.Field):
    """A field whose text is parsed; a value of the model is shown as `shown` writes it."""

    widget = forms.TextInput
    default_error_messages = {"required": REQUIRED}
    inputmode = "numeric"

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value in EMPTY_VALUES:
            return None
        return cleaned(self.parse, value) if isinstance(value, str) else value

    def prepare_value(self, value: Any) -> Any:
        return value if value in EMPTY_VALUES or isinstance(value, str) else self.shown(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "inputmode": self.inputmode}


class RupiahField(_ParsedField):
    """Whole rupiah, shown as 50.000.000."""

    def parse(self, text: str) -> int | None:
        return cleaning.parse_rupiah(text)

    def shown(self, value: int) -> str:
        return format_integer(value)


class WholeNumberField(_ParsedField):
    """A count from 0 to `maximum`."""

    def __init__(self, *, maximum: int, **options: Any) -> None:
        self.maximum = maximum
        super().__init__(**options)

    def parse(self, text: str) -> int | None:
        return cleaning.parse_whole_number(text, self.maximum)

    def shown(self, value: int) -> str:
        return format_integer(value)


class IndonesianDateField(_ParsedField):
    """A day, shown as 21/03/2021. `latest` may be set on the instance of the form (today, for example)."""

    inputmode = "text"

    def __init__(
        self, *, earliest: date | None = EARLIEST_DAY, latest: date | None = None, **options: Any
    ) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**options)

    def parse(self, text: str) -> date | None:
        if cleaning.is_blank(text):
            return None
        return cleaning.parse_date(text, earliest=self.earliest, latest=self.latest)

    def shown(self, value: date) -> str:
        return f"{value:%d/%m/%Y}"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"placeholder": "hh/bb/tttt"}


class DecimalDegreeField(_ParsedField):
    """A coordinate in decimal degrees, shown with a comma."""

    inputmode = "text"  # number pads of telephones have no minus sign

    def parse(self, text: str) -> Decimal | None:
        return None if cleaning.is_blank(text) else cleaning.parse_coordinate(text)

    def shown(self, value: Decimal) -> str:
        return str(value).replace(".", ",")


class _GroupedChoices(ModelChoiceIterator):  # type: ignore[type-arg]  # generic only in the stubs
    field: "GroupedModelChoiceField"

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for group, rows in groupby(self.queryset, key=self.field.group_of):
            yield group, [self.choice(row) for row in rows]


class GroupedModelChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """A choice among rows, under headings; the rows come in an order that keeps a group together."""

    iterator = _GroupedChoices
    default_error_messages = {"required": REQUIRED, "invalid_choice": NOT_A_CHOICE}

    def __init__(self, *args: Any, group_of: Callable[[Any], str], **options: Any) -> None:
        self.group_of = group_of
        options.setdefault("empty_label", "Pilih…")
        super().__init__(*args, **options)

    def to_python(self, value: Any) -> Any:
        """A key with broken characters is no choice; it never reaches the database."""
        if isinstance(value, str) and not (value.isascii() and value.isprintable()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)
