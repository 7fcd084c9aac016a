"""Foods as they are bought: tables of composition read in, and the audit of the catalogue."""

from menus.foods.audit import LABEL_FIGURES, Audit, Filled, LabelGap, ThinSum, audit
from menus.foods.checks import Check, Outlier, Reason
from menus.foods.documents import audit_to_json

__all__ = [
    "LABEL_FIGURES",
    "Audit",
    "Check",
    "Filled",
    "LabelGap",
    "Outlier",
    "Reason",
    "ThinSum",
    "audit",
    "audit_to_json",
]
