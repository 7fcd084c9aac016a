"""Routes of one trip as the rows of a table, as many as the walks passed."""

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from optimizer.fleet.problem import FleetProblem, FleetRoute, FleetRoutes

Rows = NDArray[np.int32]
"""Per row its type and its stops in order, NONE behind them."""
Ints = NDArray[np.int64]
NONE = -1


def rows_of(routes: FleetRoutes) -> Rows:
    """Routes as rows."""
    table = [(route.kind, *route.trips[0]) for route in routes]
    wide = max((len(row) for row in table), default=1)
    filled = [row + (NONE,) * (wide - len(row)) for row in table]
    return np.array(filled, dtype=np.int32).reshape(-1, wide)


def routes_of(rows: Rows) -> FleetRoutes:
    """Rows as routes."""
    each = rows.tolist()
    return tuple(FleetRoute(kind, (tuple(s for s in row if s != NONE),)) for kind, *row in each)


def stacked(tables: Sequence[Rows]) -> Rows:
    """Several tables as one, in their order."""
    wide = max((table.shape[1] for table in tables), default=1)
    found = np.full((sum(map(len, tables)), wide), NONE, dtype=np.int32)
    at = 0
    for table in tables:
        found[at : at + len(table), : table.shape[1]] = table
        at += len(table)
    return found


def costs_of(problem: FleetProblem, rows: Rows) -> Ints:
    """What each row costs with its vehicle."""
    n, kinds = len(problem.stops), rows[:, 0]
    table = [(n + each.start, n + each.end, each.fixed, each.rate) for each in problem.types]
    start, end, fixed, rate = np.array(table, dtype=np.int64)[kinds].T
    stops = np.where(rows[:, 1:] == NONE, end[:, None], rows[:, 1:])
    stops = np.column_stack((start, stops, end))
    ways = problem.metres[stops[:, :-1], stops[:, 1:]].astype(np.int64)
    there = np.column_stack((np.ones(len(rows), dtype=bool), rows[:, 1:] != NONE))
    found: Ints = fixed + rate * (ways * there).sum(axis=1)
    return found


def cheapest_once(problem: FleetProblem, rows: Rows, cost: Ints) -> tuple[Ints, Ints]:
    """The cheapest row of each type and set of stops, and for each row which of those it is."""
    draw = Random(0)  # noqa: S311  # no secret: random bits that tell sets apart
    codes = np.array([draw.getrandbits(62) for _ in problem.stops] + [0], dtype=np.int64)
    kinds = np.array([draw.getrandbits(62) for _ in problem.types], dtype=np.int64)
    marks = np.bitwise_xor.reduce(codes[rows[:, 1:]], axis=1) ^ kinds[rows[:, 0]]
    order = np.lexsort((cost, marks))
    _, first, back = np.unique(marks[order], return_index=True, return_inverse=True)
    number = np.empty(len(rows), dtype=np.int64)
    number[order] = back
    return order[first], number
