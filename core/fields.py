"""Model fields for personal data: a ciphertext column and its blind index.

    national_id = EncryptedTextField("NIK", null=True, blank=True)
    national_id_index = BlindIndexField("national_id", unique=True)

The value reads and writes as plain text on the instance. No lookup but `isnull` works on the
ciphertext: every other one raises, because it could only ever return nothing. To find a row use
`filter(**blind(Owner, "national_id", value))`.
"""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from core import keys


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    """Text that is AES-GCM ciphertext in the database. Empty strings are stored as NULL."""

    @property
    def context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> str | None:
        return str(value) if value not in (None, "") else None

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, Expression):
            raise FieldError(f"{self.name} is encrypted: assign a plain value")
        prepared = self.get_prep_value(value)
        return None if prepared is None else keys.encrypt(prepared, context=self.context)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else keys.decrypt(value, context=self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: look it up by its blind index, not by {lookup_name!r}")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: {lookup_name!r} cannot be applied")


class BlindIndexField(models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """The keyed hash of the field named `source`, kept in step by `pre_save`.

    `bulk_create` and `save` fill it; `update()` must set it together with its source (`blind()`).
    """

    def __init__(self, source: str, **options: Any) -> None:
        self.source = source
        options.update(max_length=43, null=True, editable=False)
        options.setdefault("blank", True)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for implied in ("max_length", "null", "editable", "blank"):
            options.pop(implied, None)
        return name, path, [self.source, *args], options

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value = getattr(model_instance, self.source)
        index = index_of(type(model_instance), self.source, value)
        setattr(model_instance, self.attname, index)
        return index


def index_of(model: type[models.Model], source: str, value: str | None) -> str | None:
    """The blind index of a value of `model.source`; None for an empty value."""
    return keys.blind_index(value, context=f"{model._meta.label_lower}.{source}") if value else None


def blind(model: type[models.Model], source: str, value: str) -> dict[str, str | None]:
    """The filter that finds rows by the exact plain value of an encrypted field."""
    return {f"{source}_index": index_of(model, source, value)}
