"""Rules that hold for every model: privacy declared, pairs of fields held together by the database."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import models
from django.db.models.query_utils import Q

from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField
from core.privacy import Privacy

ROOMS = ("core", "registry", "surveys", "dashboards")
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


def own_fields(model: type[models.Model]) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


def undeclared(model: type[models.Model]) -> set[str]:
    """Fields without a class of privacy, and names in the declaration that are no field."""
    declared: dict[str, Privacy] = getattr(model, "privacy", {})
    return own_fields(model) ^ set(declared)


def pairs(model: type[models.Model]) -> list[tuple[str, str]]:
    """`x_at` beside `x_by` that may be empty: both are set, or neither."""
    names = own_fields(model)
    return [
        (name, f"{name.removesuffix('_at')}_by")
        for name in sorted(names)
        if name.endswith("_at") and f"{name.removesuffix('_at')}_by" in names
        if model._meta.get_field(name).null or model._meta.get_field(f"{name.removesuffix('_at')}_by").null
    ]


PAIRS = [(model, at, by) for model in MODELS for at, by in pairs(model)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_declared_personal_or_not(model: type[models.Model]) -> None:
    assert undeclared(model) == set()


def test_a_forgotten_field_and_a_name_too_many_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = apps.get_model("registry", "Owner")
    wrong = {name: value for name, value in owner.privacy.items() if name != "national_id"}
    monkeypatch.setattr(owner, "privacy", wrong | {"shoe_size": Privacy.GENERAL})
    assert undeclared(owner) == {"national_id", "shoe_size"}


def names_in(condition: Q) -> set[str]:
    names: set[str] = set()
    for child in condition.children:
        names |= names_in(child) if isinstance(child, Q) else {child[0].partition("__")[0]}
    return names


def passes(condition: Q, empty: dict[str, bool]) -> bool:
    """The verdict of a condition made of `isnull` look-ups only, for fields that are empty or not."""
    verdicts = [
        passes(child, empty) if isinstance(child, Q) else empty[child[0].removesuffix("__isnull")] is child[1]
        for child in condition.children
    ]
    verdict = all(verdicts) if condition.connector == Q.AND else any(verdicts)
    return verdict is not condition.negated


def holds_together(condition: Q, at: str, by: str) -> bool:
    """Whether it accepts both or neither, and refuses one without the other."""
    return names_in(condition) == {at, by} and all(
        passes(condition, {at: first, by: second}) is (first is second)
        for first in (True, False)
        for second in (True, False)
    )


@pytest.mark.parametrize(("model", "at", "by"), PAIRS, ids=lambda part: getattr(part, "__name__", part))
def test_when_and_who_are_set_together(model: type[models.Model], at: str, by: str) -> None:
    checks = [rule for rule in model._meta.constraints if isinstance(rule, models.CheckConstraint)]
    assert any(holds_together(rule.condition, at, by) for rule in checks)


def test_there_are_pairs_to_hold_together() -> None:
    assert len(PAIRS) >= 2


def test_a_constraint_that_lets_one_alone_pass_is_noticed() -> None:
    pair = Q(seen_at__isnull=True, seen_by__isnull=True) | Q(seen_at__isnull=False, seen_by__isnull=False)
    assert holds_together(pair, "seen_at", "seen_by")
    assert not holds_together(pair | Q(seen_at__isnull=False), "seen_at", "seen_by")
    assert not holds_together(Q(seen_at__isnull=True), "seen_at", "seen_by")


def careless(model: type[models.Model]) -> list[str]:
    """What a model with an encrypted field lacks to keep its blind indexes in step."""
    if not any(isinstance(field, EncryptedTextField) for field in model._meta.concrete_fields):
        return []
    managers = [manager.name for manager in model._meta.managers]
    lacking = [] if issubclass(model, EncryptedModel) else ["EncryptedModel"]
    return lacking + [
        name for name in managers if not isinstance(getattr(model, name).all(), EncryptedQuerySet)
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_with_an_encrypted_field_keeps_its_index_in_step(model: type[models.Model]) -> None:
    assert careless(model) == []


def test_a_careless_model_is_found() -> None:
    class Diary(models.Model):
        entry = EncryptedTextField()

        class Meta:
            app_label = "elsewhere"
            apps = Apps()

        def __str__(self) -> str:
            return self.entry

    assert careless(Diary) == ["EncryptedModel", "objects"]
