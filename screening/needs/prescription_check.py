"""Does a prescription hold together: what must be mended before signing, what to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from screening.instruments.refeeding import RefeedingLevel, start_energy_kcal
from screening.needs.conditions import Condition
from screening.needs.constraints import UNBOUNDED, Range
from screening.needs.prescription import (
    DRINK_LEVELS,
    FOOD_LEVELS,
    SLOT_MINUTES,
    Prescription,
)
from screening.needs.requirements import MOST_KCAL_PER_KG
from screening.needs.rules import cards_for, is_on


class ProblemCode(StrEnum):
    """Why a prescription cannot be signed, or what must be looked at."""

    RANGE_REVERSED = "prescription.range_reversed"
    RANGE_MISSING = "prescription.range_missing"
    NEGATIVE = "prescription.negative"
    FOOD_LEVEL_UNKNOWN = "prescription.food_level_unknown"
    DRINK_LEVEL_UNKNOWN = "prescription.drink_level_unknown"
    FINGER_FOOD_LEVEL = "prescription.finger_food_level"
    THIN_DRINK = "prescription.thin_drink"
    LEVEL_WITH_DYSPHAGIA = "prescription.level_with_dysphagia"
    OVERFEEDING = "prescription.overfeeding"
    VERY_LOW_ENERGY = "prescription.very_low_energy"
    REFEEDING_NEEDS_START = "prescription.refeeding_needs_start"
    REFEEDING_NEEDS_WEIGHT = "prescription.refeeding_needs_weight"
    REFEEDING_UNKNOWN = "prescription.refeeding_unknown"
    START_ABOVE_TARGET = "prescription.start_above_target"
    START_ABOVE_LIMIT = "prescription.start_above_limit"
    STEP_UP_FALLS = "prescription.step_up_falls"
    PORTION_OUT_OF_RANGE = "prescription.portion_out_of_range"
    LIKED_AND_EXCLUDED = "prescription.liked_and_excluded"
    DOSE_NOT_A_TIME = "prescription.dose_not_a_time"
    DOSE_WITHOUT_SLOT = "prescription.dose_without_slot"
    DOSE_NEAR_MEAL = "prescription.dose_near_meal"
    DOSE_UNKNOWN = "prescription.dose_unknown"
    SLOT_MISSING = "prescription.slot_missing"
    BELOW_RULE = "prescription.below_rule"
    ABOVE_RULE = "prescription.above_rule"
    USUAL_UNKNOWN = "prescription.usual_unknown"
    SWITCH_NEEDS_REASON = "prescription.switch_needs_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding; a blocking one must be mended before signing."""

    code: ProblemCode
    field: str
    blocks: bool = True


_LEAST_KCAL = 1000  # clinical specification 6.2, obesity: never under 1000-1200 kcal
_PORTION_PERCENT = (50, 200)
_FINGER_FOOD_LEVELS = ("6", "EC7", "7")  # pieces that hold together (specification 6.2, dementia)
_SMOOTH = ("3", "4")
_CHEWED = ("EC7", "7")  # IDDSI 2019: not for people at risk of choking
_NEAR_BEFORE, _NEAR_AFTER = 30, 60
_DAY = 24 * 60


def check_prescription(prescription: Prescription) -> tuple[Problem, ...]:
    """Every problem of a prescription; those that only warn are marked so."""
    return (
        *_check_ranges(prescription),
        *_check_levels(prescription),
        *_check_energy(prescription),
        *_check_refeeding(prescription),
        *_check_taste(prescription),
        *_check_doses(prescription),
        *_check_rules(prescription),
    )


def may_be_signed(problems: tuple[Problem, ...]) -> bool:
    """Whether nothing found blocks the signature."""
    return not any(problem.blocks for problem in problems)


def _warn(code: ProblemCode, field: str) -> Problem:
    return Problem(code=code, field=field, blocks=False)


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
    """Two orders that each exist, and that make sense beside each other."""
    food, drink = prescription.food_level, prescription.drink_level
    if food not in FOOD_LEVELS:
        yield Problem(code=ProblemCode.FOOD_LEVEL_UNKNOWN, field="food_level")
    if drink not in DRINK_LEVELS:
        yield Problem(code=ProblemCode.DRINK_LEVEL_UNKNOWN, field="drink_level")
    if prescription.finger_food and food not in _FINGER_FOOD_LEVELS:
        yield Problem(code=ProblemCode.FINGER_FOOD_LEVEL, field="finger_food")
    if food in _SMOOTH and drink == "0":
        yield _warn(ProblemCode.THIN_DRINK, "drink_level")
    if food in _CHEWED and Condition.DYSPHAGIA in prescription.conditions:
        yield _warn(ProblemCode.LEVEL_WITH_DYSPHAGIA, "food_level")


def _check_energy(prescription: Prescription) -> Iterator[Problem]:
    low, high = prescription.energy_kcal.low, prescription.energy_kcal.high
    weight_g = prescription.based_on_weight_g
    if high is not None and weight_g is not None and high * 1000 > MOST_KCAL_PER_KG * weight_g:
        yield _warn(ProblemCode.OVERFEEDING, "energy_kcal")
    if low is not None and 0 <= low < _LEAST_KCAL:
        yield _warn(ProblemCode.VERY_LOW_ENERGY, "energy_kcal")


def _check_refeeding(prescription: Prescription) -> Iterator[Problem]:
    """High or extreme risk blocks until the first days have their own, lower energy."""
    start, low = prescription.start_energy_kcal, prescription.energy_kcal.low
    if prescription.refeeding is None:
        yield _warn(ProblemCode.REFEEDING_UNKNOWN, "refeeding")
    elif prescription.refeeding is not RefeedingLevel.NONE and start is None:
        yield Problem(code=ProblemCode.REFEEDING_NEEDS_START, field="start_energy_kcal")
    if prescription.blocks_plan and prescription.based_on_weight_g is None:
        yield Problem(code=ProblemCode.REFEEDING_NEEDS_WEIGHT, field="start_energy_kcal")
    if start is not None and low is not None and start > low:
        yield Problem(code=ProblemCode.START_ABOVE_TARGET, field="start_energy_kcal")
    if start is not None and _above_limit(prescription, start):
        yield Problem(code=ProblemCode.START_ABOVE_LIMIT, field="start_energy_kcal")
    if list(prescription.step_up) != sorted(prescription.step_up):
        yield Problem(code=ProblemCode.STEP_UP_FALLS, field="start_energy_kcal")


def _above_limit(prescription: Prescription, start: int) -> bool:
    """Whether the first day goes above what NICE CG32 allows at this level and weight."""
    weight_g, target = prescription.based_on_weight_g, prescription.energy_kcal.low
    if prescription.refeeding is None or weight_g is None or target is None:
        return False
    most = start_energy_kcal(
        prescription.refeeding, weight_kg=Fraction(weight_g, 1000), target_kcal=target
    )
    return most is not None and start > most


def _check_taste(prescription: Prescription) -> Iterator[Problem]:
    least, most = _PORTION_PERCENT
    if not least <= prescription.portion_percent <= most:
        yield Problem(code=ProblemCode.PORTION_OUT_OF_RANGE, field="portion_percent")
    excluded = (
        prescription.blocked_ingredients
        | prescription.blocked_allergies
        | prescription.blocked_properties
    )
    if prescription.likes & excluded:
        yield _warn(ProblemCode.LIKED_AND_EXCLUDED, "likes")


def minute_of(clock: str) -> int | None:
    """The minute of the day of a clock time such as "07:30"; None when it is none."""
    hours, colon, minutes = clock.partition(":")
    if not colon or not (hours + minutes).isdecimal() or len(minutes) != 2:
        return None
    found = int(hours) * 60 + int(minutes)
    return found if int(minutes) < 60 and found < _DAY else None


def _check_doses(prescription: Prescription) -> Iterator[Problem]:
    """Doses that no meal is near have no effect; a meal soon after a dose spoils it."""
    slots = [SLOT_MINUTES[slot] for slot in prescription.slots]
    apart = max(
        (rule.before_meal_min or 0 for rule in prescription.rules if rule.rule == "r-311"),
        default=0,
    )
    caps = any(rule.dose_protein_g is not None for rule in prescription.rules)
    if caps and not prescription.dose_times:
        yield _warn(ProblemCode.DOSE_UNKNOWN, "dose_times")
    for dose in prescription.dose_times:
        at = minute_of(dose)
        if at is None:
            yield Problem(code=ProblemCode.DOSE_NOT_A_TIME, field="dose_times")
        elif caps and not any(_is_near(slot, at) for slot in slots):
            yield _warn(ProblemCode.DOSE_WITHOUT_SLOT, "dose_times")
        elif any((slot - at) % _DAY < apart for slot in slots):
            yield _warn(ProblemCode.DOSE_NEAR_MEAL, "dose_times")


def _is_near(slot: int, dose: int) -> bool:
    return (slot - dose + _NEAR_BEFORE) % _DAY <= _NEAR_BEFORE + _NEAR_AFTER


def _check_rules(prescription: Prescription) -> Iterator[Problem]:
    """The signed ranges and moments keep what the rules in force ask; a switch says why."""
    signed = {"protein_g": prescription.protein_g, "energy_kcal": prescription.energy_kcal}
    for rule in prescription.rules:
        if set(rule.slots) - set(prescription.slots):
            problem = Problem(code=ProblemCode.SLOT_MISSING, field="meal_pattern")
            yield problem if rule.hard else _warn(problem.code, problem.field)
        bounds = signed.get(rule.nutrient or "", UNBOUNDED)
        if bounds.low is not None and rule.bounds.low is not None and bounds.low < rule.bounds.low:
            yield Problem(code=ProblemCode.BELOW_RULE, field=str(rule.nutrient), blocks=rule.hard)
        top = rule.bounds.high
        if bounds.high is not None and top is not None and bounds.high > top:
            yield Problem(code=ProblemCode.ABOVE_RULE, field=str(rule.nutrient), blocks=rule.hard)
    for card in cards_for(prescription.conditions):
        nutrient = card.constraint.nutrient or ""
        usual = card.around_usual_percent is not None and nutrient not in prescription.usual
        if usual and is_on(card, prescription.switches):
            yield _warn(ProblemCode.USUAL_UNKNOWN, nutrient)
    for switch in prescription.switches:
        if not switch.why.strip():
            yield Problem(code=ProblemCode.SWITCH_NEEDS_REASON, field="switches")
