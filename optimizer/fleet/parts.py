"""Cutting a problem along its routes, so that each process searches a part of it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.fleet.problem import FleetProblem, FleetRoute, FleetRoutes


class Part(NamedTuple):
    """A problem of its own: which stops of the whole, and their routes in its own numbers."""

    problem: FleetProblem
    stops: tuple[int, ...]
    routes: FleetRoutes


def apart(problem: FleetProblem, routes: FleetRoutes, count: int, draw: Random) -> tuple[Part, ...]:
    """Cut in parts of about the same stops, across a direction drawn anew; routes stay whole."""
    side = _side(problem, draw)
    groups = [[stop for trip in route.trips for stop in trip] for route in routes]
    served = {stop for group in groups for stop in group}
    order = sorted(range(len(groups)), key=lambda i: float(side[groups[i]].mean()))
    left = [stop for stop in range(len(problem.stops)) if stop not in served]
    shares: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
    done = 0
    for i in order:
        share = min(count - 1, done * count // max(1, len(served)))
        shares[share][0].append(i)
        shares[share][1].extend(groups[i])
        done += len(groups[i])
    cut = _cuts(side, [list(stops) for _, stops in shares])
    for stop in left:
        shares[int(np.searchsorted(cut, side[stop]))][1].append(stop)
    counts = _counts(problem, [[routes[i] for i in mine] for mine, _ in shares])
    return tuple(
        _part(problem, sorted(stops), [routes[i] for i in mine], many)
        for (mine, stops), many in zip(shares, counts, strict=True)
        if stops
    )


def _cuts(side: NDArray[np.int64], served: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Where one part ends and the next begins: between their means, else in equal shares."""
    if not all(served):
        return np.quantile(side, [(i + 1) / len(served) for i in range(len(served) - 1)])
    middles = [float(side[list(stops)].mean()) for stops in served]
    return np.array([(a + b) / 2 for a, b in pairwise(middles)])


def _side(problem: FleetProblem, draw: Random) -> NDArray[np.int64]:
    """How much nearer each stop is to one drawn stop than to the one farthest from that."""
    n = len(problem.stops)
    ways = problem.metres[:n, :n]
    here = draw.randrange(n)
    there = int(ways[here].argmax())
    return ways[:, here].astype(np.int64) - ways[:, there]


def _counts(problem: FleetProblem, mine: Sequence[Sequence[FleetRoute]]) -> list[list[int]]:
    """Vehicles of each type per part: those in use, and an equal share of the idle ones."""
    used = [
        [sum(r.kind == kind for r in routes) for kind in range(len(problem.types))]
        for routes in mine
    ]
    for kind, each in enumerate(problem.types):
        idle = each.count - sum(row[kind] for row in used)
        for turn, row in enumerate(used):
            row[kind] += idle // len(used) + (turn < idle % len(used))
    return used


def _part(
    problem: FleetProblem, stops: list[int], routes: Sequence[FleetRoute], counts: list[int]
) -> Part:
    number = {stop: i for i, stop in enumerate(stops)}
    kept = [*stops, *range(len(problem.stops), len(problem.metres))]
    travel = problem.travel[np.ix_(kept, kept)]
    same = problem.travel is problem.metres
    return Part(
        FleetProblem(
            stops=tuple(problem.stops[stop] for stop in stops),
            types=tuple(
                replace(each, count=count)
                for each, count in zip(problem.types, counts, strict=True)
            ),
            metres=travel if same else problem.metres[np.ix_(kept, kept)],
            travel=travel,
        ),
        tuple(stops),
        tuple(
            FleetRoute(r.kind, tuple(tuple(number[s] for s in trip) for trip in r.trips))
            for r in routes
        ),
    )


def together(parts: Sequence[Part], routes: Sequence[FleetRoutes]) -> FleetRoutes:
    """Routes of the whole from routes of its parts."""
    return tuple(
        FleetRoute(r.kind, tuple(tuple(part.stops[s] for s in trip) for trip in r.trips))
        for part, mine in zip(parts, routes, strict=True)
        for r in mine
    )
