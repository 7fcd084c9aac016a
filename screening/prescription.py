"""What a dietitian signs: targets, texture, taste, exclusions; checked and shown as a change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from screening.refeeding import RefeedingLevel
from screening.requirements import Condition

FOOD_LEVELS = ("3", "4", "5", "6", "EC7", "7")
DRINK_LEVELS = ("0", "1", "2", "3", "4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From `low` to `high`, both included; None is no bound on that side."""

    low: int | None = None
    high: int | None = None


class Taste(StrEnum):
    """How the person tastes; the kitchen chooses seasonings that fit."""

    NORMAL = "normal"
    WEAKENED = "weakened"
    METALLIC = "metallic"
    SENSITIVE = "sensitive"


class MealPattern(StrEnum):
    """Eating moments of a day."""

    THREE = "three"
    FIVE = "five"
    SIX = "six"
    SIX_LATE = "six_late"


SLOTS: Mapping[MealPattern, tuple[str, ...]] = {
    MealPattern.THREE: ("breakfast", "lunch", "supper"),
    MealPattern.FIVE: ("breakfast", "lunch", "afternoon", "supper", "evening"),
    MealPattern.SIX: ("breakfast", "morning", "lunch", "afternoon", "supper", "evening"),
    MealPattern.SIX_LATE: ("breakfast", "morning", "lunch", "afternoon", "supper", "late_evening"),
}
"""Slot names per pattern, in the order of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A rule for the kitchen without its reason: the id is opaque, the diagnosis stays here."""

    rule: str
    hard: bool
    nutrient: str | None = None
    bounds: Range = Range()
    exclude_property: str | None = None
    exclude_ingredient: str | None = None
    allergy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """Signed targets of one client per day; food and drink levels are two separate orders.

    Levels are IDDSI strings. `conditions` and `refeeding` are read in this room only.
    """

    energy_kcal: Range
    protein_g: Range
    fluid_ml: Range = Range()
    nutrients: Mapping[str, Range] = field(default_factory=dict)
    food_level: str
    drink_level: str
    allergies: frozenset[str] = frozenset()
    excluded_ingredients: frozenset[str] = frozenset()
    excluded_properties: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    taste: Taste = Taste.NORMAL
    low_salt: bool = False
    portion_percent: int = 100
    meal_pattern: MealPattern = MealPattern.FIVE
    likes: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()
    conditions: frozenset[Condition] = frozenset()
    refeeding: RefeedingLevel | None = None
    start_energy_kcal: int | None = None
    based_on_weight_g: int | None = None


class ProblemCode(StrEnum):
    """Why a prescription cannot be signed, or what must be looked at."""

    RANGE_REVERSED = "prescription.range_reversed"
    RANGE_MISSING = "prescription.range_missing"
    NEGATIVE = "prescription.negative"
    FOOD_LEVEL_UNKNOWN = "prescription.food_level_unknown"
    DRINK_LEVEL_UNKNOWN = "prescription.drink_level_unknown"
    OVERFEEDING = "prescription.overfeeding"
    VERY_LOW_ENERGY = "prescription.very_low_energy"
    REFEEDING_NEEDS_START = "prescription.refeeding_needs_start"
    REFEEDING_UNKNOWN = "prescription.refeeding_unknown"
    START_ABOVE_TARGET = "prescription.start_above_target"
    PORTION_OUT_OF_RANGE = "prescription.portion_out_of_range"
    LIKED_AND_EXCLUDED = "prescription.liked_and_excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding; a blocking one must be mended before signing."""

    code: ProblemCode
    field: str
    blocks: bool = True


_MOST_KCAL_PER_KG = 40  # clinical specification 5.2: above this only by a clinician
_LEAST_KCAL = 1000  # clinical specification 6.2, obesity: never under 1000-1200 kcal
_PORTION_PERCENT = (50, 200)


def check_prescription(prescription: Prescription) -> tuple[Problem, ...]:
    """Every problem of a prescription; those that only warn are marked so."""
    return (
        *_check_ranges(prescription),
        *_check_levels(prescription),
        *_check_energy(prescription),
        *_check_refeeding(prescription),
        *_check_taste(prescription),
    )


def may_be_signed(problems: tuple[Problem, ...]) -> bool:
    """Whether nothing found blocks the signature."""
    return not any(problem.blocks for problem in problems)


def _ranges(prescription: Prescription) -> Iterator[tuple[str, Range]]:
    yield "energy_kcal", prescription.energy_kcal
    yield "protein_g", prescription.protein_g
    yield "fluid_ml", prescription.fluid_ml
    yield from prescription.nutrients.items()


def _check_ranges(prescription: Prescription) -> Iterator[Problem]:
    for name, bounds in _ranges(prescription):
        low, high = bounds.low, bounds.high
        if low is not None and high is not None and low > high:
            yield Problem(code=ProblemCode.RANGE_REVERSED, field=name)
        if (low or 0) < 0 or (high or 0) < 0:
            yield Problem(code=ProblemCode.NEGATIVE, field=name)
    for name in ("energy_kcal", "protein_g"):
        bounds = getattr(prescription, name)
        if bounds.low is None or bounds.high is None:
            yield Problem(code=ProblemCode.RANGE_MISSING, field=name)


def _check_levels(prescription: Prescription) -> Iterator[Problem]:
    if prescription.food_level not in FOOD_LEVELS:
        yield Problem(code=ProblemCode.FOOD_LEVEL_UNKNOWN, field="food_level")
    if prescription.drink_level not in DRINK_LEVELS:
        yield Problem(code=ProblemCode.DRINK_LEVEL_UNKNOWN, field="drink_level")


def _check_energy(prescription: Prescription) -> Iterator[Problem]:
    low, high = prescription.energy_kcal.low, prescription.energy_kcal.high
    weight_g = prescription.based_on_weight_g
    if high is not None and weight_g is not None and high * 1000 > _MOST_KCAL_PER_KG * weight_g:
        yield Problem(code=ProblemCode.OVERFEEDING, field="energy_kcal", blocks=False)
    if low is not None and 0 <= low < _LEAST_KCAL:
        yield Problem(code=ProblemCode.VERY_LOW_ENERGY, field="energy_kcal", blocks=False)


def _check_refeeding(prescription: Prescription) -> Iterator[Problem]:
    """High or extreme risk blocks until the first day has its own, lower energy."""
    start, low = prescription.start_energy_kcal, prescription.energy_kcal.low
    if prescription.refeeding is None:
        yield Problem(code=ProblemCode.REFEEDING_UNKNOWN, field="refeeding", blocks=False)
    elif prescription.refeeding is not RefeedingLevel.NONE and start is None:
        yield Problem(code=ProblemCode.REFEEDING_NEEDS_START, field="start_energy_kcal")
    if start is not None and low is not None and start > low:
        yield Problem(code=ProblemCode.START_ABOVE_TARGET, field="start_energy_kcal")


def _check_taste(prescription: Prescription) -> Iterator[Problem]:
    least, most = _PORTION_PERCENT
    if not least <= prescription.portion_percent <= most:
        yield Problem(code=ProblemCode.PORTION_OUT_OF_RANGE, field="portion_percent")
    excluded = prescription.excluded_ingredients | prescription.allergies
    if prescription.likes & excluded:
        yield Problem(code=ProblemCode.LIKED_AND_EXCLUDED, field="likes", blocks=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the signature screen; None is a field that was or becomes empty."""

    field: str
    was: object
    becomes: object


def difference(old: Prescription | None, new: Prescription) -> tuple[Change, ...]:
    """Every field that changes, in the order of the form; first version: every filled field."""
    return tuple(
        Change(field=name, was=was, becomes=becomes)
        for name, was, becomes in _pairs(old, new)
        if was != becomes
    )


def _pairs(old: Prescription | None, new: Prescription) -> Iterator[tuple[str, object, object]]:
    for one in fields(Prescription):
        was, becomes = getattr(old, one.name, None), getattr(new, one.name)
        if one.name == "nutrients":
            yield from _nutrient_pairs(was or {}, becomes)
        elif old is not None or becomes:
            yield one.name, was, becomes


def _nutrient_pairs(
    was: Mapping[str, Range], becomes: Mapping[str, Range]
) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*was, *becomes}):
        yield name, was.get(name), becomes.get(name)


# Neutral rules per condition (clinical specification 6.2, 6.3). Ids say nothing about the reason.
_CONSTRAINTS: tuple[tuple[Condition, Constraint], ...] = (
    (Condition.COELIAC, Constraint(rule="r-101", hard=True, allergy="gluten")),
    (
        Condition.HEART_FAILURE,
        Constraint(rule="r-114", hard=False, nutrient="sodium_mg", bounds=Range(high=2000)),
    ),
    (
        Condition.CKD,
        Constraint(rule="r-127", hard=False, nutrient="sodium_mg", bounds=Range(high=2300)),
    ),
    (Condition.CIRRHOSIS, Constraint(rule="r-138", hard=True, exclude_property="alcohol")),
    (Condition.ALCOHOL_DRUG, Constraint(rule="r-142", hard=True, exclude_property="alcohol")),
    (Condition.GRAPEFRUIT_DRUG, Constraint(rule="r-155", hard=True, exclude_property="grapefruit")),
    (Condition.MAO_INHIBITOR, Constraint(rule="r-163", hard=True, exclude_property="tyramine")),
    (Condition.DIALYSIS, Constraint(rule="r-176", hard=True, exclude_ingredient="star-fruit")),
)


def constraints(conditions: frozenset[Condition]) -> tuple[Constraint, ...]:
    """The neutral rules that conditions bring, in a fixed order that does not betray them."""
    return tuple(rule for condition, rule in _CONSTRAINTS if condition in conditions)
