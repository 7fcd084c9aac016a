"""What a dietitian signs: targets, texture, taste, exclusions; and what a change changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from screening.instruments.refeeding import RefeedingLevel
from screening.needs.conditions import Condition
from screening.needs.constraints import UNBOUNDED, Constraint, Range
from screening.needs.energy import Activity, Stress
from screening.needs.reference import ReferenceBasis
from screening.needs.rules import Switch
from screening.needs.stepup import STEP_UP_DAYS, cap_on

FOOD_LEVELS = ("3", "4", "5", "6", "EC7", "7")
DRINK_LEVELS = ("0", "1", "2", "3", "4")


class Taste(StrEnum):
    """How the person tastes; the kitchen chooses seasonings that fit."""

    NORMAL = "normal"
    WEAKENED = "weakened"
    METALLIC = "metallic"
    SENSITIVE = "sensitive"


class Strength(StrEnum):
    """How much of one taste a person wants or may have."""

    NONE = "none"
    LESS = "less"
    NORMAL = "normal"
    MORE = "more"


SEASONINGS = ("salt", "spice", "sweet", "acid", "aroma")
"""The tastes a prescription sets apart, each a field with a `Strength`."""

INTOLERANCES: Mapping[str, str] = {"lactose": "milk", "gluten": "gluten", "sulphites": "sulphites"}
"""What somebody may not tolerate, with the allergen of the declaration that holds it."""


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

LATE_SNACK = "late_evening"
SLOT_MINUTES: Mapping[str, int] = {
    "breakfast": 8 * 60,
    "morning": 10 * 60,
    "lunch": 12 * 60,
    "afternoon": 15 * 60,
    "supper": 18 * 60,
    "evening": 20 * 60,
    LATE_SNACK: 21 * 60 + 30,
}
"""Minute of the day at which each slot is eaten, as the house serves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """Signed targets of one client per day; food and drink levels are two separate orders.

    Levels are IDDSI strings, `dose_times` clock times such as "07:30". An intolerance is no
    allergy: it maps a substance to the grams of one meal that are tolerated, None when nobody
    knows. `usual` is what the person takes without advice. `step_up` caps energy per day from
    `step_up_from`; `rules` are those in force when this was signed. Conditions, switches and
    `refeeding` are read in this room only.
    """

    energy_kcal: Range
    protein_g: Range
    fluid_ml: Range = UNBOUNDED
    nutrients: Mapping[str, Range] = field(default_factory=dict)
    reference: ReferenceBasis | None = None
    food_level: str
    drink_level: str
    allergies: frozenset[str] = frozenset()
    intolerances: Mapping[str, int | None] = field(default_factory=dict)
    excluded_ingredients: frozenset[str] = frozenset()
    excluded_properties: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    taste: Taste = Taste.NORMAL
    salt: Strength = Strength.NORMAL
    spice: Strength = Strength.NORMAL
    sweet: Strength = Strength.NORMAL
    acid: Strength = Strength.NORMAL
    aroma: Strength = Strength.NORMAL
    portion_percent: int = 100
    meal_pattern: MealPattern = MealPattern.FIVE
    late_snack: bool = False
    finger_food: bool = False
    dose_times: tuple[str, ...] = ()
    likes: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()
    conditions: frozenset[Condition] = frozenset()
    usual: Mapping[str, int] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    rules: tuple[Constraint, ...] = ()
    refeeding: RefeedingLevel | None = None
    start_energy_kcal: int | None = None
    step_up: tuple[int, ...] = ()
    step_up_from: date | None = None
    step_up_days: int = STEP_UP_DAYS[1]
    energy_formula: str = ""
    activity: Activity = Activity.SEDENTARY
    stress: Stress = Stress.NONE
    based_on_weight_g: int | None = None

    @property
    def low_salt(self) -> bool:
        """Whether the kitchen keeps salt away."""
        return self.salt in (Strength.NONE, Strength.LESS)

    @property
    def wants_boost(self) -> bool | None:
        """Whether stronger herbs, sour or aroma are asked for; False: not wanted; None: as usual.

        Who wants one weaker gets none stronger.
        """
        asked = {self.spice, self.acid, self.aroma}
        if asked & {Strength.NONE, Strength.LESS}:
            return False
        return True if Strength.MORE in asked else None

    @property
    def slots(self) -> tuple[str, ...]:
        """The eating moments of a day, in order."""
        slots = SLOTS[self.meal_pattern]
        return slots if not self.late_snack or LATE_SNACK in slots else (*slots, LATE_SNACK)

    @property
    def blocks_plan(self) -> bool:
        """Whether the first days are composed by a person (NICE CG32: high and extreme risk)."""
        return self.refeeding in (RefeedingLevel.HIGH, RefeedingLevel.EXTREME)

    @property
    def blocked_allergies(self) -> frozenset[str]:
        """Allergies recorded, and those that a rule in force adds."""
        return self.allergies | {rule.allergy for rule in self._hard if rule.allergy}

    @property
    def blocked_properties(self) -> frozenset[str]:
        """Properties that no dish may have."""
        found = {rule.exclude_property for rule in self._hard if rule.exclude_property}
        return self.excluded_properties | found

    @property
    def blocked_ingredients(self) -> frozenset[str]:
        """Ingredients that no dish may hold."""
        found = {rule.exclude_ingredient for rule in self._hard if rule.exclude_ingredient}
        return self.excluded_ingredients | found

    @property
    def ruled_lines(self) -> tuple[tuple[str, str], ...]:
        """Lines of the food order that hard rules ask for, each with the opaque id of its rule.

        A line reads `exclude_property:alcohol`, `exclude_ingredient:pomelo` or `allergy:gluten`.
        """
        kinds = ("allergy", "exclude_ingredient", "exclude_property")
        return tuple(
            (f"{kind}:{word}", rule.rule)
            for rule in self._hard
            for kind in kinds
            if (word := getattr(rule, kind)) is not None
        )

    @property
    def _hard(self) -> Iterator[Constraint]:
        return (rule for rule in self.rules if rule.hard)

    def energy_cap_kcal(self, day: date) -> int | None:
        """The most energy for a day; None without a cap.

        An order of the first day alone (of an older version) holds until the next signature.
        """
        if self.step_up and self.step_up_from is not None:
            return cap_on(self.step_up, self.step_up_from, day)
        return self.start_energy_kcal


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
            yield from _by_name(was or {}, becomes)
        elif one.name == "rules":
            yield "rules", _names(was), _names(becomes)
        elif old is not None or becomes:
            yield one.name, was, becomes


def _names(rules: tuple[Constraint, ...] | None) -> frozenset[str] | None:
    return frozenset(rule.rule for rule in rules) if rules else None


def _by_name(
    was: Mapping[str, object], becomes: Mapping[str, object]
) -> Iterator[tuple[str, object, object]]:
    for name in sorted({*was, *becomes}):
        yield name, was.get(name), becomes.get(name)
