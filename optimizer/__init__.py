"""The search engine: integers and opaque keys in, integers and keys out. It knows no meal."""

from optimizer.circuit import CP_MAX_OPERATIONS
from optimizer.jobs import (
    Job,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Resource,
)
from optimizer.outcome import (
    Limits,
    Outcome,
    Progress,
    Status,
    Violation,
    Watch,
    keep_going,
)
from optimizer.production import solve_production
from optimizer.replenishment import (
    Buy,
    Held,
    Loss,
    ReplenishmentProblem,
    ReplenishmentSolution,
    SupplyLine,
    solve_replenishment,
)
from optimizer.verify.production import PRODUCTION_VIOLATIONS, production_violations
from optimizer.verify.replenishment import REPLENISHMENT_VIOLATIONS, replenishment_violations

__all__ = [
    "CP_MAX_OPERATIONS",
    "PRODUCTION_VIOLATIONS",
    "REPLENISHMENT_VIOLATIONS",
    "Buy",
    "Held",
    "Job",
    "Limits",
    "Loss",
    "Operation",
    "Outcome",
    "Placed",
    "ProductionProblem",
    "ProductionSolution",
    "Progress",
    "ReplenishmentProblem",
    "ReplenishmentSolution",
    "Resource",
    "Status",
    "SupplyLine",
    "Violation",
    "Watch",
    "keep_going",
    "production_violations",
    "replenishment_violations",
    "solve_production",
    "solve_replenishment",
]
