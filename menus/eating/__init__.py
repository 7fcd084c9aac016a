"""What an eater says of dishes: how they tasted, and which other dish they may choose."""

from menus.eating.choices import (
    TOLERANCE_PERCENT,
    Beyond,
    Departure,
    DishOption,
    dish_options,
    restated,
    with_dish,
)
from menus.eating.shopping import Bought, Shelf, shelf_of, shopping_list
from menus.eating.tastes import (
    LIKED_IN_A_ROW,
    REFUSED_TIMES,
    WITHIN_DAYS,
    Liking,
    Rating,
    Tastes,
    tastes_from,
)

__all__ = [
    "LIKED_IN_A_ROW",
    "REFUSED_TIMES",
    "TOLERANCE_PERCENT",
    "WITHIN_DAYS",
    "Beyond",
    "Bought",
    "Departure",
    "DishOption",
    "Liking",
    "Rating",
    "Shelf",
    "Tastes",
    "dish_options",
    "restated",
    "shelf_of",
    "shopping_list",
    "tastes_from",
    "with_dish",
]
