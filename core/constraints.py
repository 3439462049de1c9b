"""Rules that the database keeps, so that no bulk write can miss them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import Q


def known_values(
    field: str, choices: type[models.TextChoices] | Sequence[tuple[str, str]], *, blank: bool = False
) -> models.CheckConstraint:
    """The column holds one of its choices; with `blank`, also nothing at all."""
    pairs = choices if isinstance(choices, Sequence) else choices.choices
    values = [str(value) for value, _ in pairs] + ([""] if blank else [])
    return models.CheckConstraint(name=f"%(class)s_{field}_known", condition=Q(**{f"{field}__in": values}))
