"""From an assessment and facts about a person to a draft prescription with its arithmetic shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from screening.assessment import ADULT_YEARS, Assessment
from screening.energy import ACTIVITY, resting_energy_kcal
from screening.instrument import Category
from screening.measures import Exact, Sex, bmi, rounded, rounded_int
from screening.prescription import Prescription, Range, constraints
from screening.refeeding import RefeedingLevel, start_energy_kcal
from screening.requirements import (
    DRINKS_ML,
    ENERGY_BY_CONDITION,
    ENERGY_OLDER,
    ENERGY_OLDER_AT_RISK,
    ENERGY_OLDER_LOW_BMI,
    OLDER_YEARS,
    PROTEIN_ADULT,
    PROTEIN_AT_RISK,
    PROTEIN_BY_CONDITION,
    PROTEIN_CLINICIAN,
    PROTEIN_OLDER,
    Condition,
    PerKg,
    reference_weight_kg,
)

RULE_VERSION = "1"
_AT_RISK = frozenset(
    {Category.MEDIUM, Category.HIGH, Category.AT_RISK, Category.MALNOURISHED}
    | {Category.MODERATE, Category.SEVERE, Category.ORANGE, Category.RED}
)
_FLAG_APART_PERCENT = 15
_ENERGY_STEP_KCAL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of a person when a prescription is drafted; None is unknown."""

    weight_kg: Decimal
    height_cm: Decimal | None
    age: int
    sex: Sex | None
    conditions: frozenset[Condition] = frozenset()
    activity: str = "sedentary"
    refeeding: RefeedingLevel | None = None
    food_level: str = "7"
    drink_level: str = "0"
    allergies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How one target was worked out: formula, inputs, version, and the figure beside it."""

    target: Range
    formula: str
    reason: str
    inputs: Mapping[str, Decimal | int | str]
    rule_version: str = RULE_VERSION
    alternative: str | None = None
    alternative_value: int | None = None
    apart_percent: Decimal | None = None
    far_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionProposal:
    """A draft to sign, with its derivations and what the machine could not know."""

    draft: Prescription
    energy: Derivation
    protein: Derivation
    fluid: Derivation
    reasons: tuple[str, ...]
    open_points: tuple[str, ...] = field(default=())
    blocks_plan: bool = False


PROPOSAL_CODES = (
    *dict.fromkeys(row.reason for _, row in (*ENERGY_BY_CONDITION, *PROTEIN_BY_CONDITION)),
    *(one.reason for one in (ENERGY_OLDER, ENERGY_OLDER_AT_RISK, ENERGY_OLDER_LOW_BMI)),
    *(one.reason for one in (PROTEIN_ADULT, PROTEIN_AT_RISK, PROTEIN_OLDER, PROTEIN_CLINICIAN)),
    "energy.adult",
    "energy.adult_without_height",
    "fluid.drinks",
    "fluid.unknown_sex",
    "formula.kcal_per_kg",
    "formula.henry_2005_activity",
    "formula.protein_per_kg",
    "formula.drinks_by_sex",
    "weight.adjusted",
    "open.screening_partial",
    "open.refeeding_unknown",
    "open.refeeding_start",
    "open.energy_far_apart",
    "open.kidney_protein",
    "open.fluid_order",
    "open.sex_unknown",
    "open.height_unknown",
)
"""Every reason, formula and open point a proposal can carry."""


def propose(assessment: Assessment, facts: PersonFacts) -> PrescriptionProposal:
    """A draft prescription: energy, protein and drinks per day with their arithmetic.

    Without a certain outcome the person counts as at risk: an open answer never lowers a target.
    Energy rounds inwards to 50 kcal, protein to the gram. High or extreme refeeding risk caps the
    first day and blocks the automatic plan (NICE CG32). `ValueError` for a child.
    """
    if facts.age < ADULT_YEARS:
        raise ValueError("a prescription is drafted for adults only")
    partial = assessment.result.category is None
    at_risk = partial or assessment.result.category in _AT_RISK
    energy = _energy(facts, at_risk=at_risk)
    protein = _protein(facts, at_risk=at_risk)
    fluid = _fluid(facts)
    draft = _draft(facts, energy=energy, protein=protein, fluid=fluid)
    adjusted = reference_weight_kg(facts.weight_kg, facts.height_cm) != Fraction(facts.weight_kg)
    return PrescriptionProposal(
        draft=draft,
        energy=energy,
        protein=protein,
        fluid=fluid,
        reasons=(
            *(energy.reason, protein.reason, fluid.reason),
            *(("weight.adjusted",) if adjusted else ()),
        ),
        open_points=(("open.screening_partial",) if partial else ()) + _open_points(facts, energy),
        blocks_plan=facts.refeeding in (RefeedingLevel.HIGH, RefeedingLevel.EXTREME),
    )


def _body_mass(facts: PersonFacts) -> Fraction | None:
    return None if facts.height_cm is None else bmi(facts.weight_kg, facts.height_cm)


def _energy(facts: PersonFacts, *, at_risk: bool) -> Derivation:
    per_kg = _energy_per_kg(facts, at_risk=at_risk)
    by_formula = _henry_kcal(facts)
    if per_kg is not None:
        return _compared(_by_weight(facts, per_kg), by_formula)
    if by_formula is None:
        without_height = replace(ENERGY_OLDER, reason="energy.adult_without_height")
        return _by_weight(facts, without_height)
    return _by_henry(facts, by_formula)


def _energy_per_kg(facts: PersonFacts, *, at_risk: bool) -> PerKg | None:
    """The row of the first condition that has one, else the row for older people, else none."""
    for condition, row in ENERGY_BY_CONDITION:
        if condition in facts.conditions:
            return row
    if facts.age < OLDER_YEARS:
        return None
    body_mass = _body_mass(facts)
    if body_mass is not None and body_mass < 21:
        return ENERGY_OLDER_LOW_BMI
    return ENERGY_OLDER_AT_RISK if at_risk else ENERGY_OLDER


def _henry_kcal(facts: PersonFacts) -> Fraction | None:
    """Resting energy times activity; None without sex or height."""
    if facts.sex is None or facts.height_cm is None:
        return None
    weight_kg = reference_weight_kg(facts.weight_kg, facts.height_cm)
    resting = resting_energy_kcal(
        facts.sex, facts.age, weight_kg=weight_kg, height_cm=facts.height_cm
    )
    return resting * Fraction(ACTIVITY[facts.activity])


def _inwards(low: Fraction, high: Fraction) -> Range:
    """A range in whole steps that stays inside the exact one; one step when that is too narrow."""
    least = ceil(low / _ENERGY_STEP_KCAL) * _ENERGY_STEP_KCAL
    most = floor(high / _ENERGY_STEP_KCAL) * _ENERGY_STEP_KCAL
    return Range(low=min(least, most), high=max(least, most))


def _by_weight(facts: PersonFacts, row: PerKg) -> Derivation:
    weight_kg = reference_weight_kg(facts.weight_kg, facts.height_cm)
    return Derivation(
        target=_inwards(weight_kg * Fraction(row.low), weight_kg * Fraction(row.high)),
        formula="formula.kcal_per_kg",
        reason=row.reason,
        inputs={"weight_kg": rounded(weight_kg, 1), "low": row.low, "high": row.high},
    )


def _by_henry(facts: PersonFacts, kcal: Fraction) -> Derivation:
    """The equation with five percent to each side (a convention of this product)."""
    guide = Fraction(30) * reference_weight_kg(facts.weight_kg, facts.height_cm)
    found = Derivation(
        target=_inwards(kcal * Fraction(19, 20), kcal * Fraction(21, 20)),
        formula="formula.henry_2005_activity",
        reason="energy.adult",
        inputs={
            "weight_kg": facts.weight_kg,
            "height_cm": facts.height_cm or "",
            "age": facts.age,
            "sex": facts.sex or "",
            "activity": ACTIVITY[facts.activity],
        },
    )
    return _beside(found, kcal, other=guide, name="formula.kcal_per_kg")


def _compared(found: Derivation, by_formula: Fraction | None) -> Derivation:
    """The range by weight with the equation beside it, where it can be worked out."""
    if by_formula is None:
        return found
    low, high = found.target.low or 0, found.target.high or 0
    middle = Fraction(low + high, 2)
    return _beside(found, middle, other=by_formula, name="formula.henry_2005_activity")


def _beside(found: Derivation, chosen: Fraction, *, other: Fraction, name: str) -> Derivation:
    """The second formula's figure; more than 15 % apart is shown (specification 5.1)."""
    apart = abs(other - chosen) / chosen * 100
    return replace(
        found,
        alternative=name,
        alternative_value=rounded_int(other),
        apart_percent=rounded(apart, 1),
        far_apart=apart > _FLAG_APART_PERCENT,
    )


def _protein(facts: PersonFacts, *, at_risk: bool) -> Derivation:
    row = _protein_per_kg(facts, at_risk=at_risk)
    weight_kg = reference_weight_kg(facts.weight_kg, facts.height_cm)
    low, high = (rounded_int(weight_kg * Fraction(one)) for one in (row.low, row.high))
    return Derivation(
        target=Range(low=low, high=high),
        formula="formula.protein_per_kg",
        reason=row.reason,
        inputs={"weight_kg": rounded(weight_kg, 1), "low": row.low, "high": row.high},
    )


def _protein_per_kg(facts: PersonFacts, *, at_risk: bool) -> PerKg:
    """Correcting malnutrition outranks a protein limit for the kidney (KDOQI 2020)."""
    for condition, row in PROTEIN_BY_CONDITION:
        if condition in facts.conditions:
            return row
    if at_risk:
        return PROTEIN_AT_RISK
    if Condition.CKD in facts.conditions:
        return PROTEIN_CLINICIAN
    return PROTEIN_OLDER if facts.age >= OLDER_YEARS else PROTEIN_ADULT


def _fluid(facts: PersonFacts) -> Derivation:
    least = None if facts.sex is None else DRINKS_ML[facts.sex]
    return Derivation(
        target=Range(low=least),
        formula="formula.drinks_by_sex",
        reason="fluid.unknown_sex" if facts.sex is None else "fluid.drinks",
        inputs={"sex": facts.sex or ""},
    )


def _draft(
    facts: PersonFacts, *, energy: Derivation, protein: Derivation, fluid: Derivation
) -> Prescription:
    rules = constraints(facts.conditions)
    return Prescription(
        energy_kcal=energy.target,
        protein_g=protein.target,
        fluid_ml=fluid.target,
        nutrients=_tightest({rule.nutrient: [] for rule in rules if rule.nutrient}, facts),
        food_level=facts.food_level,
        drink_level=facts.drink_level,
        allergies=facts.allergies | {rule.allergy for rule in rules if rule.allergy},
        excluded_properties=frozenset(r.exclude_property for r in rules if r.exclude_property),
        excluded_ingredients=frozenset(
            rule.exclude_ingredient for rule in rules if rule.exclude_ingredient
        ),
        conditions=facts.conditions,
        refeeding=facts.refeeding,
        start_energy_kcal=_start(facts, energy.target.low or 0),
        based_on_weight_g=rounded_int(Fraction(facts.weight_kg) * 1000),
    )


def _tightest(found: dict[str, list[int]], facts: PersonFacts) -> dict[str, Range]:
    """When two rules bound one nutrient the stricter wins."""
    for rule in constraints(facts.conditions):
        if rule.nutrient is not None and rule.bounds.high is not None:
            found[rule.nutrient].append(rule.bounds.high)
    return {name: Range(high=min(highs)) for name, highs in found.items()}


def _start(facts: PersonFacts, target_kcal: int) -> int | None:
    if facts.refeeding is None:
        return None
    return start_energy_kcal(facts.refeeding, weight_kg=facts.weight_kg, target_kcal=target_kcal)


def _open_points(facts: PersonFacts, energy: Derivation) -> tuple[str, ...]:
    """What a person must decide or find out before signing."""
    risky = facts.refeeding not in (None, RefeedingLevel.NONE)
    wet = facts.conditions & {Condition.HEART_FAILURE, Condition.DIALYSIS, Condition.CKD}
    points: tuple[tuple[str, Exact | bool], ...] = (
        ("open.refeeding_unknown", facts.refeeding is None),
        ("open.refeeding_start", risky),
        ("open.energy_far_apart", energy.far_apart),
        ("open.kidney_protein", Condition.CKD in facts.conditions),
        ("open.fluid_order", bool(wet)),
        ("open.sex_unknown", facts.sex is None),
        ("open.height_unknown", facts.height_cm is None),
    )
    return tuple(code for code, holds in points if holds)
