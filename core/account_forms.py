"""Forms of the account: signing in and changing one's own password."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.validators import MaxLengthValidator

MAX_PASSWORD = 1_000  # far above any sentence; hashing is not free
# Tells the browser's store of passwords whose it is; without a name it is not sent.
WHOSE = '<input type="text" autocomplete="username" value="{{ form.user.username }}" hidden>'
PASSWORD_LABELS = {
    "old_password": "Kata sandi sekarang",
    "new_password1": "Kata sandi baru",
    "new_password2": "Kata sandi baru, sekali lagi",
}


def helper(button: str) -> FormHelper:
    form_helper = FormHelper()
    form_helper.attrs = {"novalidate": ""}
    form_helper.form_class = "account-form"
    form_helper.add_input(Submit("submit", button))
    return form_helper


class LoginForm(forms.Form):
    username = forms.CharField(
        label="Nama pengguna atau alamat surel",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="Kata sandi",
        strip=False,
        max_length=MAX_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("Masuk")
        self.helper.form_action = "core:login"


def dress(form: forms.Form, button: str) -> None:
    """Our labels and limits on one of Django's password forms."""
    for name, field in form.fields.items():
        field.label = PASSWORD_LABELS[name]
        field.help_text = ""
        field.validators.append(MaxLengthValidator(MAX_PASSWORD))
    form.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
    form_helper = helper(button)
    form_helper.layout = Layout(HTML(WHOSE), *form.fields)
    form.helper = form_helper  # type: ignore[attr-defined]  # where crispy looks for it


class OwnPasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "Ganti kata sandi")


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # generic only in the stubs
    """An administrator gives somebody a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, "Simpan kata sandi")
