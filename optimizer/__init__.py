"""The search engine: integers and opaque keys in, integers and keys out. It knows no meal."""

from optimizer.outcome import (
    Limits,
    Outcome,
    Progress,
    Status,
    Violation,
    Watch,
    keep_going,
)

__all__ = [
    "Limits",
    "Outcome",
    "Progress",
    "Status",
    "Violation",
    "Watch",
    "keep_going",
]
