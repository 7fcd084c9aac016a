"""A solved problem as JSON, and back, and solved again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from optimizer.kitchen.problem import ProductionProblem
from optimizer.kitchen.solve import solve_production
from optimizer.lots.problem import LotProblem
from optimizer.lots.solve import solve_lots
from optimizer.matrix import PACKED_ROWS, Matrix, packed, unpacked
from optimizer.meal_choice import solve_meal_choice
from optimizer.meal_problem import MealChoiceProblem
from optimizer.outcome import Limits, Outcome, Progress, Watch, keep_going
from optimizer.replenishment.problem import ReplenishmentProblem
from optimizer.replenishment.solve import solve_replenishment
from optimizer.routing.problem import RoutingProblem
from optimizer.routing.solve import solve_routing

PROBLEM_SCHEMA = 3
"""Counts up when a stored problem would be read, or its answer be marked, otherwise than before."""

PROBLEMS: dict[str, tuple[type[Any], Callable[[Any, Limits, Watch], Outcome[Any]]]] = {
    "lots": (LotProblem, solve_lots),
    "meals": (MealChoiceProblem, solve_meal_choice),
    "production": (ProductionProblem, solve_production),
    "replenishment": (ReplenishmentProblem, solve_replenishment),
    "routing": (RoutingProblem, solve_routing),
}
"""Each problem by its name in a stored plan, and what solves it."""


def to_json(value: Any) -> Any:
    """A problem as plain lists, dicts, numbers and strings, the same each time.

    Sets stand in order, a matrix of many rows is packed.
    """
    if is_dataclass(value):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(value[key]) for key in sorted(value)}
    if isinstance(value, frozenset):
        return sorted(to_json(each) for each in value)
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    if isinstance(value, Matrix):
        return packed(value) if len(value) >= PACKED_ROWS else value.cells.tolist()
    return value


def from_json(kind: Any, value: Any) -> Any:
    """The problem of that kind again; ValueError when a field is missing, strange or broken."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, value)
    if kind is Matrix:
        rows = tuple[tuple[int, ...], ...]
        return unpacked(value) if isinstance(value, dict) else Matrix(from_json(rows, value))
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
    """A field with a default may be missing: the problem was stored before the field existed.

    A kind whose fields changed renews what was stored before they did.
    """
    if isinstance(value, dict) and hasattr(kind, "renewed"):
        value = kind.renewed(value)
    hints = get_type_hints(kind)
    names = {each.name for each in fields(kind)}
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    if not isinstance(value, dict) or not needed <= set(value) <= names:
        raise ValueError(f"a {kind.__name__} has the fields {sorted(names)}")
    return kind(**{name: from_json(hints[name], value[name]) for name in sorted(value)})


def stored(
    name: str, problem: Any, limits: Limits, outcome: Outcome[Any], *, looks: int | None = None
) -> dict[str, Any]:
    """One solved problem as it stands in a plan: enough to solve it again and compare.

    `looks`: how often the watch let the search go on before it ended it; None: it never did.
    """
    return {
        "schema": PROBLEM_SCHEMA,
        "name": name,
        "moves": limits.moves,
        "seed": limits.seed,
        "looks": looks,
        "objective": list(outcome.objective),
        "answer": _mark(outcome),
        "problem": to_json(problem),
    }


def left_out(name: str, **why: int) -> dict[str, Any]:
    """Say in a plan that a problem was solved and is not stored, with the figures of why."""
    return {"schema": PROBLEM_SCHEMA, "name": name, "left_out": why}


def _mark(outcome: Outcome[Any]) -> str:
    """Mark a whole answer, so that another answer of the same cost is seen."""
    plain = json.dumps(to_json(outcome.solution), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def solve_again(entry: Any) -> dict[str, Any]:
    """Solve one stored problem again; says whether the same answer came out.

    `same` is None for a problem that was left out. ValueError for a strange or older entry.
    """
    if not isinstance(entry, dict) or entry.get("name") not in PROBLEMS:
        raise ValueError(f"a stored problem has a name out of {sorted(PROBLEMS)}")
    name, schema = entry["name"], entry.get("schema")
    if schema != PROBLEM_SCHEMA:
        raise ValueError(
            f"the problem {name} has schema {schema or 'none'}, and this version solves"
            f" {PROBLEM_SCHEMA}: solve it with the version that wrote it"
        )
    if "left_out" in entry:
        return {"name": name, "same": None, "left_out": entry["left_out"]}
    kind, solve = PROBLEMS[name]
    limits = Limits(moves=entry["moves"], seed=entry["seed"])
    outcome = solve(from_json(kind, entry["problem"]), limits, _ending_after(entry["looks"]))
    cost = list(outcome.objective)
    return {
        "name": name,
        "status": outcome.status.value,
        "objective": cost,
        "same": cost == entry["objective"] and _mark(outcome) == entry["answer"],
    }


def _ending_after(looks: int | None) -> Watch:
    """Give a watch that ends a search at the look at which it was ended before."""
    if looks is None:
        return keep_going
    left = looks

    def see(_: Progress) -> bool:
        nonlocal left
        left -= 1
        return left >= 0

    return see
