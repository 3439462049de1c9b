"""The size class as SQL: the same thresholds as `registry.size_class`, for generated columns.

The expressions are frozen into a migration; when `data/umkm_thresholds.csv` changes,
`makemigrations --check` says so. A test compares the columns with the pure function.
"""

from functools import reduce
from operator import or_

from django.db.models import Case, CharField, Q, Value, When

from registry.size_class import ANNUAL_SALES, RULE_SETS, Basis, Scale, Threshold


def scale_expression(rule_set: str) -> Case:
    """The larger of the classes that the two amounts give; unclassified where both are unknown."""
    rules = RULE_SETS[rule_set]
    asset_field = rules.asset_criterion
    assets, sales = rules.criteria[asset_field], rules.criteria[ANNUAL_SALES]
    whens = [When(_both_unknown(asset_field), then=Value(Scale.UNCLASSIFIED.value))]
    for by_assets, by_sales in zip(assets[:-1], sales[:-1], strict=True):
        fits = _asks_for_no_more(asset_field, by_assets) & _asks_for_no_more(ANNUAL_SALES, by_sales)
        whens.append(When(fits, then=Value(by_assets.scale.value)))
    return Case(*whens, default=Value(Scale.LARGE.value), output_field=CharField(max_length=12))


def basis_expression(rule_set: str) -> Case:
    """How the class came about: both criteria agree, differ, only one is known, or none."""
    rules = RULE_SETS[rule_set]
    asset_field = rules.asset_criterion
    pairs = zip(rules.criteria[asset_field], rules.criteria[ANNUAL_SALES], strict=True)
    same_class = reduce(or_, (_within(asset_field, a) & _within(ANNUAL_SALES, s) for a, s in pairs))
    one_unknown = Q(**{f"{asset_field}__isnull": True}) | Q(annual_sales__isnull=True)
    return Case(
        When(_both_unknown(asset_field), then=Value(Basis.NONE.value)),
        When(one_unknown, then=Value(Basis.ONE_CRITERION.value)),
        When(same_class, then=Value(Basis.AGREE.value)),
        default=Value(Basis.DIFFER.value),
        output_field=CharField(max_length=13),
    )


def _both_unknown(asset_field: str) -> Q:
    return Q(**{f"{asset_field}__isnull": True}, annual_sales__isnull=True)


def _asks_for_no_more(field: str, threshold: Threshold) -> Q:
    """The amount is unknown, or no larger than the class allows."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": threshold.up_to_and_including})


def _within(field: str, threshold: Threshold) -> Q:
    bounds = {}
    if threshold.more_than is not None:
        bounds[f"{field}__gt"] = threshold.more_than
    if threshold.up_to_and_including is not None:
        bounds[f"{field}__lte"] = threshold.up_to_and_including
    return Q(**bounds)
