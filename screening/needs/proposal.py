"""From an assessment and facts about a person to a draft prescription with its arithmetic shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from screening.instruments.assessment import ADULT_YEARS, Assessment
from screening.instruments.instrument import Category
from screening.instruments.refeeding import RefeedingLevel, start_energy_kcal
from screening.measuring.measures import Sex, rounded_int
from screening.needs.conditions import Condition
from screening.needs.derivation import (
    ENERGY_FORMULAS,
    Derivation,
    PersonFacts,
    energy,
    fluid,
    loses_weight,
    protein,
)
from screening.needs.prescription import SLOTS, MealPattern, Prescription
from screening.needs.prescription_rules import drinks_of, rules_of
from screening.needs.reference import ReferenceBasis
from screening.needs.requirements import (
    ENERGY_ADULT,
    ENERGY_BY_CONDITION,
    ENERGY_OLDER,
    ENERGY_OLDER_AT_RISK,
    ENERGY_OLDER_LOW_BMI,
    PROTEIN_ADULT,
    PROTEIN_AT_RISK,
    PROTEIN_BY_CONDITION,
    PROTEIN_CLINICIAN,
    PROTEIN_KIDNEY,
    PROTEIN_KIDNEY_DIABETES,
    PROTEIN_OBESITY,
    PROTEIN_OLDER,
)
from screening.needs.rules import RulesInForce

_AT_RISK = frozenset(
    {Category.MEDIUM, Category.HIGH, Category.AT_RISK, Category.MALNOURISHED}
    | {Category.MODERATE, Category.SEVERE, Category.ORANGE, Category.RED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionProposal:
    """A draft to sign, with its derivations, the rules and what the machine could not know."""

    draft: Prescription
    energy: Derivation
    protein: Derivation
    fluid: Derivation
    rules: RulesInForce
    reasons: tuple[str, ...]
    open_points: tuple[str, ...] = field(default=())
    at_risk: bool = False

    @property
    def blocks_plan(self) -> bool:
        """Whether a person composes the first days."""
        return self.draft.blocks_plan


PROPOSAL_CODES = (
    *dict.fromkeys(row.reason for _, row in (*ENERGY_BY_CONDITION, *PROTEIN_BY_CONDITION)),
    *(one.reason for one in (ENERGY_OLDER, ENERGY_OLDER_AT_RISK, ENERGY_OLDER_LOW_BMI)),
    *(one.reason for one in (PROTEIN_ADULT, PROTEIN_AT_RISK, PROTEIN_OLDER, PROTEIN_CLINICIAN)),
    *(one.reason for one in (PROTEIN_KIDNEY, PROTEIN_KIDNEY_DIABETES, PROTEIN_OBESITY)),
    "energy.adult",
    ENERGY_ADULT.reason,
    "fluid.drinks",
    "fluid.order",
    "fluid.unknown_sex",
    *(f"formula.{name}" for name in ENERGY_FORMULAS),
    "formula.protein_per_kg",
    "formula.drinks_by_sex",
    "formula.ml_per_kg",
    "weight.adjusted",
    "open.screening_partial",
    "open.refeeding_unknown",
    "open.refeeding_start",
    "open.energy_far_apart",
    "open.energy_capped",
    "open.kidney_protein",
    "open.notify_nephrologist",
    "open.fluid_order",
    "open.sex_unknown",
    "open.height_unknown",
    "open.weight_loss_refused",
    "open.weight_loss_older",
    "open.usual_unknown",
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
    at_risk = partial or assessment.result.category in _AT_RISK or facts.malnourished is True
    parts = {
        "energy": energy(facts, at_risk=at_risk),
        "protein": protein(facts, at_risk=at_risk),
        "fluid": fluid(facts),
    }
    bare = _draft(facts, parts)
    rules = rules_of(
        bare,
        weight_kg=facts.reckoned_kg,
        older=facts.older,
        malnourished=at_risk,
        extra=drinks_of(facts.sex, facts.fluid_order_ml),
    )
    draft = replace(bare, rules=rules.rules, meal_pattern=_pattern(rules))
    adjusted = facts.reckoned_kg != Fraction(facts.weight_kg)
    return PrescriptionProposal(
        draft=draft,
        rules=rules,
        reasons=(
            *(one.reason for one in parts.values()),
            *(("weight.adjusted",) if adjusted else ()),
        ),
        open_points=(("open.screening_partial",) if partial else ())
        + tuple(_open_points(facts, parts["energy"], rules, at_risk=at_risk)),
        at_risk=at_risk,
        **parts,
    )


def _draft(facts: PersonFacts, parts: Mapping[str, Derivation]) -> Prescription:
    target_kcal = parts["energy"].target.low or 0
    return Prescription(
        energy_kcal=parts["energy"].target,
        protein_g=parts["protein"].target,
        fluid_ml=parts["fluid"].target,
        reference=reference_for(
            facts.sex, facts.age, food_level=facts.food_level, conditions=facts.conditions
        ),
        food_level=facts.food_level,
        drink_level=facts.drink_level,
        allergies=facts.allergies,
        conditions=facts.conditions,
        usual=facts.usual,
        switches=facts.switches,
        refeeding=facts.refeeding,
        start_energy_kcal=_start(facts, target_kcal),
        energy_formula=facts.formula,
        activity=facts.activity,
        stress=facts.stress,
        based_on_weight_g=rounded_int(Fraction(facts.weight_kg) * 1000),
    )


_HARD_TO_EAT = frozenset({"3", "4", "5"})


def reference_for(
    sex: Sex | None, age: int, *, food_level: str, conditions: frozenset[Condition]
) -> ReferenceBasis | None:
    """Reference values by sex; fibre is not pressed where eating is hard (specification 5.4)."""
    if sex is None:
        return None
    hard = food_level in _HARD_TO_EAT or Condition.DYSPHAGIA in conditions
    return ReferenceBasis(sex=sex, age=age, without=frozenset({"fibre_g"} if hard else ()))


def _pattern(rules: RulesInForce) -> MealPattern:
    """The pattern that holds every eating moment the rules ask for; five moments otherwise."""
    asked = {slot for rule in rules.rules for slot in rule.slots}
    fitting = (one for one in _PATTERNS if asked <= set(SLOTS[one]))
    return next(fitting, MealPattern.SIX_LATE)


_PATTERNS = (MealPattern.FIVE, MealPattern.SIX, MealPattern.SIX_LATE)


def _start(facts: PersonFacts, target_kcal: int) -> int | None:
    if facts.refeeding is None:
        return None
    return start_energy_kcal(facts.refeeding, weight_kg=facts.weight_kg, target_kcal=target_kcal)


def _open_points(
    facts: PersonFacts, found: Derivation, rules: RulesInForce, *, at_risk: bool
) -> Iterator[str]:
    """What a person must decide or find out before signing."""
    risky = facts.refeeding not in (None, RefeedingLevel.NONE)
    ill = facts.conditions
    wet = ill & {Condition.HEART_FAILURE, Condition.DIALYSIS, Condition.CKD}
    slimming = Condition.WEIGHT_LOSS in ill
    points: tuple[tuple[str, bool], ...] = (
        ("open.refeeding_unknown", facts.refeeding is None),
        ("open.refeeding_start", risky),
        ("open.energy_far_apart", found.cross_check_apart),
        ("open.energy_capped", found.capped),
        ("open.kidney_protein", Condition.CKD in ill and not at_risk),
        ("open.notify_nephrologist", Condition.CKD in ill and at_risk),
        ("open.fluid_order", bool(wet) and facts.fluid_order_ml is None),
        ("open.sex_unknown", facts.sex is None),
        ("open.height_unknown", facts.height_cm is None),
        ("open.weight_loss_refused", slimming and not loses_weight(facts, at_risk=at_risk)),
        ("open.weight_loss_older", facts.older and loses_weight(facts, at_risk=at_risk)),
        ("open.usual_unknown", bool(rules.waiting)),
    )
    yield from (code for code, holds in points if holds)
