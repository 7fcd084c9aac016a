"""Prove by weighing: price every limit so that even the best choice falls short of them together.

A linear program proposes the prices; whether they prove anything is checked in whole numbers.
"""

from collections import Counter
from typing import Any

from optimizer.meal_shape import Group, Shape

_FINE = 10**15
"""Prices become whole numbers in units of this part of a limit."""


def outweighed(shape: Shape) -> tuple[str, ...]:
    """Rules that clash by weight, as few as the prices tell; none: weighing shows nothing."""
    prices = _prices(shape)
    target = sum(price * shape.limits[at].at_least for at, price in prices.items())
    gains: Counter[str] = Counter()
    reach = 0
    for group in shape.groups:
        free, held, rule = _worth(group, prices)
        reach += free
        gains[rule] += free - held
    named = [name for at in prices for name in shape.limits[at].names]
    for rule, gain in gains.most_common():
        if reach >= target and gain > 0:
            reach -= gain
            named.append(rule)
    return tuple(named) if reach < target else ()


def _worth(group: Group, prices: dict[int, int]) -> tuple[int, int, str]:
    """The most a group can weigh where it is free, and where the named rule holds it."""
    weights = {
        index: sum(price * row[at] for at, price in prices.items())
        for index, row in group.rows.items()
    }
    best = max(weights.values(), default=0)
    free = len(group.places) * max(0, best)
    if group.pinned is not None:
        return free, weights[group.pinned], group.pin
    return free, len(group.places) * best if group.rule else free, group.rule


def _prices(shape: Shape) -> dict[int, int]:
    """A price per limit, where the nearest one can come falls short; none: it falls nowhere."""
    from ortools.linear_solver import pywraplp  # noqa: PLC0415 - loading takes a moment

    solver = pywraplp.Solver.CreateSolver("GLOP")
    aim = solver.Objective()
    aim.SetMinimization()
    rows = {}
    for at, limit in enumerate(shape.limits):
        size = max(1, abs(limit.at_least))
        rows[at] = (solver.Constraint(limit.at_least / size, solver.infinity()), size)
        short = solver.NumVar(0, solver.infinity(), "")
        rows[at][0].SetCoefficient(short, 1)
        aim.SetCoefficient(short, 1)
    for group in shape.groups:
        _fill(group, solver, rows)
    if solver.Solve() != pywraplp.Solver.OPTIMAL or aim.Value() <= 0:
        return {}
    whole = {at: round(row.dual_value() * _FINE / size) for at, (row, size) in rows.items()}
    return {at: price for at, price in whole.items() if price > 0}


def _fill(group: Group, solver: Any, rows: dict[int, tuple[Any, int]]) -> None:
    """A share per option: together the room of the group where it must be filled, else at most."""
    room = len(group.places)
    held = group.pinned is not None
    least = room if held or group.rule else 0
    full = solver.Constraint(least, room)
    shares = {index: row for index, row in group.rows.items() if not held or index == group.pinned}
    for row in shares.values():
        share = solver.NumVar(0, room, "")
        full.SetCoefficient(share, 1)
        for at, (limit, size) in rows.items():
            limit.SetCoefficient(share, row[at] / size)
