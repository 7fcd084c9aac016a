"""A solved problem as JSON, and back, and solved again."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from optimizer.kitchen.problem import ProductionProblem
from optimizer.kitchen.solve import solve_production
from optimizer.outcome import Limits, Outcome
from optimizer.replenishment import ReplenishmentProblem, solve_replenishment
from optimizer.routing.problem import RoutingProblem
from optimizer.routing.solve import solve_routing

PROBLEMS: dict[str, tuple[type[Any], Callable[[Any, Limits], Outcome[Any]]]] = {
    "production": (ProductionProblem, solve_production),
    "replenishment": (ReplenishmentProblem, solve_replenishment),
    "routing": (RoutingProblem, solve_routing),
}
"""Each problem by its name in a stored plan, and what solves it."""


def to_json(value: Any) -> Any:
    """A problem as plain lists, dicts, numbers and strings; sets in order, so that it is stable."""
    if is_dataclass(value):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, frozenset):
        return sorted(to_json(each) for each in value)
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    return value


def from_json(kind: Any, value: Any) -> Any:
    """The problem of that kind again; ValueError when a field is missing, strange or broken."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, value)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        present = [each for each in inner if each is not NoneType]
        return None if value is None else from_json(present[0], value)
    if origin is tuple:
        of = inner[:1] * len(value) if inner[-1:] == (...,) else inner
        return tuple(from_json(each, part) for each, part in zip(of, value, strict=True))
    if origin is frozenset:
        return frozenset(from_json(inner[0], each) for each in value)
    if kind in (int, str) and type(value) is not kind:
        raise ValueError(f"{value!r} is not {kind.__name__}")
    return value


def _record(kind: type[Any], value: Any) -> Any:
    """A field with a default may be missing: the problem was stored before the field existed."""
    hints = get_type_hints(kind)
    names = {each.name for each in fields(kind)}
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    if not isinstance(value, dict) or not needed <= set(value) <= names:
        raise ValueError(f"a {kind.__name__} has the fields {sorted(names)}")
    return kind(**{name: from_json(hints[name], value[name]) for name in sorted(value)})


def stored(name: str, problem: Any, limits: Limits, objective: tuple[int, ...]) -> dict[str, Any]:
    """One solved problem as it stands in a plan: enough to solve it again and compare."""
    return {
        "name": name,
        "moves": limits.moves,
        "seed": limits.seed,
        "objective": list(objective),
        "problem": to_json(problem),
    }


def solve_again(entry: Any) -> dict[str, Any]:
    """Solve one stored problem again; says whether it costs the same. ValueError when strange."""
    if not isinstance(entry, dict) or entry.get("name") not in PROBLEMS:
        raise ValueError(f"a stored problem has a name out of {sorted(PROBLEMS)}")
    kind, solve = PROBLEMS[entry["name"]]
    problem = from_json(kind, entry["problem"])
    outcome = solve(problem, Limits(moves=entry["moves"], seed=entry["seed"]))
    return {
        "name": entry["name"],
        "status": outcome.status.value,
        "objective": list(outcome.objective),
        "same": list(outcome.objective) == entry["objective"],
    }
