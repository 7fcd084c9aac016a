"""How a target was worked out: the formula that counts, and every sensible one beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from screening.instruments.instrument import Evidence
from screening.instruments.refeeding import RefeedingLevel
from screening.measuring.measures import Exact, Sex, bmi, rounded, rounded_int
from screening.needs.conditions import Condition
from screening.needs.constraints import Range
from screening.needs.energy import (
    ACTIVITY,
    SOURCES,
    STRESS,
    Activity,
    Equation,
    Stress,
    resting_energy_kcal,
    total_energy_kcal,
)
from screening.needs.requirements import (
    ADJUSTED_SHARE,
    DRINKS_ML,
    ENERGY_ADULT,
    ENERGY_BY_CONDITION,
    ENERGY_OLDER,
    ENERGY_OLDER_AT_RISK,
    ENERGY_OLDER_LOW_BMI,
    FLUID_ML_PER_KG,
    MOST_KCAL_PER_KG,
    OBESITY_BMI,
    OLDER_YEARS,
    PROTEIN_ADULT,
    PROTEIN_AT_RISK,
    PROTEIN_BY_CONDITION,
    PROTEIN_CLINICIAN,
    PROTEIN_KIDNEY,
    PROTEIN_KIDNEY_DIABETES,
    PROTEIN_OBESITY,
    PROTEIN_OLDER,
    REFERENCE_BMI,
    WEIGHT_LOSS_DEFICIT_KCAL,
    WEIGHT_LOSS_LEAST_KCAL,
    PerKg,
    reference_weight_kg,
)
from screening.needs.rules import KIDNEY_PROTEIN, Switch

RULE_VERSION = "2"
KCAL_PER_KG = "kcal_per_kg"
ENERGY_FORMULAS: tuple[str, ...] = (KCAL_PER_KG, *Equation)
"""What a dietitian may reckon energy with."""
_FLAG_APART_PERCENT = 15
_ENERGY_STEP_KCAL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of a person when a prescription is drafted; None is unknown.

    `malnourished` is the diagnosis (GLIM), where one was made. `ref_bmi` and `share` are the
    policy for obesity. `formula` is one of `ENERGY_FORMULAS` that a dietitian chose, or empty.
    """

    weight_kg: Decimal
    height_cm: Decimal | None
    age: int
    sex: Sex | None
    conditions: frozenset[Condition] = frozenset()
    activity: Activity = Activity.SEDENTARY
    stress: Stress = Stress.NONE
    refeeding: RefeedingLevel | None = None
    malnourished: bool | None = None
    food_level: str = "7"
    drink_level: str = "0"
    allergies: frozenset[str] = frozenset()
    fluid_order_ml: int | None = None
    usual: Mapping[str, int] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    ref_bmi: int = REFERENCE_BMI
    share: Fraction = ADJUSTED_SHARE
    formula: str = ""

    @property
    def older(self) -> bool:
        """Whether the rules for older people hold."""
        return self.age >= OLDER_YEARS

    @property
    def body_mass(self) -> Fraction | None:
        """BMI; None without a height."""
        return None if self.height_cm is None else bmi(self.weight_kg, self.height_cm)

    @property
    def reckoned_kg(self) -> Fraction:
        """The weight to reckon with: adjusted from BMI 30."""
        return reference_weight_kg(
            self.weight_kg, self.height_cm, ref_bmi=self.ref_bmi, share=self.share
        )


Inputs = Mapping[str, Decimal | int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another way to the same target: its figure, how far apart, and what choosing it gives."""

    formula: str
    value: int
    target: Range
    inputs: Inputs
    source: str
    evidence: Evidence
    apart_percent: Decimal
    far_apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How one target was worked out: formula, inputs, version, and the figures beside it.

    `chosen`: a dietitian took this formula instead of the usual one. `capped`: held at 40 kcal
    per kg. `cross_check_apart`: the figure usually set beside it lies more than 15 % away.
    """

    target: Range
    formula: str
    reason: str
    inputs: Inputs
    source: str
    evidence: Evidence
    rule_version: str = RULE_VERSION
    alternatives: tuple[Alternative, ...] = ()
    chosen: bool = False
    capped: bool = False
    cross_check_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One formula with its exact figure and the exact range it gives."""

    formula: str
    middle: Fraction
    low: Fraction
    high: Fraction
    reason: str
    inputs: Inputs
    source: str
    evidence: Evidence


def energy(facts: PersonFacts, *, at_risk: bool) -> Derivation:
    """Energy by the usual formula or the chosen one, with every other one beside it.

    By weight where a row for the condition or for older people stands, else Henry 2005 times
    activity and stress with five percent to each side (a convention of this product).
    """
    row = _energy_per_kg(facts, at_risk=at_risk)
    ways = {way.formula: way for way in (_by_weight(facts, row or ENERGY_ADULT), *_by_all(facts))}
    usual = KCAL_PER_KG if row or Equation.HENRY_WH not in ways else Equation.HENRY_WH.value
    name = facts.formula if facts.formula in ways else usual
    way = ways[name]
    target, capped = _capped(facts, _inwards(way.low, way.high))
    check = KCAL_PER_KG if name != KCAL_PER_KG else Equation.HENRY_WH.value
    others = tuple(_beside(facts, way, other) for key, other in ways.items() if key != name)
    found = Derivation(
        target=target,
        formula=f"formula.{name}",
        reason=way.reason,
        inputs=way.inputs,
        source=way.source,
        evidence=way.evidence,
        alternatives=others,
        chosen=name != usual,
        capped=capped,
        cross_check_apart=any(one.far_apart for one in others if one.formula == check),
    )
    return _lowered(found) if loses_weight(facts, at_risk=at_risk) else found


def loses_weight(facts: PersonFacts, *, at_risk: bool) -> bool:
    """Whether a wish to lose weight is followed: obese, and nothing points to malnutrition."""
    obese = facts.body_mass is not None and facts.body_mass >= OBESITY_BMI
    return Condition.WEIGHT_LOSS in facts.conditions and obese and not at_risk


def _lowered(found: Derivation) -> Derivation:
    """500 kcal less, and never under 1,200 kcal (clinical specification 6.2, obesity)."""
    low, high = (
        max(WEIGHT_LOSS_LEAST_KCAL, (bound or 0) - WEIGHT_LOSS_DEFICIT_KCAL)
        for bound in (found.target.low, found.target.high)
    )
    return replace(
        found,
        target=Range(low=low, high=high),
        inputs={**found.inputs, "deficit": WEIGHT_LOSS_DEFICIT_KCAL},
    )


def _energy_per_kg(facts: PersonFacts, *, at_risk: bool) -> PerKg | None:
    """The row of the first condition that has one, else the row for older people, else none."""
    for condition, row in ENERGY_BY_CONDITION:
        if condition in facts.conditions:
            return row
    if not facts.older:
        return None
    if facts.body_mass is not None and facts.body_mass < 21:
        return ENERGY_OLDER_LOW_BMI
    return ENERGY_OLDER_AT_RISK if at_risk else ENERGY_OLDER


def _by_weight(facts: PersonFacts, row: PerKg) -> _Way:
    low, high = facts.reckoned_kg * Fraction(row.low), facts.reckoned_kg * Fraction(row.high)
    return _Way(
        formula=KCAL_PER_KG,
        middle=(low + high) / 2,
        low=low,
        high=high,
        reason=row.reason,
        inputs={"weight_kg": rounded(facts.reckoned_kg, 1), "low": row.low, "high": row.high},
        source=row.source,
        evidence=row.evidence,
    )


def _by_all(facts: PersonFacts) -> Iterator[_Way]:
    """Every equation that can be worked out: all ask for the sex, most for a height."""
    for equation in Equation:
        if facts.sex is not None and (facts.height_cm is not None or not equation.needs_height):
            yield _by_equation(facts, facts.sex, equation)


def _by_equation(facts: PersonFacts, sex: Sex, equation: Equation) -> _Way:
    resting = resting_energy_kcal(
        sex,
        facts.age,
        weight_kg=facts.reckoned_kg,
        height_cm=facts.height_cm,
        equation=equation,
    )
    kcal = total_energy_kcal(resting, facts.activity, facts.stress)
    source, evidence = SOURCES[equation]
    lowest, highest = STRESS[facts.stress]
    return _Way(
        formula=equation.value,
        middle=kcal,
        low=kcal * Fraction(19, 20),
        high=kcal * Fraction(21, 20),
        reason="energy.adult",
        inputs={
            "weight_kg": rounded(facts.reckoned_kg, 1),
            "height_cm": facts.height_cm or "",
            "age": facts.age,
            "sex": sex.value,
            "resting": rounded_int(resting),
            "activity": ACTIVITY[facts.activity],
            "stress": (lowest + highest) / 2,
        },
        source=source,
        evidence=evidence if facts.stress is Stress.NONE else Evidence.UNVERIFIED,
    )


def _inwards(low: Fraction, high: Fraction) -> Range:
    """A range in whole steps that stays inside the exact one; one step when that is too narrow."""
    least = ceil(low / _ENERGY_STEP_KCAL) * _ENERGY_STEP_KCAL
    most = floor(high / _ENERGY_STEP_KCAL) * _ENERGY_STEP_KCAL
    return Range(low=min(least, most), high=max(least, most))


def _capped(facts: PersonFacts, target: Range) -> tuple[Range, bool]:
    """The range held at 40 kcal per kg of actual weight: above that only a clinician goes."""
    exact = Fraction(facts.weight_kg) * MOST_KCAL_PER_KG
    most = floor(exact / _ENERGY_STEP_KCAL) * _ENERGY_STEP_KCAL
    low, high = target.low or 0, target.high or 0
    if high <= exact:
        return target, False
    return Range(low=min(low, most), high=most), True


def _beside(facts: PersonFacts, chosen: _Way, other: _Way) -> Alternative:
    """The other formula's figure; more than 15 % apart is shown (specification 5.1)."""
    apart = abs(other.middle - chosen.middle) / chosen.middle * 100
    return Alternative(
        formula=other.formula,
        value=rounded_int(other.middle),
        target=_capped(facts, _inwards(other.low, other.high))[0],
        inputs=other.inputs,
        source=other.source,
        evidence=other.evidence,
        apart_percent=rounded(apart, 1),
        far_apart=is_far_apart(chosen.middle, other.middle),
    )


def is_far_apart(chosen: Exact, other: Exact) -> bool:
    """Whether two figures differ by more than 15 % of the chosen one."""
    apart = abs(Fraction(other) - Fraction(chosen)) / Fraction(chosen) * 100
    return apart > _FLAG_APART_PERCENT


def protein(facts: PersonFacts, *, at_risk: bool) -> Derivation:
    """Protein per kg of reckoned weight, rounded to the gram."""
    row = _protein_per_kg(facts, at_risk=at_risk)
    low, high = (rounded_int(facts.reckoned_kg * Fraction(one)) for one in (row.low, row.high))
    return Derivation(
        target=Range(low=low, high=high),
        formula="formula.protein_per_kg",
        reason=row.reason,
        inputs={"weight_kg": rounded(facts.reckoned_kg, 1), "low": row.low, "high": row.high},
        source=row.source,
        evidence=row.evidence,
    )


def _protein_per_kg(facts: PersonFacts, *, at_risk: bool) -> PerKg:
    """Correcting malnutrition outranks a protein limit for the kidney (KDOQI 2020)."""
    for condition, row in PROTEIN_BY_CONDITION:
        if condition in facts.conditions:
            return row
    if at_risk:
        return PROTEIN_AT_RISK
    if Condition.CKD in facts.conditions:
        return _kidney_protein(facts)
    if facts.older:
        return PROTEIN_OLDER
    obese = facts.body_mass is not None and facts.body_mass >= OBESITY_BMI
    return PROTEIN_OBESITY if obese else PROTEIN_ADULT


def _kidney_protein(facts: PersonFacts) -> PerKg:
    """The limit only where a clinician ordered it, and never with Parkinson's disease."""
    on = {switch.rule for switch in facts.switches if switch.on} & KIDNEY_PROTEIN
    if not on or facts.conditions & _NEVER_BELOW_0_8:
        return PROTEIN_CLINICIAN
    diabetic = Condition.DIABETES in facts.conditions
    return PROTEIN_KIDNEY_DIABETES if diabetic else PROTEIN_KIDNEY


_NEVER_BELOW_0_8 = frozenset(
    {Condition.PARKINSON, Condition.PARKINSON_FLUCTUATIONS, Condition.LEVODOPA}
)


def fluid(facts: PersonFacts) -> Derivation:
    """Drinks by sex, with 30 ml per kg beside them; an order of fluid goes before both."""
    least = None if facts.sex is None else DRINKS_ML[facts.sex]
    most = facts.fluid_order_ml
    if most is not None and least is not None and least > most:
        least = None
    by_weight = facts.reckoned_kg * FLUID_ML_PER_KG
    beside = (_fluid_beside(facts, least, by_weight),) if least is not None else ()
    return Derivation(
        target=Range(low=least, high=most),
        formula="formula.drinks_by_sex",
        reason=_fluid_reason(facts),
        inputs={"sex": facts.sex or "", "low": least or 0},
        source="ESPEN geriatrics 2022",
        evidence=Evidence.SOURCE,
        alternatives=beside,
    )


def _fluid_reason(facts: PersonFacts) -> str:
    if facts.fluid_order_ml is not None:
        return "fluid.order"
    return "fluid.unknown_sex" if facts.sex is None else "fluid.drinks"


def _fluid_beside(facts: PersonFacts, least: int, by_weight: Fraction) -> Alternative:
    return Alternative(
        formula="ml_per_kg",
        value=rounded_int(by_weight),
        target=Range(low=rounded_int(by_weight), high=facts.fluid_order_ml),
        inputs={"weight_kg": rounded(facts.reckoned_kg, 1)},
        source="",
        evidence=Evidence.UNVERIFIED,
        apart_percent=rounded(abs(by_weight - least) / least * 100, 1),
        far_apart=is_far_apart(least, by_weight),
    )
