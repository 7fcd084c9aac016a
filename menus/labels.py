"""Every code of this room that a reader may see, so that the catalogues can be complete."""

from collections.abc import Iterable

from menus.allergens import ALLERGEN_GROUPS, ALLERGENS
from menus.catalog import Bite, Colour, Kind, Method, Portion, Role, Zone
from menus.information import INFORMATION_CODES
from menus.keeping import Freezer
from menus.making import PROFILE, Added, TextureTest, Work
from menus.nutrients import CODES
from menus.programmes import Programme, StepKind
from menus.seasoning import Seasoning, Taste
from menus.suitability import OBJECTION_CODES
from menus.tables import CATALOGUE_ERROR_CODES
from menus.texture import DRINK_LEVELS, FOOD_LEVELS, Iddsi
from menus.texture_records import TEXTURE_CODES
from menus.warming import Appliance, Heating

PROPERTIES: tuple[str, ...] = (
    *("vegetarian", "vegan", "halal", "kosher", "gluten-free"),
    *("meat", "beef", "veal", "pork", "lamb", "poultry", "fish", "cured"),
    *("alcohol", "caffeine", "cranberry", "grapefruit", "licorice", "tyramine", "vitamin-k"),
    *("potassium-salt", "phosphate-additive", "fortified"),
    *("pathogen-risk", "raw-egg", "raw-fish", "raw-meat", "raw-milk", "raw-shellfish"),
    *("starch-thickener", "thin-liquid", "finger-food", "enriched", "medical-food"),
)
"""The properties the seed speaks of; a kitchen may add its own."""


def _codes(prefix: str, words: Iterable[str]) -> list[str]:
    return [f"{prefix}.{word}" for word in words]


MENU_CODES: tuple[str, ...] = (
    *TEXTURE_CODES,
    *OBJECTION_CODES,
    *CATALOGUE_ERROR_CODES,
    *INFORMATION_CODES,
    *_codes("allergen", [*ALLERGENS, *ALLERGEN_GROUPS]),
    *_codes("role", Role),
    *_codes("kind", Kind),
    *_codes("zone", Zone),
    *_codes("step", StepKind),
    *_codes("programme", Programme),
    *_codes("colour", Colour),
    *_codes("bite", Bite),
    *_codes("portion", Portion),
    *_codes("appliance", Appliance),
    *_codes("heating", Heating),
    *_codes("method", Method),
    *_codes("work", Work),
    *_codes("added", Added),
    *_codes("texture_test", TextureTest),
    *_codes("profile", PROFILE),
    *_codes("freezer", Freezer),
    *_codes("seasoning", Seasoning),
    *_codes("taste", Taste),
    *_codes("iddsi.food", [level for level in Iddsi if level in FOOD_LEVELS]),
    *_codes("iddsi.drink", [level for level in Iddsi if level in DRINK_LEVELS]),
    *_codes("property", PROPERTIES),
    *_codes("nutrient", CODES),
)
"""Objections, faults in tables, and names of the closed lists, each a key of the catalogues."""
