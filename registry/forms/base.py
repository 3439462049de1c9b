"""What the forms of the register share: who is working, and numbers that are kept encrypted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from core import audit
from core.cleaning import CleaningError
from core.forms import (
    CleanCharField,
    GroupedModelChoiceField,
    IdentifierField,
)
from core.models import Region, User
from registry.actions import is_registered
from registry.actions.proposals import proposable
from registry.forms.conflicts import Conflict, as_posted, conflict_of
from registry.identifiers import (
    nik_warnings,
    normalise_phone,
)
from registry.models.proposals import MAX_REASON_LENGTH

if TYPE_CHECKING:  # generic only in the stubs
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


def phone_number(value: str) -> str:
    return normalise_phone(value).number


class SecretField(IdentifierField):
    """A number kept encrypted: never shown, kept when left empty, removed by a dash."""

    REMOVED = "-"

    def __init__(self, *, mask: Callable[[str], str], **options: Any) -> None:
        self.mask = mask
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if typed and typed == self.widget.attrs.get("placeholder"):
            return ""  # the mask itself, sent back: unchanged
        return self.REMOVED if typed == self.REMOVED else super().to_python(value)


class RegisterForm(_ModelForm):
    """Knows who is working, what day it is, and what an action refused after the form was valid."""

    user: User
    today: date
    refusal = ""
    change_reason = CleanCharField(
        label="Alasan perubahan",
        max_length=MAX_REASON_LENGTH,
        required=False,
        help_text="Dibaca oleh yang menyetujui. Jangan tulis NIK atau nomor lain di sini.",
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)
    # The version on top of which the own input is saved, after reading what others changed.
    reapply = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conflict: Conflict | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.warnings: list[str] = []
        self.proposes = bool(self.instance.pk) and is_registered(self.instance)
        if not self.proposes:
            self.fields.pop("change_reason", None)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            self.initial["seen_at"] = self.instance.updated_at.isoformat()
        for name, field in self.fields.items():
            if isinstance(field, SecretField):
                self._hide(name, field)
            elif isinstance(field, forms.TypedChoiceField):
                choices: Any = field.choices
                field.choices = [(value, label if value else "Pilih…") for value, label in choices]

    def _hide(self, name: str, field: SecretField) -> None:
        stored = getattr(self.instance, name, None)
        self.initial[name] = None
        if stored:
            field.widget.attrs["placeholder"] = field.mask(stored)
            field.help_text = "Biarkan kosong bila tidak berubah; tulis tanda - untuk menghapusnya."

    def secret(self, name: str) -> str | None:
        """The value to store: what was typed, else what is stored already."""
        typed = self.cleaned_data.get(name) or ""
        if typed == SecretField.REMOVED:
            return None
        return typed or getattr(self.instance, name, None)

    def clean(self) -> dict[str, Any]:
        for name, field in self.fields.items():
            if isinstance(field, SecretField) and name in self.cleaned_data and hasattr(self.instance, name):
                self.cleaned_data[name] = self.secret(name)
        if self.refusal:
            self.add_error(None, self.refusal)
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.refusal and self.instance.pk:
            self._compare_with_stored()
        if self.proposes and not self.cleaned_data.get("change_reason") and self._changes_something():
            self.add_error("change_reason", "Tulis alasan perubahan: data ini sudah terdaftar.")

    @property
    def expected_version(self) -> int | None:
        return self.cleaned_data.get("reapply") or self.cleaned_data.get("seen_version")

    def _compare_with_stored(self) -> None:
        """Where somebody was faster: show what they changed, and take over what is not disputed."""
        stored = type(self.instance).objects.get(pk=self.instance.pk)
        try:
            seen_at = datetime.fromisoformat(self.cleaned_data.get("seen_at") or "")
        except ValueError:
            return
        is_ours = seen_at.tzinfo is not None and stored.created_at <= seen_at <= stored.updated_at
        if stored.version == self.expected_version or not is_ours:
            return
        names = set(self.fields)
        self.conflict = conflict_of(stored, self.instance, seen_at, reader=self.user, names=names)
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in self.conflict.follows.items():
            data[self.add_prefix(name)] = as_posted(self.fields[name], value)

    def _changes_something(self) -> bool:
        stored = type(self.instance).objects.get(pk=self.instance.pk)
        return bool(audit.field_changes(stored, self.instance))

    def values(self) -> dict[str, Any]:
        """What the valid form wants the record to hold, as `propose_change` takes it."""
        options: Any = self.instance._meta
        names = [name for name in self.fields if name in proposable(type(self.instance))]
        return {name: getattr(self.instance, options.get_field(name).attname) for name in names}

    def wards(self) -> QuerySet[Region]:
        """The kelurahan of the user's area, kecamatan by kecamatan."""
        return Region.objects.for_user(self.user).wards().select_related("parent").order_by("code")

    def warn_about_nik(self, nik: str | None, born_on: date | None) -> None:
        if nik:
            codes = Region.objects.districts().values_list("code", flat=True)
            self.warnings += nik_warnings(nik, region_codes=set(codes), born_on=born_on)

    def warn_about_phone(self, name: str) -> None:
        typed = self.data.get(self.add_prefix(name)) or ""
        if typed and self.cleaned_data.get(name) not in (None, SecretField.REMOVED):
            try:
                note = normalise_phone(str(typed)).note
            except CleaningError:
                return  # the mask, sent back
            self.warnings += [note] if note else []


def ward_field(**options: Any) -> GroupedModelChoiceField:
    """Its rows are set by the form, which knows the user."""
    return GroupedModelChoiceField(
        Region.objects.none(),
        group_of=lambda ward: f"Kecamatan {ward.parent.name}",
        widget=forms.Select(attrs={"data-filter": "kelurahan"}),
        **options,
    )
