"""The size class of a business under each law. Pure: imports no Django.

The thresholds stand in `data/umkm_thresholds.csv`: UU 20/2008 article 6 (net assets without land and building
of the place of business, annual sales) and PP 7/2021 article 35 (business capital without land and building,
annual sales). Amounts are whole rupiah, sales a year. The laws join the two criteria with "or", which lets
one business be two sizes at once; here each known criterion gives a class and the larger one counts. Where
both criteria must hold ("and") and that gives a class, the result is the same.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from core.formats import format_rupiah

THRESHOLDS_FILE = Path(__file__).with_name("data") / "umkm_thresholds.csv"


class Scale(StrEnum):
    """Sizes in rising order; `unclassified` means that no amount is known."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNCLASSIFIED = "unclassified"


class Basis(StrEnum):
    """What the class rests on."""

    AGREE = "agree"
    DIFFER = "differ"
    ONE_CRITERION = "one_criterion"
    NONE = "none"


SCALE_LABELS: Mapping[Scale, str] = MappingProxyType(
    {
        Scale.MICRO: "Mikro",
        Scale.SMALL: "Kecil",
        Scale.MEDIUM: "Menengah",
        Scale.LARGE: "Besar (bukan UMKM)",
        Scale.UNCLASSIFIED: "Belum diklasifikasi",
    }
)
BASIS_LABELS: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.AGREE: "Kedua kriteria sama",
        Basis.DIFFER: "Kriteria berbeda",
        Basis.ONE_CRITERION: "Satu kriteria",
        Basis.NONE: "Tidak ada data",
    }
)

ANNUAL_SALES = "annual_sales"
CRITERION_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "net_assets": "kekayaan bersih",
        "business_capital": "modal usaha",
        ANNUAL_SALES: "omzet",
    }
)

_RISING = (Scale.MICRO, Scale.SMALL, Scale.MEDIUM, Scale.LARGE)


@dataclass(frozen=True)
class Threshold:
    """One class of one criterion, in rupiah: more_than < amount <= up_to_and_including; None is no bound."""

    scale: Scale
    more_than: int | None
    up_to_and_including: int | None

    def holds(self, amount: int) -> bool:
        above = self.more_than is None or amount > self.more_than
        return above and (self.up_to_and_including is None or amount <= self.up_to_and_including)

    def in_words(self) -> str:
        lower = "" if self.more_than is None else f"lebih dari {format_rupiah(self.more_than)}"
        upper = (
            "" if self.up_to_and_including is None else f"sampai {format_rupiah(self.up_to_and_including)}"
        )
        return f"{lower} {upper}".strip()


@dataclass(frozen=True)
class RuleSet:
    """One law. `criteria` maps a criterion to its thresholds in rising order."""

    code: str
    legal_basis: str
    valid_from: date
    criteria: Mapping[str, tuple[Threshold, ...]]

    @property
    def asset_criterion(self) -> str:
        """The criterion besides sales: "net_assets" or "business_capital"."""
        return next(criterion for criterion in self.criteria if criterion != ANNUAL_SALES)

    def threshold(self, criterion: str, scale: Scale) -> Threshold:
        return next(threshold for threshold in self.criteria[criterion] if threshold.scale == scale)


@dataclass(frozen=True)
class SizeClass:
    """`by_assets` and `by_sales` are None where that amount is unknown."""

    scale: Scale
    basis: Basis
    by_assets: Scale | None
    by_sales: Scale | None


def read_rule_sets(path: Path) -> dict[str, RuleSet]:
    """The rule sets of a threshold file, by code, in the order of the file."""
    rule_sets: dict[str, RuleSet] = {}
    criteria: dict[str, dict[str, tuple[Threshold, ...]]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code, criterion = row["rule_set"], row["criterion"]
            thresholds = criteria.setdefault(code, {})
            rule_sets.setdefault(
                code,
                RuleSet(
                    code,
                    row["legal_basis"],
                    date.fromisoformat(row["valid_from"]),
                    MappingProxyType(thresholds),
                ),
            )
            threshold = Threshold(
                Scale(row["scale"]),
                _bound(row["more_than"]),
                _bound(row["up_to_and_including"]),
            )
            thresholds[criterion] = (*thresholds.get(criterion, ()), threshold)
    return rule_sets


def _bound(text: str) -> int | None:
    return int(text) if text else None


RULE_SETS: dict[str, RuleSet] = read_rule_sets(THRESHOLDS_FILE)


def classify(rule_set: RuleSet, *, asset_amount: int | None, annual_sales: int | None) -> SizeClass:
    """The class under one law. `asset_amount` is what it weighs besides sales: see `RuleSet.asset_criterion`.

    Raises ValueError for a negative amount.
    """
    by_assets = _scale_of(rule_set.criteria[rule_set.asset_criterion], asset_amount)
    by_sales = _scale_of(rule_set.criteria[ANNUAL_SALES], annual_sales)
    known = [scale for scale in (by_assets, by_sales) if scale is not None]
    if not known:
        return SizeClass(Scale.UNCLASSIFIED, Basis.NONE, None, None)
    scale = max(known, key=_RISING.index)
    if len(known) == 1:
        return SizeClass(scale, Basis.ONE_CRITERION, by_assets, by_sales)
    basis = Basis.AGREE if by_assets == by_sales else Basis.DIFFER
    return SizeClass(scale, basis, by_assets, by_sales)


def _scale_of(thresholds: tuple[Threshold, ...], amount: int | None) -> Scale | None:
    if amount is None:
        return None
    if amount < 0:
        raise ValueError("an amount that decides the size class is never negative")
    return next(threshold.scale for threshold in thresholds if threshold.holds(amount))


def explain(size_class: SizeClass, rule_set: RuleSet) -> str:
    """One sentence, without full stop, to stand behind the label of the class: the bounds and the law."""
    parts = [
        (CRITERION_LABELS[criterion], rule_set.threshold(criterion, scale))
        for criterion, scale in (
            (rule_set.asset_criterion, size_class.by_assets),
            (ANNUAL_SALES, size_class.by_sales),
        )
        if scale is not None
    ]
    if size_class.basis == Basis.NONE:
        asset_label = CRITERION_LABELS[rule_set.asset_criterion]
        reason = f"{asset_label} dan {CRITERION_LABELS[ANNUAL_SALES]} belum diisi"
    elif size_class.basis == Basis.DIFFER:
        judged = " dan ".join(
            f"{label} termasuk {SCALE_LABELS[threshold.scale]} ({threshold.in_words()})"
            for label, threshold in parts
        )
        reason = f"{BASIS_LABELS[Basis.DIFFER]}: {judged}; kelas yang lebih besar berlaku"
    else:
        reason = " dan ".join(f"{label} {threshold.in_words()}" for label, threshold in parts)
        if size_class.basis == Basis.ONE_CRITERION:
            reason = f"{BASIS_LABELS[Basis.ONE_CRITERION]}: {reason}"
    return f"{reason} ({rule_set.legal_basis})"
