"""Model fields for personal data: a ciphertext column and its blind index.

    national_id = EncryptedTextField("NIK", null=True, blank=True)
    national_id_index = BlindIndexField("national_id", unique=True)

The value reads and writes as plain text on the instance. No lookup but `isnull` works on the
ciphertext: every other one raises, because it could only ever return nothing. To find a row use
`filter(**blind(Owner, "national_id", value))`.

A model with such a field is an `EncryptedModel` with an `EncryptedQuerySet`: they write the index (and any
other `DerivedField`) with its value on every way in, and refuse to sort, group or tell apart by a ciphertext. What they cannot see
are aggregates over it (`Count("national_id", distinct=True)`) and the plain managers Django keeps for
itself (`_base_manager`): each ciphertext differs, so never count or compare them.
"""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Case, Combinable, Value
from django.db.models.functions import Cast

from core import keys
from core.logs import masked_numbers

_Model = TypeVar("_Model", bound=models.Model)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    """Text that is AES-GCM ciphertext in the database. Empty strings are stored as NULL."""

    @property
    def context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> str | None:
        return str(value) if value not in (None, "") else None

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, Combinable):
            if not _is_of_plain_values(value):
                raise FieldError(f"{self.name} is encrypted: assign a plain value")
            return value  # each of its values comes back here
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


class MasksNumbers(models.Field):  # type: ignore[type-arg]  # generic only in the stubs
    """What people type to explain something: a NIK or telephone in it is masked when it is stored, by any way of
    writing, as in the audit trail. In the database, and so for migrations, it is the field named `stored_as`.
    """

    stored_as: str

    def deconstruct(self) -> Any:
        name, _, args, options = super().deconstruct()
        return name, self.stored_as, args, options

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return masked_numbers(prepared) if isinstance(prepared, str) else prepared

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = masked_numbers(value)
            setattr(model_instance, self.attname, value)
        return value


class ReasonField(MasksNumbers, models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    stored_as = "django.db.models.TextField"


class ShortReasonField(MasksNumbers, models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    stored_as = "django.db.models.CharField"


class EncryptedReasonField(MasksNumbers, EncryptedTextField):
    stored_as = "core.fields.EncryptedTextField"


class DerivedField(models.Field):  # type: ignore[type-arg]  # generic only in the stubs
    """A column computed from the field named `source`, written with it by `EncryptedModel` and its QuerySet."""

    source: str

    def derive(self, model: type[models.Model], value: Any) -> Any:
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.derive(type(model_instance), getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


class BlindIndexField(DerivedField, models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """The keyed hash of the field named `source`."""

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

    def derive(self, model: type[models.Model], value: Any) -> str | None:
        return index_of(model, self.source, value)


def index_of(model: type[models.Model], source: str, value: str | None) -> str | None:
    """The blind index of a value of `model.source`; None for an empty value."""
    return keys.blind_index(value, context=f"{model._meta.label_lower}.{source}") if value else None


def blind(model: type[models.Model], source: str, value: str) -> dict[str, str | None]:
    """The filter that finds rows by the exact plain value of an encrypted field."""
    return {f"{source}_index": index_of(model, source, value)}


def _is_of_plain_values(expression: Any) -> bool:
    """Whether it is what `bulk_update` writes: a plain value for each row, nothing from other columns."""
    if isinstance(expression, Value):
        return expression.value is None or isinstance(expression.output_field, EncryptedTextField)
    if isinstance(expression, Case):
        return all(
            map(_is_of_plain_values, [*(case.result for case in expression.cases), expression.default])
        )
    return isinstance(expression, Cast) and all(map(_is_of_plain_values, expression.get_source_expressions()))


def _derived_from(model: type[models.Model], names: Iterable[str]) -> list[DerivedField]:
    """The columns that are computed from the fields named."""
    wanted = set(names)
    fields = (field for field in model._meta.concrete_fields if isinstance(field, DerivedField))
    return [field for field in fields if field.source in wanted]


def _encrypted_field(model: type[models.Model], path: str) -> EncryptedTextField | None:
    """The encrypted field at the end of a path like `owner__national_id`, if there is one."""
    options = model._meta
    for part in path.lstrip("-+").split(LOOKUP_SEP):
        try:
            field = options.get_field(part)
        except FieldDoesNotExist:
            return None  # an annotation, or `?`
        if isinstance(field, EncryptedTextField):
            return field
        if not field.related_model or isinstance(field.related_model, str):
            return None
        options = field.related_model._meta
    return None


class EncryptedQuerySet(models.QuerySet[_Model]):
    """Writes the blind index with its value, and raises FieldError where a ciphertext would mislead."""

    def update(self, **values: Any) -> int:
        for field in _derived_from(self.model, values):
            value = values[field.source]
            if field.name in values and (
                not isinstance(field, BlindIndexField) or _is_of_plain_values(value)
            ):
                continue  # bulk_update brings both
            if isinstance(value, Combinable):
                what = "encrypted" if isinstance(field, BlindIndexField) else "indexed"
                raise FieldError(f"{field.source} is {what}: assign a plain value")
            values[field.name] = field.derive(self.model, value)
        return super().update(**values)

    def bulk_update(
        self, objs: Iterable[_Model], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        rows, names = list(objs), list(fields)
        for field in _derived_from(self.model, names):
            names += [field.name] if field.name not in names else []
            for row in rows:
                field.pre_save(row, add=False)
        return super().bulk_update(rows, names, batch_size)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[_Model]:
        if names := options.get("update_fields"):
            options["update_fields"] = list(
                {*names, *(field.name for field in _derived_from(self.model, names))}
            )
        return super().bulk_create(objs, *args, **options)

    def order_by(self, *names: Any) -> Self:
        self._refuse(names, "rows cannot be sorted by it")
        return super().order_by(*names)

    def distinct(self, *names: str) -> Self:
        self._refuse((*names, *(getattr(self, "_fields", None) or ())), "equal values look different")
        return super().distinct(*names)

    def annotate(self, *args: Any, **options: Any) -> Self:
        self._refuse(getattr(self, "_fields", None) or (), "rows cannot be grouped by it")
        return super().annotate(*args, **options)

    def _refuse(self, names: Iterable[Any], why: str) -> None:
        for name in names:
            path = name if isinstance(name, str) else _path(name)
            field = _encrypted_field(self.model, path)
            if field is not None:
                raise FieldError(f"{field.name} is encrypted: {why}")


def _path(expression: Any) -> str:
    """The name in `F("name")`, `F("name").desc()`; "" for other expressions."""
    inner = getattr(expression, "expression", expression)
    return str(getattr(inner, "name", ""))


class EncryptedModel(models.Model):
    """What every model with an `EncryptedTextField` inherits; `objects` is an `EncryptedQuerySet`'s manager."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        names = options.get("update_fields")
        if names is not None:
            options["update_fields"] = {*names, *(field.name for field in _derived_from(type(self), names))}
        super().save(*args, **options)
