"""Energy, protein and fluid against published figures, and the draft they make."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    Activity,
    Assessment,
    Condition,
    Derivation,
    Equation,
    Evidence,
    Intake,
    MealPattern,
    PersonFacts,
    Range,
    RefeedingLevel,
    Setting,
    Sex,
    Stress,
    Switch,
    Tool,
    assess,
    check_prescription,
    may_be_signed,
    propose,
    reference_weight_kg,
    resting_energy_kcal,
    rounded,
)
from screening.needs.derivation import is_far_apart

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "screening" / "vectors.json"
TODAY = date(2026, 11, 22)


def screened(**answers: Any) -> Assessment:
    form = {"loss_pct": 0, "acute": False, "bmi": 25, **answers}
    return assess(
        Intake(
            tool=Tool.MUST,
            setting=Setting.COMMUNITY,
            answers=form,
            born=date(1944, 3, 1),
            sex=Sex.FEMALE,
            on=TODAY,
        )
    )


LOW, HIGH = screened(), screened(bmi=17)
LADY = PersonFacts(
    weight_kg=Decimal(60),
    height_cm=Decimal(160),
    age=82,
    sex=Sex.FEMALE,
    refeeding=RefeedingLevel.NONE,
)


@pytest.mark.skipif(not VECTORS.exists(), reason="the worked examples are not at hand")
def test_henry_comes_out_as_in_the_worked_examples() -> None:
    vectors = json.loads(VECTORS.read_text(), parse_float=Decimal)["vectors"]
    chosen = [one for one in vectors if one["inputs"].get("equation") == "henry_wh"]
    for one in chosen:
        given = one["inputs"]
        found = resting_energy_kcal(
            Sex(given["sex"]),
            given["age"],
            weight_kg=given["weight_kg"],
            height_cm=given["height_cm"],
        )
        assert rounded(found, 2) == Decimal(str(one["expected"]["kcal_2dp"])), one["id"]
    assert chosen


@pytest.mark.parametrize(
    ("sex", "age", "kcal"),
    [
        (Sex.MALE, 18, "1653.1"),
        (Sex.MALE, 29, "1653.1"),
        (Sex.MALE, 30, "1580.7"),
        (Sex.MALE, 59, "1580.7"),
        (Sex.MALE, 60, "1461.7"),
        (Sex.FEMALE, 29, "1491.5"),
        (Sex.FEMALE, 30, "1414.4"),
        (Sex.FEMALE, 60, "1322.8"),
        (Sex.FEMALE, 90, "1322.8"),
    ],
)
def test_each_age_band_of_henry_begins_where_it_is_printed(sex: Sex, age: int, kcal: str) -> None:
    found = resting_energy_kcal(sex, age, weight_kg=70, height_cm=170)
    assert str(rounded(found, 1)) == kcal


def test_no_equation_for_children() -> None:
    with pytest.raises(ValueError, match="adults"):
        resting_energy_kcal(Sex.MALE, 17, weight_kg=70, height_cm=170)


def test_no_draft_for_children() -> None:
    assert propose(LOW, replace(LADY, age=18)).energy.target.low
    with pytest.raises(ValueError, match="adults"):
        propose(LOW, replace(LADY, age=17))


def test_from_a_bmi_of_thirty_the_adjusted_weight_counts() -> None:
    assert reference_weight_kg(Decimal("76.7"), 160) == Decimal("76.7")
    assert reference_weight_kg(Decimal("76.8"), 160) == 64 + (Decimal("76.8") - 64) / 4
    assert reference_weight_kg(120, None) == 120


@pytest.mark.parametrize(
    ("conditions", "energy", "protein"),
    [
        ((), "energy.older", "protein.older"),
        ((Condition.PRESSURE_ULCER,), "energy.pressure_ulcer", "protein.pressure_ulcer"),
        ((Condition.CANCER, Condition.CKD), "energy.cancer", "protein.cancer"),
        ((Condition.CANCER_BEDRIDDEN,), "energy.cancer_bedridden", "protein.cancer"),
        ((Condition.CIRRHOSIS,), "energy.cirrhosis", "protein.cirrhosis"),
        ((Condition.DIALYSIS,), "energy.kidney", "protein.dialysis"),
        ((Condition.CKD,), "energy.kidney", "protein.kidney_clinician"),
        ((Condition.POLYMORBID_INPATIENT,), "energy.polymorbid", "protein.ill"),
        ((Condition.ACUTE_ILLNESS,), "energy.older", "protein.ill"),
        ((Condition.PARKINSON,), "energy.older", "protein.older"),
    ],
)
def test_the_condition_that_needs_most_decides(
    conditions: tuple[Condition, ...], energy: str, protein: str
) -> None:
    proposal = propose(LOW, replace(LADY, conditions=frozenset(conditions)))
    assert (proposal.energy.reason, proposal.protein.reason) == (energy, protein)


def test_malnutrition_outranks_a_protein_limit_for_the_kidney() -> None:
    kidney = replace(LADY, conditions=frozenset({Condition.CKD}))
    assert propose(HIGH, kidney).protein.reason == "protein.at_risk"
    assert propose(HIGH, kidney).protein.target == Range(low=72, high=90)


@pytest.mark.parametrize(
    ("weight", "assessment", "reason", "target"),
    [
        ("60", LOW, "energy.older", Range(low=1650, high=1950)),
        ("60", HIGH, "energy.older_at_risk", Range(low=1800, high=2100)),
        ("53.7", HIGH, "energy.older_low_bmi", Range(low=1750, high=2000)),
        ("53.76", HIGH, "energy.older_at_risk", Range(low=1650, high=1850)),
    ],
)
def test_older_people_get_their_own_range(
    weight: str, assessment: Assessment, reason: str, target: Range
) -> None:
    proposal = propose(assessment, replace(LADY, weight_kg=Decimal(weight)))
    assert (proposal.energy.reason, proposal.energy.target) == (reason, target)


def value_of(energy: Derivation, formula: str) -> int:
    return next(one.value for one in energy.alternatives if one.formula == formula)


def test_every_formula_stands_beside_and_a_gap_is_shown() -> None:
    energy = propose(LOW, LADY).energy
    assert [one.formula for one in energy.alternatives] == list(Equation)
    henry = energy.alternatives[0]
    assert (henry.value, henry.apart_percent, henry.far_apart) == (1674, Decimal("7.0"), False)
    assert henry.target == Range(low=1600, high=1750)
    assert value_of(energy, "mifflin") == 1441  # (600 + 1000 - 410 - 161) x 1.4
    assert any(one.far_apart for one in energy.alternatives)
    assert not energy.cross_check_apart  # only Henry 2005 is the cross-check of 30 kcal per kg
    far = propose(HIGH, replace(LADY, activity=Activity.BED_BOUND))
    assert far.energy.cross_check_apart
    assert "open.energy_far_apart" in far.open_points


def test_a_dietitian_may_choose_another_formula_and_it_is_recorded() -> None:
    usual = propose(LOW, LADY)
    chosen = propose(LOW, replace(LADY, formula="mifflin"))
    assert (usual.energy.formula, usual.energy.chosen) == ("formula.kcal_per_kg", False)
    assert (chosen.energy.formula, chosen.energy.chosen) == ("formula.mifflin", True)
    assert chosen.energy.target == Range(low=1400, high=1500)
    assert chosen.draft.energy_formula == "mifflin"
    assert chosen.energy.cross_check_apart  # 30 kcal per kg gives 1,800
    unknown = propose(LOW, replace(LADY, formula="mifflin", height_cm=None))
    assert unknown.energy.formula == "formula.kcal_per_kg"


def test_one_stress_factor_raises_the_equations_and_says_it_is_unverified() -> None:
    young = replace(LADY, age=40, stress=Stress.WOUNDS)
    energy = propose(LOW, young).energy
    calm = propose(LOW, replace(young, stress=Stress.NONE)).energy
    assert energy.inputs["stress"] == Decimal("1.2")
    assert value_of(energy, "mifflin") == 2082  # 1,239 x 1.4 x 1.2, rounded
    assert (calm.evidence, energy.evidence) == (Evidence.SOURCE, Evidence.UNVERIFIED)


def test_no_formula_goes_above_forty_kcal_per_kg() -> None:
    thin = replace(
        LADY,
        age=30,
        weight_kg=Decimal("40.3"),
        stress=Stress.BURNS,
        activity=Activity.VERY_ACTIVE,
    )
    proposal = propose(LOW, thin)
    assert proposal.energy.capped
    assert proposal.energy.target == Range(low=1600, high=1600)
    assert "open.energy_capped" in proposal.open_points
    assert all(one.target.high <= 1612 for one in proposal.energy.alternatives)
    just = propose(LOW, replace(LADY, age=30, weight_kg=Decimal(40))).energy
    assert (just.target, just.capped) == (Range(low=1500, high=1600), False)  # 40 kcal per kg


def test_losing_weight_is_followed_only_without_malnutrition() -> None:
    wish = frozenset({Condition.WEIGHT_LOSS})
    obese = replace(LADY, weight_kg=Decimal(100), conditions=wish)
    kept = propose(LOW, replace(obese, conditions=frozenset())).energy.target
    less = propose(LOW, obese)
    assert less.energy.target == Range(low=(kept.low or 0) - 500, high=(kept.high or 0) - 500)
    assert "open.weight_loss_older" in less.open_points
    ill = propose(HIGH, obese)
    assert "open.weight_loss_refused" in ill.open_points
    assert (ill.energy.target.low or 0) > (kept.low or 0)
    slim = propose(LOW, replace(LADY, conditions=wish))
    assert "open.weight_loss_refused" in slim.open_points
    just = replace(obese, weight_kg=Decimal("76.8"))  # BMI 30 exactly
    assert "open.weight_loss_older" in propose(LOW, just).open_points
    small = replace(obese, weight_kg=Decimal(58), height_cm=Decimal(135), age=40)
    assert propose(LOW, small).energy.target.low == 1200


def test_without_height_or_sex_there_is_no_second_formula() -> None:
    proposal = propose(LOW, replace(LADY, height_cm=None, sex=None))
    assert (proposal.energy.alternatives, proposal.energy.cross_check_apart) == ((), False)
    assert proposal.draft.reference is None
    only_weight = propose(LOW, replace(LADY, height_cm=None)).energy
    assert [one.formula for one in only_weight.alternatives] == ["henry_w"]
    assert proposal.fluid.target == Range()
    assert {"open.sex_unknown", "open.height_unknown"} <= set(proposal.open_points)


def test_younger_adults_go_by_the_equation_and_activity() -> None:
    young = replace(LADY, age=64, sex=Sex.MALE, weight_kg=Decimal(70), height_cm=Decimal(170))
    energy = propose(LOW, young).energy
    assert (energy.formula, energy.target) == (
        "formula.henry_wh",
        Range(low=1950, high=2100),
    )
    assert value_of(energy, "kcal_per_kg") == 2100
    assert energy.inputs == {
        "weight_kg": Decimal("70.0"),
        "height_cm": Decimal(170),
        "age": 64,
        "sex": Sex.MALE,
        "resting": 1462,
        "activity": Decimal("1.4"),
        "stress": 1,
    }
    assert propose(LOW, young).protein.reason == "protein.adult"
    older = propose(LOW, replace(young, age=65))
    assert (older.energy.reason, older.protein.reason) == ("energy.older", "protein.older")


def test_formulas_are_far_apart_only_beyond_fifteen_percent() -> None:
    for other, far in ((115, False), (Fraction(11501, 100), True), (85, False), (84, True)):
        assert is_far_apart(100, other) is far


def test_a_younger_adult_without_height_goes_by_weight() -> None:
    energy = propose(LOW, replace(LADY, age=40, height_cm=None)).energy
    assert (energy.reason, energy.target.low) == ("energy.adult_by_weight", 1650)


def test_drinks_follow_sex_and_an_order_is_asked_where_one_is_due() -> None:
    assert propose(LOW, LADY).fluid.target == Range(low=1600)
    assert propose(LOW, LADY).fluid.inputs == {"sex": Sex.FEMALE, "low": 1600}
    (by_weight,) = propose(LOW, LADY).fluid.alternatives
    assert (by_weight.formula, by_weight.value, by_weight.far_apart) == ("ml_per_kg", 1800, False)
    man = replace(LADY, sex=Sex.MALE, conditions=frozenset({Condition.HEART_FAILURE}))
    proposal = propose(LOW, man)
    assert proposal.fluid.target == Range(low=2000)
    assert "open.fluid_order" in proposal.open_points


def test_an_order_of_fluid_goes_before_the_usual_least() -> None:
    wet = frozenset({Condition.HEART_FAILURE})
    ordered = propose(LOW, replace(LADY, conditions=wet, fluid_order_ml=1500))
    assert ordered.fluid.target == Range(high=1500)
    assert ordered.fluid.reason == "fluid.order"
    assert "open.fluid_order" not in ordered.open_points
    (ruling,) = ordered.rules.rulings
    assert (ruling.winner.rule, ruling.loser.rule) == ("r-003", "r-002")
    assert ruling.reason == "conflict.fluid"
    ample = propose(LOW, replace(LADY, fluid_order_ml=1600))
    assert ample.fluid.target == Range(low=1600, high=1600)
    assert ample.rules.rulings == ()


def test_refeeding_risk_caps_the_first_day_and_blocks_the_plan() -> None:
    proposal = propose(HIGH, replace(LADY, refeeding=RefeedingLevel.HIGH))
    assert proposal.blocks_plan
    assert proposal.draft.start_energy_kcal == 600
    assert "open.refeeding_start" in proposal.open_points
    unknown = propose(HIGH, replace(LADY, refeeding=None))
    assert (unknown.blocks_plan, unknown.draft.start_energy_kcal) == (False, None)
    assert "open.refeeding_unknown" in unknown.open_points


def test_conditions_reach_the_kitchen_as_neutral_rules_only() -> None:
    ill = frozenset(
        {
            *(Condition.COELIAC, Condition.HEART_FAILURE, Condition.CKD, Condition.DIALYSIS),
            *(Condition.CIRRHOSIS, Condition.GRAPEFRUIT_DRUG),
        }
    )
    draft = propose(LOW, replace(LADY, conditions=ill, allergies=frozenset({"milk"}))).draft
    assert draft.allergies == {"milk"}
    assert draft.blocked_allergies == {"milk", "gluten"}
    assert draft.blocked_properties == {"alcohol", "grapefruit"}
    assert {"star-fruit", "pomelo"} <= draft.blocked_ingredients
    assert [one.rule for one in draft.rules if one.nutrient == "sodium_mg"] == ["r-114", "r-127"]
    assert draft.meal_pattern is MealPattern.SIX_LATE


@pytest.mark.parametrize(
    ("condition", "pattern"),
    [(Condition.COPD, "six"), (Condition.CIRRHOSIS, "six_late"), (Condition.CANCER, "five")],
)
def test_the_pattern_of_meals_holds_what_the_rules_ask(condition: Condition, pattern: str) -> None:
    draft = propose(LOW, replace(LADY, conditions=frozenset({condition}))).draft
    assert draft.meal_pattern == pattern


def test_who_has_both_a_late_and_six_moments_gets_the_late_one() -> None:
    both = frozenset({Condition.COPD, Condition.CIRRHOSIS})
    proposal = propose(LOW, replace(LADY, conditions=both))
    assert proposal.draft.meal_pattern is MealPattern.SIX_LATE
    assert may_be_signed(check_prescription(proposal.draft))


def test_a_kidney_limit_is_followed_only_when_ordered_and_safe() -> None:
    on = (Switch(rule="r-129", on=True, why="stable"),)
    kidney = replace(LADY, conditions=frozenset({Condition.CKD}), switches=on)
    assert propose(LOW, replace(kidney, switches=())).protein.reason == "protein.kidney_clinician"
    assert propose(LOW, kidney).protein.target == Range(low=33, high=36)
    diabetic = replace(kidney, conditions=frozenset({Condition.CKD, Condition.DIABETES}))
    assert propose(LOW, diabetic).protein.reason == "protein.kidney_diabetes"
    shaking = replace(kidney, conditions=frozenset({Condition.CKD, Condition.PARKINSON}))
    assert propose(LOW, shaking).protein.reason == "protein.kidney_clinician"
    ill = propose(HIGH, kidney)
    assert ill.protein.reason == "protein.at_risk"
    assert "open.notify_nephrologist" in ill.open_points
    assert [(one.winner.rule, one.loser.rule) for one in ill.rules.rulings] == [("r-010", "r-129")]
    assert "open.kidney_protein" in propose(LOW, kidney).open_points


def test_a_diagnosis_of_malnutrition_counts_whatever_the_screening_says() -> None:
    assert propose(LOW, replace(LADY, malnourished=True)).protein.reason == "protein.at_risk"
    assert propose(LOW, replace(LADY, malnourished=False)).protein.reason == "protein.older"


def test_a_younger_adult_with_obesity_has_a_protein_range_of_their_own() -> None:
    obese = replace(LADY, age=40, weight_kg=Decimal(100))
    assert propose(LOW, obese).protein.reason == "protein.obesity"
    just = replace(obese, weight_kg=Decimal("76.8"))  # BMI 30 exactly
    assert propose(LOW, just).protein.reason == "protein.obesity"
    below = replace(obese, weight_kg=Decimal("76.7"))
    assert propose(LOW, below).protein.reason == "protein.adult"


def test_obesity_is_told_as_the_reason_for_another_weight() -> None:
    assert "weight.adjusted" in propose(LOW, replace(LADY, weight_kg=Decimal(100))).reasons
    assert "weight.adjusted" not in propose(LOW, LADY).reasons


@given(
    st.decimals(30, 200, places=1),
    st.decimals(140, 200, places=1),
    st.integers(18, 100),
    st.sampled_from([None, *Sex]),
    st.frozensets(st.sampled_from(Condition), max_size=4),
)
def test_every_draft_can_be_signed_once_levels_and_refeeding_are_known(
    weight: Decimal, height: Decimal, age: int, sex: Sex | None, conditions: frozenset[Condition]
) -> None:
    facts = PersonFacts(
        weight_kg=weight,
        height_cm=height,
        age=age,
        sex=sex,
        conditions=conditions,
        refeeding=RefeedingLevel.NONE,
    )
    proposal = propose(HIGH, facts)
    assert may_be_signed(check_prescription(proposal.draft))
    assert proposal.energy.target.low is not None
    assert proposal.energy.target.low % 50 == 0
