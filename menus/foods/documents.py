"""What was found about foods, as published documents of plain lists and strings."""

from typing import Any

from menus.foods.audit import LABEL_FIGURES, Audit
from menus.foods.figures import Figure
from menus.foods.onto import Comparison, Difference
from menus.foods.tables import FoodTable
from menus.tables import CatalogueError


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
            "levels_without_test": list(found.untested),
            "levels_needing_test": len(found.tested),
            "steps_without_programme": list(found.unprogrammed),
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


def comparison_to_json(table: FoodTable, found: Comparison) -> dict[str, Any]:
    """The document of `flask catalogue import`: amounts in scaled units, or null."""
    return {
        "family": table.family,
        "foods": len(table.foods),
        "not_taken": list(table.not_taken),
        "faults": [_fault(each) for each in table.faults],
        "new": list(found.new),
        "unchanged": list(found.unchanged),
        "differs": [_difference(each) for each in found.differs],
        "gone": list(found.gone),
        "qualified": [
            {"code": food.code, "source": food.source, "nutrient": each.code, **_told(each)}
            for food in table.foods
            for each in food.figures
            if each.least != each.most
        ],
    }


def _fault(fault: CatalogueError) -> dict[str, Any]:
    return {
        "file": fault.file,
        "line": fault.row,
        "column": fault.column,
        "code": fault.code,
        "args": dict(fault.args),
    }


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "ingredient": each.ingredient,
        "code": each.code,
        "nutrient": each.nutrient,
        "old": each.old,
        "new": each.new,
        **(_told(each.figure) if each.figure else {"qualifier": None, "told": None}),
    }


def _told(figure: Figure) -> dict[str, str]:
    return {"qualifier": str(figure.qualifier), "told": figure.told}
