"""Each dish for somebody who cooks at home: own ingredients, meal components, or ready-made."""

from menus.cookbook.companions import Companion, companions
from menus.cookbook.dishes import choices, variant_for
from menus.cookbook.measures import Measure, Unit, measure
from menus.cookbook.scaling import Part, PartLine, scaled
from menus.cookbook.steps import CookStep, cook_steps, texture_steps

__all__ = [
    "Companion",
    "CookStep",
    "Measure",
    "Part",
    "PartLine",
    "Unit",
    "choices",
    "companions",
    "cook_steps",
    "measure",
    "scaled",
    "texture_steps",
    "variant_for",
]
