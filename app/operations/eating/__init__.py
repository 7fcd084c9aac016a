"""What clients say of their dishes: the week as it is eaten, and how dishes tasted."""

from app.operations.eating.ahead import Weeks, approved_weeks, weeks_of
from app.operations.eating.givenup import given_up_from
from app.operations.eating.servings import (
    Served,
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
    "Weeks",
    "approved_weeks",
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
    "weeks_of",
    "with_tastes",
]
