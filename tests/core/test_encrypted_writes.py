"""However a value is written, its blind index goes along; where a ciphertext would mislead, it is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Lower

from core.fields import blind
from registry.models import Business, Owner
from tests.factories import BusinessFactory, OwnerFactory
from tests.factories.registry import AT

pytestmark = pytest.mark.django_db

OLD, NEW = "9901010101900003", "9901010101900004"


def by_save(owner: Owner) -> None:
    owner.national_id = NEW
    owner.save()


def by_save_of_one_field(owner: Owner) -> None:
    owner.national_id = NEW
    owner.save(update_fields=["national_id"])


def by_update(owner: Owner) -> None:
    Owner.objects.filter(pk=owner.pk).update(national_id=NEW, name="Lain")


def by_bulk_update(owner: Owner) -> None:
    owner.national_id = NEW
    Owner.objects.bulk_update([owner], ["national_id"])


def by_bulk_create_over_it(owner: Owner) -> None:
    twin = Owner(pk=owner.pk, name="Lain", national_id=NEW, created_at=AT, updated_at=AT)
    Owner.objects.bulk_create(
        [twin], update_conflicts=True, unique_fields=["id"], update_fields=["national_id"]
    )


def by_update_or_create(owner: Owner) -> None:
    Owner.objects.update_or_create(pk=owner.pk, defaults={"national_id": NEW})


WAYS = [by_save, by_save_of_one_field, by_update, by_bulk_update, by_bulk_create_over_it, by_update_or_create]


@pytest.mark.parametrize("write", WAYS)
def test_the_index_goes_along(write: Callable[[Owner], None]) -> None:
    owner = OwnerFactory(national_id=OLD)
    phone = owner.phone

    write(owner)

    assert Owner.objects.with_national_id(NEW).get() == owner
    assert not Owner.objects.with_national_id(OLD).exists()
    stored = Owner.objects.with_phone(phone).get()
    assert (stored.national_id, stored.phone) == (NEW, phone)


def test_control_a_plain_queryset_leaves_the_index_behind() -> None:
    owner = OwnerFactory(national_id=OLD)

    models.QuerySet(Owner).filter(pk=owner.pk).update(national_id=NEW)

    assert Owner.objects.with_national_id(OLD).get().national_id == NEW


@pytest.mark.parametrize("empty", [None, ""])
def test_an_emptied_value_takes_its_index_away(empty: str | None) -> None:
    owner = OwnerFactory(national_id=OLD)

    Owner.objects.filter(pk=owner.pk).update(national_id=empty)

    owner.refresh_from_db()
    assert (owner.national_id, owner.national_id_index) == (None, None)


def test_other_updates_touch_no_index() -> None:
    owner = OwnerFactory(national_id=OLD)

    Owner.objects.update(version=F("version") + 1)
    owner.save(update_fields=["name"])

    assert Owner.objects.with_national_id(OLD).get().version == 2


def test_many_rows_get_each_its_own() -> None:
    owners = [OwnerFactory() for _ in range(3)]
    for number, owner in enumerate(owners):
        owner.national_id = f"990101010190010{number}"

    Owner.objects.bulk_update(owners, ["national_id"], batch_size=2)

    for number, owner in enumerate(owners):
        assert Owner.objects.get(**blind(Owner, "national_id", f"990101010190010{number}")) == owner


MISLEADING = {
    "update from a column": lambda: Owner.objects.update(national_id=F("phone")),
    "update by a case": lambda: Owner.objects.update(
        national_id=Case(When(pk=1, then=Value(NEW)), default=F("phone"))
    ),
    "update by an untyped case": lambda: Owner.objects.update(
        national_id=Case(When(pk=1, then=Value(NEW)), default=None), national_id_index="x"
    ),
    "order_by": lambda: Owner.objects.order_by("national_id"),
    "order_by, descending": lambda: Owner.objects.order_by("-national_id"),
    "order_by F": lambda: Owner.objects.order_by(F("national_id").desc()),
    "order_by over a relation": lambda: Business.objects.order_by("owner__national_id"),
    "group": lambda: Owner.objects.values("national_id").annotate(n=Count("pk")),
    "distinct values": lambda: Owner.objects.values_list("national_id").distinct(),
    "distinct on": lambda: Owner.objects.distinct("national_id"),
}


@pytest.mark.parametrize("name", MISLEADING)
def test_what_a_ciphertext_cannot_answer_is_refused(name: str) -> None:
    OwnerFactory(national_id=OLD)

    with pytest.raises(FieldError, match="encrypted"):
        list(MISLEADING[name]())


def test_all_else_may_be_sorted_and_grouped() -> None:
    business = BusinessFactory(owner=OwnerFactory(national_id=OLD))

    assert list(Owner.objects.order_by("name", "?", Lower("name"), "-pk")) == [business.owner]
    assert list(Business.objects.order_by("owner__name", "owner")) == [business]
    assert Owner.objects.values("sex").annotate(n=Count("pk")).distinct().get()["n"] == 1
    assert list(Owner.objects.values_list("national_id", flat=True)) == [OLD]
