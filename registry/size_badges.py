"""The size class under both laws as a page shows it: beside the form while typing, and on the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.cleaning import CleaningError, parse_rupiah
from registry.models import Business
from registry.size_class import (
    ANNUAL_SALES,
    BASIS_LABELS,
    CRITERION_LABELS,
    RULE_SETS,
    SCALE_LABELS,
    Basis,
    Scale,
    classify,
    explain,
)


@dataclass(frozen=True)
class SizeBadge:
    """One law: its name, the class and its label, a note where the class needs one, and why in a sentence."""

    law: str
    scale: Scale
    label: str
    note: str
    reason: str


def badges(amounts: Mapping[str, int | None]) -> list[SizeBadge]:
    """Under each law; `amounts` maps net_assets, business_capital and annual_sales to rupiah or None."""
    return [_badge(code, amounts) for code in RULE_SETS]


def _badge(code: str, amounts: Mapping[str, int | None]) -> SizeBadge:
    rules = RULE_SETS[code]
    size = classify(
        rules,
        asset_amount=amounts.get(rules.asset_criterion),
        annual_sales=amounts.get(ANNUAL_SALES),
    )
    noteworthy = size.basis in {Basis.DIFFER, Basis.ONE_CRITERION}
    return SizeBadge(
        law=rules.legal_basis,
        scale=size.scale,
        label=SCALE_LABELS[size.scale],
        note=BASIS_LABELS[size.basis] if noteworthy else "",
        reason=explain(size, rules),
    )


def read_amounts(typed: Mapping[str, str]) -> tuple[dict[str, int | None], list[str]]:
    """The amounts in what was typed, and a message for each one that cannot be read."""
    amounts: dict[str, int | None] = {}
    problems = []
    for criterion, label in CRITERION_LABELS.items():
        try:
            amounts[criterion] = parse_rupiah(typed.get(criterion, ""))
        except CleaningError as error:
            amounts[criterion] = None
            problems.append(f"{label.capitalize()}: {error.message}")
    return amounts, problems


def badges_of(business: Business) -> list[SizeBadge]:
    return badges({criterion: getattr(business, criterion) for criterion in CRITERION_LABELS})
