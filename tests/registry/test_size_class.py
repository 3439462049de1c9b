"""Micro, small, medium or large: the rules of both laws, with the 20 agreed cases."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.size_class import (
    ANNUAL_SALES,
    BASIS_LABELS,
    CRITERION_LABELS,
    RULE_SETS,
    SCALE_LABELS,
    THRESHOLDS_FILE,
    Basis,
    Scale,
    SizeClass,
    classify,
    explain,
)

CASES_FILE = Path(__file__).with_name("data") / "umkm_class_cases.csv"
REFERENCE = next(
    (found for folder in Path(__file__).parents if (found := folder / "shared" / "reference").is_dir()), None
)
RISING = [Scale.MICRO, Scale.SMALL, Scale.MEDIUM, Scale.LARGE]

amounts = st.integers(0, 10**12)
maybe_amounts = st.none() | amounts
rule_sets = st.sampled_from(list(RULE_SETS.values()))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def amount(text: str) -> int | None:
    return int(text) if text else None


def case_name(case: dict[str, str]) -> str:
    return f"{case['rule_set']}-{case['net_assets_or_capital'] or 'none'}-{case['annual_sales'] or 'none'}"


def test_all_twenty_cases_are_there():
    assert len(rows_of(CASES_FILE)) == 20


@pytest.mark.parametrize("case", rows_of(CASES_FILE), ids=case_name)
def test_an_agreed_case(case):
    size_class = classify(
        RULE_SETS[case["rule_set"]],
        asset_amount=amount(case["net_assets_or_capital"]),
        annual_sales=amount(case["annual_sales"]),
    )
    assert (size_class.scale, size_class.basis) == (
        case["expected_scale"],
        case["expected_basis"],
    )


@pytest.mark.skipif(REFERENCE is None, reason="the reference files are not on this machine")
def test_our_copies_equal_the_reference_files():
    assert rows_of(CASES_FILE) == rows_of(REFERENCE / "umkm_class_cases.csv")
    ours = [
        {key: value for key, value in row.items() if key not in {"legal_basis", "valid_from"}}
        for row in rows_of(THRESHOLDS_FILE)
    ]
    assert ours == rows_of(REFERENCE / "umkm_thresholds.csv")


def test_each_law_names_itself_its_first_day_and_its_criteria():
    told = {
        code: (rules.legal_basis, rules.valid_from, rules.asset_criterion)
        for code, rules in RULE_SETS.items()
    }
    assert told == {
        "uu20_2008": ("UU 20/2008", date(2008, 7, 4), "net_assets"),
        "pp7_2021": ("PP 7/2021", date(2021, 2, 2), "business_capital"),
    }


def test_thresholds_leave_no_gap_and_no_overlap():
    for rules in RULE_SETS.values():
        assert set(rules.criteria) == {rules.asset_criterion, ANNUAL_SALES}
        for thresholds in rules.criteria.values():
            assert [threshold.scale for threshold in thresholds] == RISING
            assert thresholds[0].more_than is None
            assert thresholds[-1].up_to_and_including is None
            for lower, upper in pairwise(thresholds):
                assert lower.up_to_and_including == upper.more_than


@given(rule_sets, amounts)
def test_every_amount_is_in_exactly_one_class(rules, value):
    for thresholds in rules.criteria.values():
        assert sum(threshold.holds(value) for threshold in thresholds) == 1


@given(rule_sets, amounts, amounts, amounts, amounts)
def test_more_never_makes_smaller(rules, assets, sales, more_assets, more_sales):
    before = classify(rules, asset_amount=assets, annual_sales=sales)
    after = classify(rules, asset_amount=assets + more_assets, annual_sales=sales + more_sales)
    assert RISING.index(after.scale) >= RISING.index(before.scale)


@given(rule_sets, amounts, amounts)
def test_where_both_criteria_must_hold_and_do_the_class_is_the_same(rules, assets, sales):
    both_hold = [
        scale
        for scale in RISING
        if rules.threshold(rules.asset_criterion, scale).holds(assets)
        and rules.threshold(ANNUAL_SALES, scale).holds(sales)
    ]
    size_class = classify(rules, asset_amount=assets, annual_sales=sales)
    if both_hold:
        assert [size_class.scale] == both_hold
        assert size_class.basis == Basis.AGREE
    else:
        assert size_class.basis == Basis.DIFFER


@given(rule_sets, maybe_amounts, maybe_amounts)
def test_an_unknown_amount_gives_no_class_of_its_own(rules, assets, sales):
    size_class = classify(rules, asset_amount=assets, annual_sales=sales)
    assert (size_class.by_assets is None) == (assets is None)
    assert (size_class.by_sales is None) == (sales is None)
    assert (size_class.scale == Scale.UNCLASSIFIED) == (assets is None and sales is None)


@pytest.mark.parametrize(("assets", "sales"), [(-1, 0), (0, -1), (-1, None), (None, -1)])
def test_a_negative_amount_is_a_programming_error(assets, sales):
    with pytest.raises(ValueError, match="never negative"):
        classify(RULE_SETS["uu20_2008"], asset_amount=assets, annual_sales=sales)


@pytest.mark.parametrize(
    ("rule_set", "assets", "sales", "sentence"),
    [
        (
            "uu20_2008",
            50_000_000,
            300_000_000,
            "kekayaan bersih sampai Rp50.000.000 dan omzet sampai Rp300.000.000 (UU 20/2008)",
        ),
        (
            "pp7_2021",
            10_000_000_001,
            50_000_000_001,
            "modal usaha lebih dari Rp10.000.000.000 dan omzet lebih dari Rp50.000.000.000 (PP 7/2021)",
        ),
        (
            "uu20_2008",
            40_000_000,
            400_000_000,
            (
                "Kriteria berbeda: kekayaan bersih termasuk Mikro (sampai Rp50.000.000) dan omzet "
                "termasuk Kecil (lebih dari Rp300.000.000 sampai Rp2.500.000.000); kelas yang lebih "
                "besar berlaku (UU 20/2008)"
            ),
        ),
        (
            "uu20_2008",
            None,
            120_000_000,
            "Satu kriteria: omzet sampai Rp300.000.000 (UU 20/2008)",
        ),
        (
            "uu20_2008",
            80_000_000,
            None,
            "Satu kriteria: kekayaan bersih lebih dari Rp50.000.000 sampai Rp500.000.000 (UU 20/2008)",
        ),
        ("pp7_2021", None, None, "modal usaha dan omzet belum diisi (PP 7/2021)"),
    ],
)
def test_the_class_is_explained_in_one_sentence(rule_set, assets, sales, sentence):
    rules = RULE_SETS[rule_set]
    assert explain(classify(rules, asset_amount=assets, annual_sales=sales), rules) == sentence


def test_one_rupiah_more_makes_a_small_business():
    rules = RULE_SETS["uu20_2008"]
    micro = classify(rules, asset_amount=50_000_000, annual_sales=300_000_000)
    assert micro == SizeClass(Scale.MICRO, Basis.AGREE, Scale.MICRO, Scale.MICRO)
    for assets, sales in ((50_000_001, 300_000_000), (50_000_000, 300_000_001)):
        assert classify(rules, asset_amount=assets, annual_sales=sales).scale == Scale.SMALL


def test_every_value_has_its_label():
    assert list(SCALE_LABELS) == list(Scale)
    assert list(BASIS_LABELS) == list(Basis)
    assert {criterion for rules in RULE_SETS.values() for criterion in rules.criteria} == set(
        CRITERION_LABELS
    )
