"""What a fleet must do, and what a plan for it costs. Whole numbers; names stay outside."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 40  # of any time, and of any price of one thing


def _promise(condition: bool, text: str) -> None:  # noqa: FBT001  # reads as a sentence
    if not condition:
        raise ValueError(text)


def _within(values: Iterable[int], name: str) -> None:
    _promise(all(0 <= value <= LARGEST for value in values), f"{name} lie in 0..{LARGEST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetStop:
    """One place to serve once; service begins in opens..closes."""

    needs: tuple[int, ...]  # one amount per load
    opens: int
    closes: int
    service: int = 0
    ready: int = 0  # a trip with this stop leaves the depot from here on
    prize: int | None = None  # price of leaving it out; None: it must be served
    types: frozenset[int] | None = None  # that may serve it; None: all

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _within((*self.needs, self.service, self.ready, self.prize or 0), "figures of a stop")
        _within((self.opens, self.closes), "windows of a stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetType:
    """Vehicles that are alike. `start` and `end` count depots from 0."""

    room: tuple[int, ...]
    opens: int
    closes: int
    count: int
    start: int = 0
    end: int = 0
    longest: int | None = None  # from leaving to being back
    fixed: int = 0
    rate: int = 1  # price of one unit of distance
    reloads: bool = False  # may come back for another trip

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _within((*self.room, self.count, self.fixed, self.rate), "figures of a type")
        _within((self.opens, self.closes, self.longest or 0), "times of a type")
        _promise(not self.reloads or self.start == self.end, "reloading happens where trips start")
        _promise(not self.reloads or self.longest is None, "reloading goes without a longest time")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FleetProblem:
    """Stops, types of vehicles, and the ways between: stops first, then depots.

    The matrices go from row to column and need be neither symmetric nor triangular.
    """

    stops: tuple[FleetStop, ...]
    types: tuple[FleetType, ...]
    metres: NDArray[np.int32]
    travel: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        size, stops = len(self.metres), len(self.stops)
        depots = [depot for each in self.types for depot in (each.start, each.end)]
        _promise(stops > 0 and bool(self.types), "there is a stop and a vehicle")
        _promise(all(0 <= d < size - stops for d in depots), "each depot lies in the matrix")
        _promise(self.metres.shape == (size, size), "the distances are square")
        _promise(self.travel.shape == (size, size), "the times have the size of the distances")
        _promise(int(min(self.metres.min(), self.travel.min())) >= 0, "no way is below 0")
        wide = {len(each.needs) for each in self.stops} | {len(each.room) for each in self.types}
        _promise(len(wide) == 1, "stops and vehicles name the same loads")


def rows_needed(problem: FleetProblem) -> float:
    """Trips that the loads ask for, at least."""
    needs = np.array([stop.needs for stop in problem.stops], dtype=np.int64).sum(axis=0)
    room = np.array([each.room for each in problem.types], dtype=np.int64).max(axis=0)
    return float((needs / np.maximum(1, room)).max(initial=1.0))


@dataclass(frozen=True, slots=True)
class FleetRoute:
    """One vehicle of a type: its trips, each the numbers of its stops in order."""

    kind: int
    trips: tuple[tuple[int, ...], ...]


FleetRoutes = tuple[FleetRoute, ...]


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """Routes, the stops they leave out, and what both cost."""

    routes: FleetRoutes
    left_out: tuple[int, ...]
    cost: int
    missed: int  # how many of those left out must be served


def fleet_plan(problem: FleetProblem, routes: FleetRoutes) -> FleetPlan:
    """Price routes; a stop that must be served and is not has no price and counts as missed."""
    served = {stop for route in routes for trip in route.trips for stop in trip}
    left = tuple(stop for stop in range(len(problem.stops)) if stop not in served)
    prizes = [problem.stops[stop].prize for stop in left]
    cost = sum(_price(problem, route) for route in routes) + sum(p or 0 for p in prizes)
    return FleetPlan(routes, left, cost, prizes.count(None))


def _price(problem: FleetProblem, route: FleetRoute) -> int:
    kind, stops = problem.types[route.kind], len(problem.stops)
    metres = 0
    for trip in route.trips:
        here = stops + kind.start
        for stop in (*trip, stops + kind.end):
            metres += int(problem.metres[here, stop])
            here = stop
    return kind.fixed + kind.rate * metres
