"""What clients say of their dishes: the week as it is eaten, and how dishes tasted."""

from app.operations.eating.givenup import given_up_from
from app.operations.eating.servings import (
    Served,
    approved_each,
    end_overtaken,
    served,
    served_each,
)
from app.operations.eating.tastes import (
    RATING_CODES,
    RATING_DAYS,
    Taste,
    component_called,
    forget,
    note_refused,
    rate,
    ratings_of,
    taste_rows,
    tastes_of,
    with_tastes,
)

__all__ = [
    "RATING_CODES",
    "RATING_DAYS",
    "Served",
    "Taste",
    "approved_each",
    "component_called",
    "end_overtaken",
    "forget",
    "given_up_from",
    "note_refused",
    "rate",
    "ratings_of",
    "served",
    "served_each",
    "taste_rows",
    "tastes_of",
    "with_tastes",
]
