"""Papers of a week: the sheet for staff, and a card for each tray; never a diagnosis."""

from app.paper.week.cards import trays_pdf
from app.paper.week.shapes import PlannedDay, PlannedDish, PlannedMeal, TrayCard, WeekSheet
from app.paper.week.sheet import week_pdf

__all__ = [
    "PlannedDay",
    "PlannedDish",
    "PlannedMeal",
    "TrayCard",
    "WeekSheet",
    "trays_pdf",
    "week_pdf",
]
