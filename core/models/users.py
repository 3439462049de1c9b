"""Who works with the register, and where."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from core import roles
from core.constraints import known_values
from core.models.audit import Verb
from core.models.regions import Region
from core.permissions import Permission
from core.privacy import declare
from core.roles import Role


class RegisterUserManager(UserManager["User"]):
    use_in_migrations = False

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """The first administrator of a fresh installation: the role, not Django's superuser flag.

        No flag that the user page does not show gives any power; the roles decide alone.
        """
        from core.audit import field_changes, record  # core.audit reads this module

        fields = {"role": Role.ADMINISTRATOR, "whole_city": True} | fields
        with transaction.atomic():
            user = self.create_user(username, email, password, **fields)
            record(Verb.CREATED, by=None, at=timezone.now(), subject=user, changes=field_changes(None, user))
        return user


class User(AbstractUser):
    """A person with one role and an area: the whole city, or some kecamatan of it.

    A user with no kecamatan and without `whole_city` sees no rows at all.
    """

    email = models.EmailField("alamat surel", blank=True)
    full_name = models.CharField("nama lengkap", max_length=150)
    role = models.CharField("peran", max_length=16, choices=Role)
    whole_city = models.BooleanField(
        "seluruh kota", default=False, help_text="Bila tidak dicentang, pilih kecamatan wilayah kerjanya."
    )
    districts = models.ManyToManyField(
        Region,
        blank=True,
        verbose_name="kecamatan",
        limit_choices_to={"level": Region.Level.DISTRICT},
        related_name="users",
    )
    is_demo = models.BooleanField("akun peragaan", default=False, editable=False)
    # The name is one field here, as most names in Indonesia are.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects = RegisterUserManager()  # type: ignore[misc]
    REQUIRED_FIELDS = ["email", "full_name"]
    privacy = declare(
        none="id last_login is_superuser is_staff is_active date_joined role whole_city districts"
        " is_demo groups user_permissions",
        general="username email full_name password",
    )

    class Meta:
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        ordering = ["username"]
        constraints = [
            known_values("role", Role),
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.UniqueConstraint(
                Lower("email"), name="user_email_any_case", condition=~models.Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def can(self, permission: Permission) -> bool:
        return self.is_active and permission in roles.PERMISSIONS.get(self.role, frozenset())

    def district_ids(self) -> list[int] | None:
        """The kecamatan of the user's area; None means all of them. Read once an instance."""
        if self.whole_city:
            return None
        cached: list[int] | None = self.__dict__.get("_district_ids")
        if cached is None:
            cached = list(self.districts.values_list("pk", flat=True))
            self.__dict__["_district_ids"] = cached
        return cached
