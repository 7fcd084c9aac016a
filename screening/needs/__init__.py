"""What a person needs: energy, protein, rules for the kitchen, and the prescription to sign."""

from screening.needs.conditions import DRUGS, Condition
from screening.needs.constraints import UNBOUNDED, Constraint, Range
from screening.needs.derivation import ENERGY_FORMULAS, Derivation, PersonFacts
from screening.needs.energy import ACTIVITY, Activity, Equation, Stress, resting_energy_kcal
from screening.needs.prescription import (
    DRINK_LEVELS,
    FOOD_LEVELS,
    INTOLERANCES,
    SEASONINGS,
    SLOT_MINUTES,
    SLOTS,
    Change,
    MealPattern,
    Prescription,
    Strength,
    Taste,
    difference,
)
from screening.needs.prescription_check import (
    Problem,
    ProblemCode,
    check_prescription,
    may_be_signed,
    minute_of,
)
from screening.needs.prescription_codes import PRESCRIPTION_CODES
from screening.needs.prescription_rules import drinks_of, rules_of
from screening.needs.proposal import PrescriptionProposal, propose, reference_for
from screening.needs.reckoning import REQUIREMENT_RULES, Reckoned, bmr, requirement
from screening.needs.reference import (
    REFERENCE_SET,
    REFERENCE_VALUES,
    ReferenceBasis,
    reference_minima,
    upper_levels,
)
from screening.needs.requirements import OLDER_YEARS, reference_weight_kg
from screening.needs.rule_cards import CARDS, RuleCard
from screening.needs.rules import RulesInForce, Switch, cards_for, is_on, reminders_for
from screening.needs.stepup import STEP_UP_DAYS, step_up_kcal

__all__ = [
    "ACTIVITY",
    "CARDS",
    "DRINK_LEVELS",
    "DRUGS",
    "ENERGY_FORMULAS",
    "FOOD_LEVELS",
    "INTOLERANCES",
    "OLDER_YEARS",
    "PRESCRIPTION_CODES",
    "REFERENCE_SET",
    "REFERENCE_VALUES",
    "REQUIREMENT_RULES",
    "SEASONINGS",
    "SLOTS",
    "SLOT_MINUTES",
    "STEP_UP_DAYS",
    "UNBOUNDED",
    "Activity",
    "Change",
    "Condition",
    "Constraint",
    "Derivation",
    "Equation",
    "MealPattern",
    "PersonFacts",
    "Prescription",
    "PrescriptionProposal",
    "Problem",
    "ProblemCode",
    "Range",
    "Reckoned",
    "ReferenceBasis",
    "RuleCard",
    "RulesInForce",
    "Strength",
    "Stress",
    "Switch",
    "Taste",
    "bmr",
    "cards_for",
    "check_prescription",
    "difference",
    "drinks_of",
    "is_on",
    "may_be_signed",
    "minute_of",
    "propose",
    "reference_for",
    "reference_minima",
    "reference_weight_kg",
    "reminders_for",
    "requirement",
    "resting_energy_kcal",
    "rules_of",
    "step_up_kcal",
    "upper_levels",
]
