"""What was found about foods, as published documents of plain lists and strings."""

from typing import Any

from menus.foods.audit import LABEL_FIGURES, Audit


def audit_to_json(found: Audit) -> dict[str, Any]:
    """The document of `flask catalogue audit`; outliers in tenths of the figure's unit."""
    return {
        "version": found.version,
        "passed": found.passed,
        "label_needs": list(LABEL_FIGURES),
        "variants": {
            "checked": found.variants,
            "label_gaps": [
                {
                    "variant": each.variant,
                    "figures": list(each.figures),
                    "allergens_unknown": list(each.allergens),
                }
                for each in found.gaps
            ],
            "sums_with_missing_terms": [
                {
                    "nutrient": each.nutrient,
                    "variants": each.variants,
                    "ingredients": list(each.ingredients),
                }
                for each in found.thin
            ],
            "levels_without_step": list(found.unmade),
            "levels_needing_test": len(found.tested),
        },
        "ingredients": {
            "checked": found.ingredients,
            "allergens_unknown": [
                {"ingredient": name, "allergens": list(codes)}
                for name, codes in found.unknown_allergens
            ],
            "unused": list(found.unused),
            "filled": [
                {"ingredient": each.ingredient, "nutrient": each.nutrient, "origin": each.origin}
                for each in found.filled
            ],
            "outliers": [
                {
                    "ingredient": each.ingredient,
                    "check": str(each.check),
                    "found": each.found,
                    "expected": each.expected,
                    "reason": str(each.reason),
                }
                for each in found.outliers
            ],
        },
    }
