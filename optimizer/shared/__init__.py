"""Many choice problems at once, coupled by what there is for all of them."""

from optimizer.shared.least import least_overdraw
from optimizer.shared.level import level_days
from optimizer.shared.problem import (
    Picked,
    SharedChoices,
    SharedEffort,
    SharedFigures,
    SharedPart,
    SharedSolution,
    Supply,
    SupplyUse,
)
from optimizer.shared.solve import solve_shared_choices

__all__ = [
    "Picked",
    "SharedChoices",
    "SharedEffort",
    "SharedFigures",
    "SharedPart",
    "SharedSolution",
    "Supply",
    "SupplyUse",
    "least_overdraw",
    "level_days",
    "solve_shared_choices",
]
