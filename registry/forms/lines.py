"""Permits and online accounts, the lines below a business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from core.forms import (
    CleanCharField,
    IndonesianDateField,
)
from registry.models import BusinessPermit, OnlineAccount

if TYPE_CHECKING:  # generic only in the stubs
    _PermitForm = forms.ModelForm[BusinessPermit]
    _AccountForm = forms.ModelForm[OnlineAccount]
    _FormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _PermitForm = forms.ModelForm
    _AccountForm = forms.ModelForm
    _FormSet = forms.BaseInlineFormSet


def compare_with_what_was_shown(form: forms.BaseForm) -> None:
    """A line counts as changed when it differs from what its page showed, not from what others made of it since."""
    for field in form.fields.values():
        field.show_hidden_initial = True


class PermitForm(_PermitForm):
    number = CleanCharField(label="Nomor", max_length=60, required=False)
    valid_until = IndonesianDateField(label="Berlaku sampai", required=False)

    class Meta:
        model = BusinessPermit
        fields = ("kind", "number", "valid_until")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        compare_with_what_was_shown(self)


class OnlineAccountForm(_AccountForm):
    name = CleanCharField(label="Nama akun", max_length=100)
    link = forms.URLField(
        label="Tautan", max_length=300, required=False, assume_scheme="https", widget=forms.URLInput
    )

    class Meta:
        model = OnlineAccount
        fields = ("platform", "name", "link")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        compare_with_what_was_shown(self)


class DistinctLinesFormSet(_FormSet):
    """No line twice: `distinct` names the fields that tell lines of one business apart."""

    distinct: tuple[str, ...]
    twice: str

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if not data or data.get("DELETE"):
                continue
            line = tuple(data.get(name) for name in self.distinct)
            if line in seen:
                form.add_error(self.distinct[-1], self.twice)
            seen.add(line)


class PermitFormSet(DistinctLinesFormSet):
    distinct = ("kind",)
    twice = "Izin ini sudah ada pada baris lain."


class OnlineAccountFormSet(DistinctLinesFormSet):
    distinct = ("platform", "name")
    twice = "Akun ini sudah ada pada baris lain."
