"""Choosing rows that fit together among all that the walks passed: set partitioning.

Method: Rochat and Taillard (1995), Probabilistic Diversification and Intensification in Local
Search for Vehicle Routing, Journal of Heuristics 1. A linear programme over all rows tells what
each stop is worth; whole rows are then chosen among those that are hardly dearer than that.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer._linear import Programme
from optimizer.fleet.problem import FleetProblem, FleetRoutes, fleet_plan
from optimizer.fleet.rows import (
    NONE,
    Ints,
    Rows,
    cheapest_once,
    costs_of,
    routes_of,
    rows_of,
    stacked,
)

Floats = NDArray[np.float64]
Effort = Callable[[], float]
"""Seconds of work that the next programme may take; none is begun on 0."""
_FIRST, _ADDED = 3, 2  # columns per stop that the linear programme starts from, and adds at once
_FEW = 0.1  # columns per stop that would still pay: so few are not worth another round
_TINY = 1e-6
_NARROW, _WIDER, _TRIES = 4, 1.5, 6  # columns per stop among which is chosen first; and then


class _Columns(NamedTuple):
    """What may be chosen: rows, and of type NONE each stop that may be left out."""

    rows: Rows
    cost: Ints
    standing: Ints  # those that the routes are


def joined(problem: FleetProblem, routes: FleetRoutes, rows: Rows, effort: Effort) -> FleetRoutes:
    """The cheapest choice found among the routes, which serve what they must, and other rows.

    Each row can be driven by itself; no route has a second trip. It is never dearer.
    """
    columns = _columns(problem, routes, rows)
    priced = _priced(problem, columns, effort)
    if priced is None:
        return routes
    value, worth = priced
    order, among = np.argsort(worth, kind="stable"), float(_NARROW * len(problem.stops))
    for _ in range(_TRIES):
        allowed = effort()
        gap = float(columns.cost[columns.standing].sum()) - value
        within = order[: np.searchsorted(worth[order], gap)]
        inside = np.union1d(within[: int(among)], columns.standing)
        if allowed <= 0 or len(inside) == len(columns.standing):
            break
        standing, proven = _chosen(problem, columns, inside, allowed)
        columns = columns._replace(standing=standing)
        if not proven or among >= len(within):
            break
        among *= _WIDER
    rows = columns.rows[columns.standing]
    found = routes_of(rows[rows[:, 0] != NONE])
    return min(routes, found, key=lambda each: fleet_plan(problem, each).cost)


def _columns(problem: FleetProblem, routes: FleetRoutes, rows: Rows) -> _Columns:
    """Every row once in its cheapest order, then the stops that may be left out."""
    every = stacked([rows_of(routes), rows])
    cost = costs_of(problem, every)
    kept, number = cheapest_once(problem, every, cost)
    served = {stop for route in routes for stop in route.trips[0]}
    optional = [(i, s.prize) for i, s in enumerate(problem.stops) if s.prize is not None]
    left = np.array([(NONE, i) for i, _ in optional], dtype=np.int32).reshape(-1, 2)
    out = [len(kept) + at for at, (i, _) in enumerate(optional) if i not in served]
    return _Columns(
        rows=stacked([every[kept], left]),
        cost=np.array([*cost[kept], *(prize for _, prize in optional)], dtype=np.int64),
        standing=np.array([*number[: len(routes)], *out], dtype=np.int64),
    )


def _priced(
    problem: FleetProblem, columns: _Columns, effort: Effort
) -> tuple[float, Floats] | None:
    """The value of the linear programme, and how much dearer each column is than its stops.

    It lets columns in as they pay; None where the time ends before that.
    """
    n, standing = len(problem.stops), columns.standing
    duals = np.zeros(n + len(problem.types))
    for column in standing.tolist():
        stops = columns.rows[column, 1:]
        stops = stops[stops != NONE]
        duals[stops] = columns.cost[column] / len(stops)
    order = np.argsort(_worth(problem, columns, duals), kind="stable")
    inside = paying = np.union1d(standing, order[: _FIRST * n])
    programme = _programme(problem, whole=False)
    while effort() > 0:
        _let_in(programme, problem, columns, paying)
        solved = programme.solve()
        worth = _worth(problem, columns, solved.duals)
        order = np.argsort(worth, kind="stable")[: _ADDED * n]
        paying = np.setdiff1d(order[worth[order] < -_TINY], inside)
        if len(paying) <= _FEW * n:
            return solved.value, worth
        inside = np.union1d(inside, paying)
    return None


def _worth(problem: FleetProblem, columns: _Columns, duals: Floats) -> Floats:
    """The cost of each column beyond what its stops, and a vehicle of its type, are worth."""
    n = len(problem.stops)
    stops, types = np.append(duals[:n], 0.0), np.append(duals[n:], 0.0)
    paid = stops[columns.rows[:, 1:]].sum(axis=1) + types[columns.rows[:, 0]]
    found: Floats = columns.cost - paid
    return found


def _programme(problem: FleetProblem, *, whole: bool) -> Programme:
    """Each stop once, and no more vehicles of a type than there are; no column yet."""
    programme = Programme(whole=whole)
    for _ in problem.stops:
        programme.row(1.0, 1.0)
    for each in problem.types:
        programme.row(0.0, float(each.count))
    return programme


def _let_in(programme: Programme, problem: FleetProblem, columns: _Columns, inside: Ints) -> None:
    """Add columns to a programme."""
    n, each_cost = len(problem.stops), columns.cost[inside].tolist()
    for cost, (kind, *stops) in zip(each_cost, columns.rows[inside].tolist(), strict=True):
        column = programme.column(cost)
        if kind != NONE:
            programme.term(n + kind, column, 1.0)
        for stop in stops:
            if stop == NONE:
                break
            programme.term(stop, column, 1.0)


def _chosen(
    problem: FleetProblem, columns: _Columns, inside: Ints, work: float
) -> tuple[Ints, bool]:
    """Columns among some that serve each stop once, and whether none are cheaper."""
    begin = np.searchsorted(inside, columns.standing).tolist()
    programme = _programme(problem, whole=True)
    _let_in(programme, problem, columns, inside)
    taken = programme.take(begin, work)
    found = inside[list(taken.columns)]
    better = columns.cost[found].sum() < columns.cost[columns.standing].sum()
    return (found if better else columns.standing), taken.proven
