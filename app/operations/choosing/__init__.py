"""What a client decides about single dishes: how they tasted, and what to eat instead."""

from app.operations.choosing.choices import (
    CHOICE_CODES,
    Offer,
    Place,
    answer_choice,
    choices_since,
    choose_dish,
    client_of,
    offer,
    undo_choice,
)
from app.operations.choosing.menuweek import (
    Cooked,
    CookingWeek,
    MenuWeek,
    cooking_week,
    menu_week,
)
from app.operations.choosing.reach import Reach
from app.operations.choosing.tasting import Tasted, Tasting, rate_day, tasting
from app.operations.choosing.wishes import Wish, Wishes, wishes

__all__ = [
    "CHOICE_CODES",
    "Cooked",
    "CookingWeek",
    "MenuWeek",
    "Offer",
    "Place",
    "Reach",
    "Tasted",
    "Tasting",
    "Wish",
    "Wishes",
    "answer_choice",
    "choices_since",
    "choose_dish",
    "client_of",
    "cooking_week",
    "menu_week",
    "offer",
    "rate_day",
    "tasting",
    "undo_choice",
    "wishes",
]
