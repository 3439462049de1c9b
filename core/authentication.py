"""Logging in: by username or e-mail, throttled, and with passwords that are not the obvious ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.http import HttpRequest

from core.models import User

LOCAL_WORDS = ("probolinggo", "umkm", "koperasi", "dinas", "rahasia", "admin", "sandi", "password")


def account_named(name: str) -> User | None:
    """The user with that username, or else with that e-mail, in any letter case."""
    name = name.strip().lower()
    # Lower, not iexact: the unique indexes serve it, and PostgreSQL's upper case makes one letter of two.
    fits = Q(Exact(Lower("username"), Value(name))) | Q(Exact(Lower("email"), Value(name)))
    found = User.objects.filter(fits) if name else ()
    return min(found, key=lambda user: user.username.lower() != name, default=None)


class UsernameOrEmailBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The user whose username or e-mail is `username`; costs one hash whether or not one exists."""
        if not username or password is None:
            return None
        user = account_named(username)
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        """Demo accounts exist only where DEBUG is on, even in a database that was taken along."""
        return super().user_can_authenticate(user) and (settings.DEBUG or not user.is_demo)

    def get_user(self, user_id: int) -> Any:
        user = super().get_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class LocalWordsValidator:
    """Refuses passwords that are little more than the name of the place or of the office."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = "".join(letter for letter in password.lower() if letter.isalpha())
        for word in LOCAL_WORDS:
            rest = rest.replace(word, "")
        if len(rest) < 4 and not any(character.isspace() for character in password.strip()):
            raise ValidationError("Kata sandi ini terlalu mudah ditebak.", code="password_local_words")

    def get_help_text(self) -> str:
        return "Jangan memakai nama kota, nama kantor, atau kata umum saja."
