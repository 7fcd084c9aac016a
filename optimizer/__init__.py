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
from optimizer.verify.production import PRODUCTION_VIOLATIONS, production_violations

__all__ = [
    "CP_MAX_OPERATIONS",
    "PRODUCTION_VIOLATIONS",
    "Job",
    "Limits",
    "Operation",
    "Outcome",
    "Placed",
    "ProductionProblem",
    "ProductionSolution",
    "Progress",
    "Resource",
    "Status",
    "Violation",
    "Watch",
    "keep_going",
    "production_violations",
    "solve_production",
]
