"""Forms of the pages of users and regions."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core import actions, roles
from core.account_forms import MAX_PASSWORD
from core.models import Region, User

CODES = {
    Region.Level.CITY: (re.compile(r"[0-9]{2}\.[0-9]{2}"), "35.74"),
    Region.Level.DISTRICT: (re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}"), "35.74.01"),
    Region.Level.WARD: (re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}"), "35.74.01.1001"),
}
PARENT_LEVEL = {Region.Level.DISTRICT: Region.Level.CITY, Region.Level.WARD: Region.Level.DISTRICT}


def roles_in_prose() -> SafeString:
    lines = ((role.label, roles.PROSE[role]) for role in roles.Role)
    return format_html_join("", "<span class='role-prose'><b>{}</b>: {}</span> ", lines)


class KeysOnlyChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """Refuses what can be no key before SQLite, which holds no larger number, is asked for it."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if not re.fullmatch(r"[0-9]{1,18}", str(key)):
                raise ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", params={"value": str(key)[:20]}
                )
        return super().clean(value)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    by: User  # set by the page: who is working

    class Meta:
        model = User
        fields = ["username", "email", "full_name", "role", "whole_city", "districts", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].help_text = roles_in_prose()
        self.fields["username"].help_text = "Huruf, angka, dan tanda . - _ saja."
        self.fields[
            "is_active"
        ].help_text = "Bila tidak dicentang, pengguna tidak dapat masuk dan sesinya berakhir seketika."

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if not re.fullmatch(r"[\w.-]+", username):
            raise ValidationError("Pakai huruf, angka, dan tanda . - _ saja.")
        self._refuse_taken("username", username, "Nama pengguna ini sudah dipakai.")
        return username

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email:
            self._refuse_taken("email", email, "Alamat surel ini sudah dipakai pengguna lain.")
        return email

    def _refuse_taken(self, field: str, value: str, message: str) -> None:
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(**{f"{field}__iexact": value}).exists():
            raise ValidationError(message)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("whole_city") and not data.get("districts") and "districts" in data:
            self.add_error("districts", "Centang seluruh kota, atau pilih paling sedikit satu kecamatan.")
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.instance.pk and not self.errors:
            try:
                actions.check_user(user=self.instance, by=self.by)
            except (actions.OwnAccount, actions.LastAdministrator) as error:
                self.add_error(None, str(error))


class NewUserForm(UserForm):
    password1 = forms.CharField(
        label="Kata sandi",
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Kata sandi, sekali lagi",
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "email"):  # somebody else's, not those the browser knows
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def _post_clean(self) -> None:
        super()._post_clean()
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", "Kedua kata sandi tidak sama.")
        elif first:
            try:
                validate_password(first, self.instance)
            except ValidationError as error:
                self.add_error("password1", error)
            self.instance.set_password(first)


class RegionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    class Meta:
        model = Region
        fields = ["level", "parent", "code", "name"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        level, code = data.get("level"), data.get("code", "")
        if "level" not in self.fields or not level or not code:
            return data
        form, example = CODES[Region.Level(level)]
        parent, wanted = data.get("parent"), PARENT_LEVEL.get(Region.Level(level))
        if not form.fullmatch(code):
            self.add_error("code", f"Kode {Region.Level(level).label.lower()} berbentuk {example}.")
        elif (parent.level if parent else None) != wanted:
            label = wanted.label.lower() if wanted else "kosong"
            self.add_error("parent", f"Bagian dari: {label}.")
        elif parent and not code.startswith(f"{parent.code}."):
            self.add_error("code", f"Kode harus berawalan {parent.code}.")
        return data
