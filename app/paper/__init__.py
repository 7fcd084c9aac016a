"""Paper: sheets, labels and lists as PDF bytes; the only room that knows ReportLab."""

from app.paper.faces import X_HEIGHT  # first: it prepares ReportLab, see there
from app.paper.foodwords import FoodWords, food_words
from app.paper.homecooking import cooking_pdf, measured
from app.paper.kitchen import kitchen_pdf
from app.paper.labels import X_HEIGHT_MM, labels_pdf
from app.paper.letters import letter_pdf
from app.paper.loading import loading_pdf
from app.paper.menu import menu_pdf
from app.paper.notes import note_pdf
from app.paper.nutrition import nutrition_rows, vitamin_rows
from app.paper.picking import pick_pdf
from app.paper.purchases import PURCHASE_COLUMNS, purchases_csv
from app.paper.routes import route_pdf
from app.paper.screening import FilledForm, PaperForm, screening_pdf
from app.paper.week import (
    PlannedDay,
    PlannedDish,
    PlannedMeal,
    TrayCard,
    WeekSheet,
    trays_pdf,
    week_pdf,
)

__all__ = [
    "PURCHASE_COLUMNS",
    "X_HEIGHT",
    "X_HEIGHT_MM",
    "FilledForm",
    "FoodWords",
    "PaperForm",
    "PlannedDay",
    "PlannedDish",
    "PlannedMeal",
    "TrayCard",
    "WeekSheet",
    "cooking_pdf",
    "food_words",
    "kitchen_pdf",
    "labels_pdf",
    "letter_pdf",
    "loading_pdf",
    "measured",
    "menu_pdf",
    "note_pdf",
    "nutrition_rows",
    "pick_pdf",
    "purchases_csv",
    "route_pdf",
    "screening_pdf",
    "trays_pdf",
    "vitamin_rows",
    "week_pdf",
]
