"""The catalogue as the published document of `flask catalogue export`."""

from typing import Any

from menus.allergens import AllergenSet
from menus.catalog import Catalogue, Variant
from menus.nutrients import CODES, NUTRIENTS


def catalogue_json(catalogue: Catalogue) -> dict[str, Any]:
    """The document of plain lists and strings: amounts per 100 g in unit times scale, or null."""
    return {
        "version": catalogue.version,
        "nutrients": {each.code: {"scale": each.scale} for each in NUTRIENTS},
        "variants": [_variant(variant) for variant in catalogue.variants.values()],
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "id": variant.id,
        "component": variant.component,
        "role": str(variant.role),
        "kind": str(variant.kind),
        "iddsi": str(variant.iddsi),
        "seasoning": str(variant.seasoning),
        "colour": str(variant.colour),
        "bite": str(variant.bite),
        "portions_g": {str(size): grams for size, grams in variant.portions_g.items()},
        "per_100g": dict(zip(CODES, variant.per_100g, strict=True)),
        "allergens": _allergens(variant.allergens),
        "ingredients": sorted(variant.ingredients),
        "properties": sorted(variant.properties),
        "price_cents_per_100g": variant.price_cents_per_100g,
    }


def _allergens(allergens: AllergenSet) -> dict[str, list[str]]:
    return {
        "contains": sorted(allergens.contains),
        "may_contain": sorted(allergens.may_contain),
        "unknown": sorted(allergens.unknown),
    }
