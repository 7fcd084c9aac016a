"""Refeeding risk by NICE CG32: strict limits, unknown keeps the level open."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screening import (
    RefeedingFacts,
    RefeedingLevel,
    Status,
    refeeding_risk,
    start_energy_kcal,
)

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "screening" / "vectors.json"
CALM: dict[str, Any] = {
    "bmi": 22,
    "loss_pct_3_6m": 0,
    "days_little_or_no_intake": 0,
    "low_k_po4_mg": False,
    "alcohol_or_drugs": False,
}


@pytest.mark.skipif(not VECTORS.exists(), reason="the worked examples are not at hand")
def test_every_worked_example_comes_out_as_printed() -> None:
    vectors = json.loads(VECTORS.read_text(), parse_float=Decimal)["vectors"]
    for one in vectors:
        if one["instrument"] == "REFEED_NICE":
            found: dict[str, object] = {
                "level": refeeding_risk(RefeedingFacts(**one["inputs"])).level
            }
        elif one["instrument"] == "REFEED_START":
            given = {"target_kcal": 10_000, **one["inputs"]}
            level = RefeedingLevel(given.pop("level"))
            weight_kg = given.pop("weight_kg", 50)
            found = {"max_kcal_day1": start_energy_kcal(level, weight_kg=weight_kg, **given)}
        else:
            continue
        assert found == one["expected"], one["id"]


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"bmi": Decimal("13.99")}, "extreme"),
        ({"bmi": 14}, "high"),
        ({"bmi": Decimal("15.99")}, "high"),
        ({"bmi": 16}, "none"),
        ({"bmi": Decimal("18.49"), "alcohol_or_drugs": True}, "high"),
        ({"bmi": Decimal("18.5"), "alcohol_or_drugs": True}, "none"),
        ({"loss_pct_3_6m": Decimal("15.01")}, "high"),
        ({"loss_pct_3_6m": 15}, "none"),
        ({"loss_pct_3_6m": Decimal("10.01"), "alcohol_or_drugs": True}, "high"),
        ({"loss_pct_3_6m": 10, "alcohol_or_drugs": True}, "none"),
        ({"days_little_or_no_intake": 16}, "extreme"),
        ({"days_little_or_no_intake": 15}, "high"),
        ({"days_little_or_no_intake": 11}, "high"),
        ({"days_little_or_no_intake": 10}, "some"),
        ({"days_little_or_no_intake": 6}, "some"),
        ({"days_little_or_no_intake": 5}, "none"),
        ({"low_k_po4_mg": True}, "high"),
    ],
)
def test_all_limits_are_strict(facts: dict[str, Any], level: str) -> None:
    assert refeeding_risk(RefeedingFacts(**{**CALM, **facts})).level == level


def test_unknown_is_not_met_but_leaves_the_level_open() -> None:
    known = refeeding_risk(RefeedingFacts(**CALM))
    assert (known.status, known.missing) == (Status.COMPLETE, ())
    unknown = refeeding_risk(RefeedingFacts(bmi=15))
    assert (unknown.level, unknown.status) == (RefeedingLevel.HIGH, Status.PARTIAL)
    assert unknown.reasons == ("refeeding.bmi_below_16",)
    assert "low_k_po4_mg" in unknown.missing
    extreme = refeeding_risk(RefeedingFacts(bmi=13))
    assert extreme.status is Status.COMPLETE


@pytest.mark.parametrize(
    ("level", "kcal"), [("none", None), ("some", 750), ("high", 472), ("extreme", 236)]
)
def test_the_first_day_starts_low(level: str, kcal: int | None) -> None:
    found = start_energy_kcal(RefeedingLevel(level), weight_kg=Decimal("47.2"), target_kcal=1500)
    assert found == kcal


def test_the_start_never_exceeds_the_target() -> None:
    assert start_energy_kcal(RefeedingLevel.HIGH, weight_kg=200, target_kcal=1500) == 1500


def test_an_unknown_target_caps_nothing_and_has_no_half() -> None:
    high = start_energy_kcal(RefeedingLevel.HIGH, weight_kg=50, target_kcal=None)
    assert high == 500
    with pytest.raises(ValueError, match="unknown target"):
        start_energy_kcal(RefeedingLevel.SOME, weight_kg=50, target_kcal=None)
