"""The closed lists of the prescription form, named in the reader's language."""

from typing import Any

from app.i18n import Translator
from menus import ALLERGEN_GROUPS, ALLERGENS, DIETS, PROPERTIES
from screening import (
    DRINK_LEVELS,
    DRUGS,
    FOOD_LEVELS,
    INTOLERANCES,
    SEASONINGS,
    Activity,
    Condition,
    MealPattern,
    RefeedingLevel,
    Strength,
    Stress,
    Taste,
)

Options = list[tuple[str, str]]

_NEVER_CHOSEN = frozenset({"enriched", "medical-food", "finger-food", "thin-liquid"})
"""Properties that an exclusion by hand makes no sense for: texture orders decide these."""


def choices_of(speak: Translator) -> dict[str, Any]:
    """Give the options of every closed list, in the order of the form."""
    whole = [one for one in (*ALLERGEN_GROUPS, *ALLERGENS) if ":" not in one]
    kinds = [one for one in ALLERGENS if ":" in one]
    excluded = [one for one in PROPERTIES if one not in {*DIETS, *_NEVER_CHOSEN}]
    levels: Options = [("", speak.say("prescription.refeeding.unknown"))]
    levels += _named(speak, "refeeding.level", RefeedingLevel)
    return {
        "food_levels": FOOD_LEVELS,
        "drink_levels": DRINK_LEVELS,
        "allergens": _sorted(_named(speak, "allergen", whole)),
        "allergen_kinds": _named(speak, "allergen", kinds),
        "properties": _named(speak, "property", excluded),
        "diets": _named(speak, "property", DIETS),
        "conditions": _sorted(
            _named(speak, "condition", [one for one in Condition if one not in DRUGS])
        ),
        "drugs": _sorted(_named(speak, "condition", DRUGS)),
        "intolerances": _named(speak, "intolerance", INTOLERANCES),
        "activities": _named(speak, "activity", Activity),
        "stresses": _named(speak, "stress", Stress),
        "seasonings": [(one, speak.say(f"prescription.field.{one}")) for one in SEASONINGS],
        "strengths": _named(speak, "prescription.strength", Strength),
        "tastes": _named(speak, "prescription.taste", Taste),
        "patterns": _named(speak, "prescription.meals", MealPattern),
        "refeeding": levels,
    }


def _named(speak: Translator, prefix: str, words: Any) -> Options:
    return [(str(one), speak.say(f"{prefix}.{one}")) for one in words]


def _sorted(options: Options) -> Options:
    return sorted(options, key=lambda option: option[1].lower())
