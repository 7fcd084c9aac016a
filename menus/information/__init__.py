"""What the law asks to tell about a food: one record for the page, the printed label and others."""

from menus.information.claims import (
    CLAIM_RULES,
    REFERENCE_INTAKES,
    Claim,
    ClaimRule,
    SignificantAmount,
)
from menus.information.food import (
    INFORMATION_CODES,
    INFORMATION_GAPS,
    FoodInformation,
    InformationGap,
    ListedIngredient,
    PortionNutrition,
    Statement,
    allergens_in_order,
    food_information,
)
from menus.information.nutrition import Nutrition, nutrition_of

__all__ = [
    "CLAIM_RULES",
    "INFORMATION_CODES",
    "INFORMATION_GAPS",
    "REFERENCE_INTAKES",
    "Claim",
    "ClaimRule",
    "FoodInformation",
    "InformationGap",
    "ListedIngredient",
    "Nutrition",
    "PortionNutrition",
    "SignificantAmount",
    "Statement",
    "allergens_in_order",
    "food_information",
    "nutrition_of",
]
