"""What an eater says of dishes: how they tasted, and which other dish they may choose."""

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
    "WITHIN_DAYS",
    "Liking",
    "Rating",
    "Tastes",
    "tastes_from",
]
