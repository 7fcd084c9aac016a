"""Foods as they are bought: tables of composition read in, and the audit of the catalogue."""

from menus.foods.audit import LABEL_FIGURES, Audit, Filled, LabelGap, ThinSum, audit
from menus.foods.checks import Check, Outlier, Reason
from menus.foods.ciqual import read_ciqual, read_ciqual_xml
from menus.foods.documents import audit_to_json, comparison_to_json
from menus.foods.figures import CEILINGS, Figure, Qualifier, read_cell
from menus.foods.nevo import read_nevo
from menus.foods.onto import Comparison, Difference, accept, compare
from menus.foods.tables import Food, FoodTable
from menus.foods.usda import read_usda

__all__ = [
    "CEILINGS",
    "LABEL_FIGURES",
    "Audit",
    "Check",
    "Comparison",
    "Difference",
    "Figure",
    "Filled",
    "Food",
    "FoodTable",
    "LabelGap",
    "Outlier",
    "Qualifier",
    "Reason",
    "ThinSum",
    "accept",
    "audit",
    "audit_to_json",
    "compare",
    "comparison_to_json",
    "read_cell",
    "read_ciqual",
    "read_ciqual_xml",
    "read_nevo",
    "read_usda",
]
