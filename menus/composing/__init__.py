"""The parts of a week's problem: its places, its windows as bounds, and what makes it pleasant."""

from menus.composing.places import Place, places_of, seated, seats
from menus.composing.variety import (
    APART,
    contrasts,
    family_of,
    near_expiry,
    repeated_points,
    repetitions,
    source_of,
    stock_lines,
    traits_of,
)
from menus.composing.windows import (
    HUNDREDTHS,
    bounds_of,
    capped_slots,
    ceiling,
    dimensions_of,
    dose_slots,
    near_dose,
    protein_spread,
)

__all__ = [
    "APART",
    "HUNDREDTHS",
    "Place",
    "bounds_of",
    "capped_slots",
    "ceiling",
    "contrasts",
    "dimensions_of",
    "dose_slots",
    "family_of",
    "near_dose",
    "near_expiry",
    "places_of",
    "protein_spread",
    "repeated_points",
    "repetitions",
    "seated",
    "seats",
    "source_of",
    "stock_lines",
    "traits_of",
]
